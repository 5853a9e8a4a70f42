"""What was pushed comes back, and can be built again; nothing that comes from the Hub is trusted."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from tests.hub.conftest import TEXT
from tests.hub_stand_in.storage import Blob
from tokbench.artifact import Artifact


@pytest.fixture
def held(hub, artifact):
    """Return the Hub with an artifact on it, its tokenizer a large file, among files of others."""
    repository = hub.store.create("me/finnish")
    repository.put("main", {path.name: path.read_bytes() for path in artifact.iterdir()}, "The first")
    commit = repository.put("main", {"model.safetensors": b"weights"})
    large = Blob((artifact / "tokenizer.json").read_bytes(), large=True)
    commit.files["tokenizer.json"] = large
    hub.store.objects[large.sha256] = large.content
    repository.tags["v1"] = commit.oid
    return hub


def change(hub, **files):
    """Change files on the Hub, with the manifest made to fit where it is not changed itself."""
    repository = hub.store.repositories["me/finnish"]
    manifest = json.loads(repository.files()["manifest.json"])
    manifest["files"] |= {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    repository.put("main", {"manifest.json": json.dumps(manifest).encode(), **files})


def test_a_pull_gives_back_what_was_built(held, user, artifact, tmp_path):
    """The same files, and none of anybody else's; also at a tag, and over an older artifact."""
    ran = user("pull", "me/finnish")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout == "finnish: 60 tokens from 10 documents (340 bytes); nothing was checked\n"
    pulled = {path.name: path.read_bytes() for path in (tmp_path / "finnish").iterdir()}
    assert pulled == {path.name: path.read_bytes() for path in artifact.iterdir()}
    assert user("pull", "me/finnish").stderr.startswith("error: ")
    assert user("pull", "me/finnish", "--revision", "v1", "--force").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["finnish"]


def test_a_pull_runs_no_code(held, user, tmp_path):
    """A file of Python comes as a file, whatever the tokenizer's configuration says of it."""
    marker = tmp_path / "ran"
    code = f"open({str(marker)!r}, 'w')\nclass Tokenizer: pass\n".encode()
    config = b'{"auto_map": {"AutoTokenizer": [null, "own.Tokenizer"]}, "tokenizer_class": "Tokenizer"}'
    change(held, **{"own.py": code, "tokenizer_config.json": config})
    assert user("pull", "me/finnish").code == 0
    assert (tmp_path / "finnish" / "own.py").read_bytes() == code
    assert not marker.exists()


def test_a_file_that_was_changed_is_not_taken(held, user, tmp_path):
    """The manifest names its sha256."""
    held.store.repositories["me/finnish"].put("main", {"recipe.toml": b'name = "other"\n'})
    ran = user("pull", "me/finnish")
    assert (ran.code, list(tmp_path.iterdir())) == (2, [])
    assert "me/finnish: recipe.toml is not what the build wrote: somebody changed it there" in ran.stderr


@pytest.mark.parametrize("name", ["../evil.txt", "/tmp/evil.txt", "a/../../evil.txt", "C:\\evil.txt", "..\\evil.txt"])
def test_no_manifest_leads_out_of_the_folder(held, user, tmp_path, name):
    """Anybody may have written it."""
    repository = held.store.repositories["me/finnish"]
    change(held, **{name: b"evil"})
    assert name in repository.files()
    ran = user("pull", "me/finnish")
    assert (ran.code, list(tmp_path.iterdir())) == (2, [])
    assert f"its manifest names '{name}', which leads elsewhere" in ran.stderr
    assert not list(tmp_path.parent.rglob("evil.txt"))


# ---------------------------------------------------------------- again


def test_what_is_on_the_hub_is_built_again(held, user, recipe, golden):
    """File by file, from the recipe that was published; paths start where the user says."""
    ran = user("reproduce", "me/finnish", "--folder", recipe.parent)
    assert ran.code == 0, ran.stderr
    golden("hub/reproduce", ran.stdout)
    found = json.loads(user("reproduce", "me/finnish", "--folder", recipe.parent, "--json").stdout)
    assert found["identical"]
    assert {file["verdict"] for file in found["files"]} == {"identical"}


