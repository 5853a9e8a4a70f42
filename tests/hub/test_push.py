"""An artifact goes to the Hub in one commit that was proved there, and nothing of anybody else's is lost."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.hub.conftest import RECIPE
from tests.hub_stand_in import Fault
from tests.hub_stand_in.storage import ATTRIBUTES, User
from tokbench.artifact import Artifact
from tokbench.manifest import files

LOAD = """
from transformers import AutoTokenizer
print(*(AutoTokenizer.from_pretrained(name)("kissa istuu").input_ids for name in ({folder!r}, "me/finnish")))
"""


def published(artifact):
    """Return the files that the Hub is to hold, but for card and manifest, which name the repository."""
    named = Artifact.open(artifact).manifest["files"]
    return {name: (artifact / name).read_bytes() for name in named if name != "README.md"}


def test_a_push_is_one_commit_that_anybody_can_load(hub, user, artifact, build):
    """Regular and large files arrive, the card names its repository, and stock transformers loads it by its id."""
    ran = user("push", artifact, "me/finnish")
    repository = hub.store.repositories["me/finnish"]
    commit = repository.at("main")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout == (
        f"me/finnish: pushed to main as {commit.oid[:7]}, proved there: the same files and ids;"
        f" {hub.address}/me/finnish\n"
    )
    assert repository.log() == ["Tokenizer finnish: 60 tokens", "initial commit"]
    assert list(repository.branches) == ["main"]
    assert repository.tags == {}
    held = repository.files()
    card, manifest = held.pop("README.md").decode(), json.loads(held.pop("manifest.json"))
    assert held == {".gitattributes": ATTRIBUTES, **published(artifact)}
    assert {blob.large for blob in commit.files.values()} == {True, False}
    assert 'from_pretrained("me/finnish")' in card
    assert manifest["name"] == "finnish"
    here, there = user.python(LOAD.format(folder=str(artifact))).split("] ")
    assert f"{here}]\n" == there
    check_the_same_again(hub, user, artifact, build())


def check_the_same_again(hub, user, artifact, again):
    """Push another build of the same recipe, whose manifest tells of another run: it makes no commit, and is proved."""
    before = hub.store.repositories["me/finnish"].log()
    hub.requests.clear()
    assert (again / "manifest.json").read_bytes() != (artifact / "manifest.json").read_bytes()
    ran = user("push", again, "me/finnish")
    assert ran.code == 0, ran.stderr
    assert ran.stdout.startswith("me/finnish: main holds it already, at ")
    assert hub.store.repositories["me/finnish"].log() == before
    assert not [request for request in hub.requests if "/commit/" in request]


def test_a_new_push_takes_away_what_the_last_one_left(hub, user, artifact, build, tmp_path):
    """A chat template that the artifact no longer has would be loaded with it; files of others stay, and are named."""
    (tmp_path / "chat.jinja").write_text("{{ messages[0].content }}")
    earlier = build(f"tokenizer.chat_template='{tmp_path / 'chat.jinja'}'")
    repository = hub.store.create("org/finnish", private=True)
    repository.put("main", {path.name: path.read_bytes() for path in earlier.iterdir()})
    repository.put("main", {"model.safetensors": b"weights", "notes/plan.md": b"mine"})
    assert "chat_template.jinja" in repository.files()
    ran = user("push", artifact, "org/finnish", "--private")
    assert "; removed what it no longer has: chat_template.jinja" in ran.stdout
    assert "; kept what is not its own: model.safetensors, notes/plan.md;" in ran.stdout
    files = repository.files()
    assert "chat_template.jinja" not in files
    assert (files["model.safetensors"], files["notes/plan.md"]) == (b"weights", b"mine")


def test_what_others_wrote_is_replaced_only_by_force(hub, user, artifact, golden):
    """A card that was there before, and one that was edited after a push, are both somebody's work."""
    repository = hub.store.create("me/finnish")
    repository.put("main", {"README.md": b"# A model\n", "model.safetensors": b"weights"})
    before = repository.log()
    ran = user("push", artifact, "me/finnish")
    golden("hub/foreign", ran.stderr)
    assert (ran.code, repository.log(), list(repository.branches)) == (2, before, ["main"])
    assert user("push", artifact, "me/finnish", "--force").code == 0
    assert repository.files()["model.safetensors"] == b"weights"
    repository.put("main", {"README.md": b"# Edited\n"})
    assert "holds README.md, which no push" in user("push", artifact, "me/finnish").stderr
    assert repository.files()["README.md"] == b"# Edited\n"


def test_a_branch_is_made_where_it_is_missing(hub, user, artifact):
    """Main stays as it is; a tag is refused, for it does not move."""
    repository = hub.store.create("me/finnish")
    repository.tags["v1"] = repository.branches["main"]
    ran = user("push", artifact, "me/finnish", "--revision", "v1")
    assert (ran.code, "'v1' is a tag, and tags do not move; give a branch" in ran.stderr) == (2, True)
    assert user("push", artifact, "me/finnish", "--revision", "trial").code == 0
    assert repository.log("main") == ["initial commit"]
    assert repository.log("trial") == ["Tokenizer finnish: 60 tokens", "initial commit"]
    assert sorted(repository.branches) == ["main", "trial"]


def test_a_pull_request_is_proposed_once(hub, user, artifact):
    """Where the user may not write, main stays; the same again finds the pull request that is open."""
    hub.store.users["hf_theirs"] = User("them")
    repository = hub.store.create("them/finnish")
    ran = user("push", artifact, "them/finnish", "--pull-request", "-m", "Try this")
    assert ran.code == 0, ran.stderr
    assert ran.stdout.endswith(f"; {hub.address}/them/finnish/discussions/1\n")
    assert repository.log("main") == ["initial commit"]
    assert repository.log("refs/pr/1") == ["Try this", "initial commit"]
    assert "refs/pr/1 holds it already" in user("push", artifact, "them/finnish", "--pull-request").stdout
    assert (len(repository.pulls), repository.pulls[1].status) == (1, "open")


def spoiled(answer):
    """Return the answer with another content of the same length."""
    return type(answer)(answer.status, answer.body.replace(b"kissa", b"koira"), answer.headers)


def test_a_failed_proof_leaves_main_and_marks_what_was_pushed(hub, user, artifact, golden):
    """The Hub gives back something else: exit code 1, main as it was, and a branch to look at."""
    hub.faults.append(Fault("GET /content/", spoil=spoiled))
    ran = user("push", artifact, "me/finnish")
    repository = hub.store.repositories["me/finnish"]
    (staged,) = set(repository.branches) - {"main"}
    golden("hub/unproved", ran.stderr.replace(staged, "unproved-…"))
    assert (ran.code, ran.stdout) == (1, "")
    assert repository.log("main") == ["initial commit"]
    assert "tokenizer.json" in repository.files(staged)


def test_a_failed_proof_closes_its_pull_request(hub, user, artifact, golden):
    """And says there why."""
    repository = hub.store.create("me/finnish")
    hub.faults.append(Fault("GET /content/", spoil=spoiled))
    ran = user("push", artifact, "me/finnish", "--pull-request")
    golden("hub/unproved-pull-request", ran.stderr)
    assert (ran.code, repository.log("main")) == (1, ["initial commit"])
    assert repository.pulls[1].status == "closed"
    assert repository.pulls[1].comments == [
        "The proof of this tokenizer failed: download: tokenizer.json comes back with another content"
    ]


def test_metadata_that_the_hub_does_not_take(hub, user, build, golden):
    """It judges the card before anything is uploaded, and says what is wrong with it."""
    ran = user("push", build("card.license=mine"), "me/finnish")
    golden("hub/metadata", ran.stderr)
    assert (ran.code, hub.store.repositories["me/finnish"].log()) == (2, ["initial commit"])
    assert list(hub.store.repositories["me/finnish"].branches) == ["main"]


def test_private_is_not_pushed_where_everybody_reads(hub, user, artifact, golden):
    """The client would keep silent about it."""
    hub.store.create("me/finnish")
    ran = user("push", artifact, "me/finnish", "--private")
    golden("hub/not-private", ran.stderr)
    assert (ran.code, hub.store.repositories["me/finnish"].log()) == (2, ["initial commit"])


@pytest.mark.parametrize("repository", ["finnish", "me/finnish/x", "me/", "/finnish", "../finnish"])
def test_an_id_says_whose_it_is(hub, user, artifact, repository):
    """Nothing is asked before."""
    ran = user("push", artifact, repository)
    assert (ran.code, hub.requests) == (2, [])
    assert ran.stderr.endswith(" does not say whose it is; write it as owner/name, such as me/finnish\n")