def test_a_corpus_that_changed_is_named(held, user, recipe, artifact, tmp_path, golden):
    """Exit code 1, the files that differ, and why."""
    (tmp_path / "text.txt").write_text(TEXT.replace("kissa", "koira"), encoding="utf-8")
    ran = user("reproduce", artifact)
    assert ran.code == 1
    golden("hub/reproduce-different", ran.stdout + ran.stderr)
    assert Artifact.open(artifact).changed() == []


def test_other_versions_are_named(user, recipe, artifact, tmp_path):
    """A manifest tells with what it was built."""
    shutil.copytree(artifact, tmp_path / "older")
    manifest = json.loads((artifact / "manifest.json").read_text(encoding="utf-8"))
    manifest["versions"]["tokenizers"] = "0.22.0"
    manifest["run"]["python"] = "3.9.1"
    (tmp_path / "older" / "manifest.json").write_text(json.dumps(manifest))
    ran = user("reproduce", "older", "--folder", recipe.parent)
    assert ran.code == 1
    assert "manifest.json came out otherwise (tokenizers is 0.23" in ran.stderr
    assert ", and was 0.22.0; Python is 3." in ran.stderr


def test_what_was_added_after_a_build_is_left_out(hub, user, recipe, artifact, tmp_path):
    """A validation, and the address of a published card, are none of the build's."""
    from tokbench.card.rendering import addressed
    from tokbench.card.validation import with_validation

    shutil.copytree(artifact, tmp_path / "validated")
    card = (artifact / "README.md").read_text(encoding="utf-8")
    (tmp_path / "validated" / "README.md").write_text(addressed(with_validation(card, "F1 **81**", []), "me/finnish"))
    (tmp_path / "validated" / "validation.json").write_text("{}")
    manifest = json.loads((artifact / "manifest.json").read_text(encoding="utf-8"))
    for name in ("README.md", "validation.json"):
        content = (tmp_path / "validated" / name).read_bytes()
        manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (tmp_path / "validated" / "manifest.json").write_text(json.dumps(manifest))
    ran = user("reproduce", "validated", "--folder", recipe.parent)
    assert ran.code == 0, ran.stderr
    assert "identical  README.md              but for what was written into it after the build" in ran.stdout
    assert "not built  validation.json        added after the build" in ran.stdout


def test_what_was_built_from_given_text_needs_it_again(user, tmp_path):
    """The recipe alone does not say what was read; from Python it can be given."""
    printed = user.python(
        """
import tokbench
recipe = {"name": "given", "pre_tokenizer": {"use": "gpt2"}, "trainer": {"use": "bpe", "vocab_size": 270}}
tokbench.build(recipe, "given", corpus=["a text", "another text"], checks=False)
try:
    tokbench.reproduce("given")
except tokbench.errors.ArtifactError as error:
    print(error)
print(tokbench.reproduce("given", corpus=["a text", "another text"]).different)
print(tokbench.reproduce("given", corpus=["xyz xyz"] * 9).different)
"""
    )
    assert printed.splitlines() == [
        "given was built from text given from Python; give the same again by tokbench.reproduce(…, corpus=…)",
        "()",
        "('README.md', 'tokenizer.json', 'manifest.json')",
    ]


def test_a_chat_template_is_the_artifacts_own(user, build, recipe, tmp_path):
    """Its file need not be where it was."""
    (tmp_path / "chat.jinja").write_text("{{ messages[0].content }}")
    built = build(f"tokenizer.chat_template='{tmp_path / 'chat.jinja'}'")
    (tmp_path / "chat.jinja").unlink()
    ran = user("reproduce", built, "--folder", recipe.parent)
    assert ran.code == 0, ran.stderr


def test_nothing_to_reproduce(hub, user):
    """Neither a folder nor an id."""
    assert "there is no such folder" in user("reproduce", "nowhere").stderr
    assert "there is no such repository" in user("reproduce", "no/where").stderr