def test_an_artifact_that_was_changed_is_not_pushed(hub, user, artifact, tmp_path):
    """Its manifest would not be true."""
    shutil.copytree(artifact, tmp_path / "spoiled")
    (tmp_path / "spoiled" / "tokenizer.json").write_text("{}")
    ran = user("push", "spoiled", "me/finnish")
    assert (ran.code, hub.requests) == (2, [])
    assert ran.stderr == "error: spoiled: tokenizer.json: missing, or not what was built; build it again\n"


# ---------------------------------------------------------------- code


def with_code(artifact, folder, marker):
    """Return a copy of the artifact that carries a class of its own, which leaves a mark when it is imported."""
    shutil.copytree(artifact, folder)
    code = f"open({str(marker)!r}, 'w').close()\nfrom transformers import PreTrainedTokenizerFast\n"
    code += "class OwnTokenizer(PreTrainedTokenizerFast):\n    pass\n"
    (folder / "own.py").write_text(code)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config |= {"tokenizer_class": "OwnTokenizer", "auto_map": {"AutoTokenizer": [None, "own.OwnTokenizer"]}}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": files(folder)}))
    return folder


def test_code_goes_with_it_and_runs_only_when_it_may(hub, user, artifact, tmp_path):
    """The proof runs it as anybody must who loads it from the Hub: where the user said so."""
    marker = tmp_path / "ran"
    built = with_code(artifact, tmp_path / "own", marker)
    ran = user("push", built, "me/own")
    assert (ran.code, hub.requests) == (2, [])
    assert "carries Python code (own.OwnTokenizer), which runs only when you trust it" in ran.stderr
    assert not marker.exists()
    ran = user("push", built, "me/own", "--trust-remote-code")
    assert ran.code == 0, ran.stderr
    assert hub.store.repositories["me/own"].files()["own.py"] == (built / "own.py").read_bytes()
    assert marker.exists()


# ---------------------------------------------------------------- after a build


def test_a_recipe_says_where_its_artifact_goes(hub, user, recipe):
    """The build ends with the push, and says where; `--no-push` does not."""
    (recipe.parent / "hub.toml").write_text(RECIPE + '\n[hub]\nrepository = "org/finnish"\nprivate = true\n')
    ran = user("build", recipe.parent / "hub.toml", "--no-checks", "--no-push")
    assert (ran.code, hub.requests) == (0, [])
    ran = user("build", recipe.parent / "hub.toml", "--no-checks", "--force")
    repository = hub.store.repositories["org/finnish"]
    assert ran.stdout.startswith("finnish: 60 tokens from 10 documents")
    assert ran.stderr.splitlines()[-1].startswith("note: org/finnish: pushed to main as ")
    assert (repository.private, repository.log()[0]) == (True, "Tokenizer finnish: 60 tokens")
    assert b'[hub]\nrepository = "org/finnish"\nprivate = true\n' in repository.files()["recipe.toml"]


def test_nobody_waits_for_a_training_to_hear_of_a_missing_login(hub, user, recipe, tmp_path):
    """The login is tried before any text is read."""
    (recipe.parent / "hub.toml").write_text(RECIPE + '\n[hub]\nrepository = "me/finnish"\n')
    for token, said in (("hf_nobody", "401"), ("", "there is no login")):
        ran = user("build", recipe.parent / "hub.toml", token=token)
        assert ran.code == 2
        assert f"the Hub does not know you ({said}" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_push_that_fails_after_a_build_leaves_what_was_built(hub, user, recipe, tmp_path):
    """And says that it is there."""
    hub.store.create("them/finnish")
    (recipe.parent / "hub.toml").write_text(RECIPE + '\n[hub]\nrepository = "them/finnish"\n')
    ran = user("build", recipe.parent / "hub.toml", "--no-checks")
    assert ran.code == 2
    assert "error: finnish is built, and was not pushed: them/finnish: you may not do that there (403" in ran.stderr
    assert Artifact.open(tmp_path / "finnish").changed() == []


def test_a_recipe_that_does_not_say_whose_repository(hub, user, recipe):
    """Is wrong on its line."""
    (recipe.parent / "hub.toml").write_text(RECIPE + '\n[hub]\nrepository = "finnish"\n')
    ran = user("check", recipe.parent / "hub.toml")
    assert "hub.toml:28: hub.repository: must say whose it is, as owner/name: me/finnish" in ran.stderr
