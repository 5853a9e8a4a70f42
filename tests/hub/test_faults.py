"""Whatever the Hub, the network or the disk refuses ends in one sentence, and nothing is left half done."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.hub.conftest import TOKEN
from tests.hub_stand_in import Fault, User
from tests.hub_stand_in.routes import Answer
from tokbench.artifact import Artifact


def refusing(status, message="", **headers):
    """Return an answer of the Hub that refuses."""
    said = {"X-Error-Message": message, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Answer(status, json.dumps({"error": message}).encode(), said)


COMMIT = "POST /api/models/.*/commit/"
NO_HUB = Answer(200, b"<html>Welcome to our proxy</html>", {"Content-Type": "text/html"})
PUSHES = {
    "unauthorized": Fault("POST /api/repos", refusing(401, "Invalid credentials in Authorization header")),
    "forbidden": Fault("POST /api/repos", refusing(403, "You have no rights to that namespace")),
    "read-only-token": Fault(COMMIT, refusing(403, "This token may only read")),
    "conflict": Fault("POST /api/models/.*/branch/", refusing(409, "Another operation is in progress")),
    "somebody-else-committed": Fault(COMMIT, refusing(412, "A commit has happened since"), after=1),
    "too-many-requests": Fault(COMMIT, refusing(429, "Slow down", Retry_After="3600")),
    "too-many-requests-of-the-client": Fault("POST .*/preupload/", refusing(429, "", RateLimit='"api";r=0;t=900')),
    "server-error": Fault(COMMIT, refusing(500, "Internal error, we know")),
    "unavailable": Fault("POST /api/models/.*/branch/", refusing(503)),
    "metadata": Fault("POST /api/validate-yaml", Answer.of({"errors": [{"message": '"license" is unknown'}]}, 400)),
    "no-hub": Fault("", NO_HUB),
    "no-hub-refusing": Fault("", Answer(418, b"tea")),
    "reset-while-uploading": Fault("PUT /lfs/", hang_up=100),
    "reset-while-committing": Fault(COMMIT, hang_up=100),
    "reset-while-proving": Fault("GET /content/", hang_up=0),
}


@pytest.mark.parametrize("name", PUSHES)
def test_a_push_that_is_refused(hub, user, artifact, name, golden):
    """One sentence, exit code 2, and no commit, branch or pull request."""
    hub.faults.append(replace(PUSHES[name]))
    ran = user("push", artifact, "me/finnish")
    sentence = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
    golden(f"hub/push-{name}", "\n".join(sentence).replace(hub.address, "HUB").replace(str(hub.port), "PORT"))
    assert (ran.code, ran.stdout, len(sentence)) == (2, "", 1)
    assert nothing_left(hub)


def nothing_left(hub):
    """Tell whether no repository has more than its beginning."""
    return all(
        (repository.log(), list(repository.branches), repository.pulls) == (["initial commit"], ["main"], {})
        for repository in hub.store.repositories.values()
    )


def test_a_server_that_dies_in_the_middle_of_an_upload(hub, user, artifact):
    """It is gone, and does not come back while the client tries; the next push of the same begins anew."""
    hub.faults.append(Fault("PUT /lfs/", hang_up=100, stop=True))
    ran = user("push", artifact, "me/finnish")
    (said,) = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
    assert ran.code == 2
    assert said.startswith("error: me/finnish: the Hub cannot be reached (")
    assert "note: the branch 'unproved-" in ran.stderr
    hub.start()
    hub.faults.clear()
    repository = hub.store.repositories["me/finnish"]
    assert repository.log() == ["initial commit"]
    assert user("push", artifact, "me/finnish").code == 0
    assert list(repository.branches) == ["main"]


def test_the_hub_is_asked_again_when_it_says(hub, user, artifact):
    """After the seconds of Retry-After, where the client would give up and where it tries again itself.

    A branch that the Hub then does not let go of is told, and does not hide that the push was done.
    """
    hub.faults += [
        Fault("POST /api/repos/create", refusing(429, "Slow down", Retry_After="7"), times=2),
        Fault("POST .*/preupload/", refusing(503, "Too busy", Retry_After="20"), times=1),
        Fault("POST .*/branch/", refusing(429, "", RateLimit='"api";r=0;t=11'), times=1),
        Fault(COMMIT, refusing(429, "Slow down", Retry_After="3"), times=1),
        Fault("HEAD ", refusing(429, "", Retry_After="0"), times=1),
        Fault("DELETE ", refusing(500, "Not now")),
    ]
    ran = user("push", artifact, "me/finnish")
    assert ran.code == 0, ran.stderr
    assert ran.waits == [7, 7, 11, 21, 3]  # the client adds a second
    assert "note: the Hub asks to wait 7 s" in ran.stderr
    assert "note: the Hub does not answer as it should: rate limited. Waiting 21.0s before retry" in ran.stderr
    assert "may still be there: me/finnish: the Hub failed (500: Not now)" in ran.stderr


def test_a_pull_request_that_could_not_be_proved_is_closed(hub, user, artifact):
    """Where the network ends in the middle of the proof."""
    repository = hub.store.create("me/finnish")
    hub.faults.append(Fault("GET /content/", hang_up=0))
    assert user("push", artifact, "me/finnish", "--pull-request").code == 2
    assert (repository.pulls[1].status, repository.log()) == ("closed", ["initial commit"])


def test_a_hub_that_always_puts_off_is_given_up(hub, user, artifact):
    """After some tries, and without a last wait for nothing."""
    hub.faults.append(Fault("POST /api/repos/create", refusing(429, "Slow down", Retry_After="7")))
    ran = user("push", artifact, "me/finnish")
    assert (ran.code, ran.waits) == (2, [7, 7, 7, 7])


def test_a_branch_that_gets_other_files_than_were_proved(hub, user, artifact):
    """Which only a broken Hub can do: it is told, tagged, and what was proved stays to compare with."""

    def reversed_lines(answer):
        files = json.loads(answer.body)
        return Answer.of([{**file, "oid": file["oid"][::-1]} for file in files])

    hub.faults.append(Fault("GET .*/tree/.*", spoil=reversed_lines, after=4))
    ran = user("push", artifact, "me/finnish")
    repository = hub.store.repositories["me/finnish"]
    assert (ran.code, ran.stdout) == (1, "")
    assert "'main' does not hold what was proved" in ran.stderr
    assert list(repository.tags.values()) == [repository.branches["main"]]
    assert len(repository.branches) == 2


# ---------------------------------------------------------------- pulls


PULLS = {
    "missing": (Fault("nothing"), "me/nothing"),
    "hidden": (Fault("nothing"), "them/secret"),
    "not-an-artifact": (Fault("nothing"), "me/model"),
    "gated": (Fault("HEAD ", refusing(403, "Ask for it", X_Error_Code="GatedRepo")), "me/finnish"),
    "unauthorized": (Fault("", refusing(401, "Invalid credentials in Authorization header")), "me/finnish"),
    "too-many-requests": (Fault("GET /api", refusing(429, "", Retry_After="900")), "me/finnish"),
    "server-error": (Fault("GET /api", refusing(502)), "me/finnish"),
    "reset": (Fault("GET /content/", hang_up=0), "me/finnish"),
    "half": (
        Fault("GET /content/", spoil=lambda full: Answer(200, full.body[:99], {"Content-Length": "2000"})),
        "me/finnish",
    ),
    "no-hub": (Fault("", NO_HUB), "me/finnish"),
}


@pytest.fixture
def held(hub, artifact):
    """Return the Hub with an artifact on it, and other repositories."""
    hub.store.large = (artifact / "tokenizer.json").stat().st_size
    files = {path.name: path.read_bytes() for path in artifact.iterdir()}
    hub.store.create("me/finnish").put("main", files)
    for commit in hub.store.repositories["me/finnish"].commits.values():
        for path, blob in commit.files.items():
            if len(blob.content) >= hub.store.large:
                hub.store.objects[blob.sha256] = blob.content
                commit.files[path] = type(blob)(blob.content, large=True)
    hub.store.create("me/model").put("main", {"manifest.json": b'{"format": "ours"}'})
    hub.store.create("them/secret", private=True)
    return hub


@pytest.mark.parametrize("name", PULLS)
def test_a_pull_that_is_refused(held, user, tmp_path, name, golden):
    """One sentence, exit code 2, and no folder."""
    fault, repository = PULLS[name]
    held.faults.append(replace(fault))
    ran = user("pull", repository)
    sentence = [line for line in ran.stderr.splitlines() if line.startswith("error: ")]
    golden(f"hub/pull-{name}", "\n".join(sentence).replace(held.address, "HUB").replace(str(held.port), "PORT"))
    assert (ran.code, ran.stdout, len(sentence)) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_revision_that_is_not_there(held, user, tmp_path):
    """Is named."""
    ran = user("pull", "me/finnish", "--revision", "v9")
    assert ran.stderr == (
        "error: me/finnish at 'v9': it has no such revision; give a branch, a tag or a commit that it has\n"
    )


def test_a_disk_that_is_full_while_pulling(held, user, tmp_path):
    """A file that cannot be written is a sentence, and the folder is as it was."""
    (tmp_path / "finnish").mkdir()
    ran = user("pull", "me/finnish", limit=2000)
    assert ran.code == 2
    assert ran.stderr.count("error: ") == 1
    assert "File too large" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["finnish"]
    assert list((tmp_path / "finnish").iterdir()) == []


def test_a_disk_that_is_full_while_proving(hub, user, artifact):
    """Nothing was proved, which is not to say that anything is wrong on the Hub."""
    ran = user("push", artifact, "me/finnish", limit=2150)
    assert (ran.code, ran.stdout) == (2, "")
    assert "me/finnish: the proof could not be finished (OSError: [Errno 27] File too large" in ran.stderr
    assert nothing_left(hub)


def test_offline_is_the_users_word(hub, user, artifact, tmp_path):
    """HF_HUB_OFFLINE is read when a process starts, so this is one of its own."""
    program = f"""
import os, subprocess, sys
os.environ["HF_HUB_OFFLINE"] = "1"
command = [sys.executable, "-m", "tokbench", "pull", "me/finnish"]
print(subprocess.run(command, stderr=-1, text=True, cwd={str(tmp_path)!r}).stderr, end="")
"""
    assert user.python(program) == "error: me/finnish: HF_HUB_OFFLINE keeps from asking the Hub; unset it\n"


def test_a_hub_that_hf_xet_cannot_reach(hub, user, artifact, tmp_path):
    """The real hf_xet, which is what uploads unless it is turned off: the stand-in has no Xet, and refuses it."""
    program = f"""
import os, subprocess, sys
os.environ.pop("HF_HUB_DISABLE_XET")
command = [sys.executable, "-m", "tokbench", "push", {str(artifact)!r}, "me/finnish"]
done = subprocess.run(command, capture_output=True, text=True, cwd={str(tmp_path)!r})
errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
print(done.returncode, errors, "Traceback" in done.stderr)
"""
    printed = user.python(program)
    assert printed.startswith("2 ['error: me/finnish: the transfer failed (ConnectionError: "), printed
    assert "xet-write-token" in printed
    assert printed.endswith("; try again'] False\n"), printed
    assert TOKEN not in printed
    assert nothing_left(hub)


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize("command", ["push", "pull"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503])
def test_a_token_is_never_shown(hub, user, artifact, command, status, tmp_path):
    """Not when the Hub says it in its errors, and not in the traceback that a user may ask for."""
    said = f"the token {TOKEN} may not do this; Authorization: Bearer {TOKEN}; https://me:{TOKEN}@hub/x?token={TOKEN}"
    hub.faults.append(Fault("(POST|GET) /api/(repos|models)", refusing(status, said, X_Request_Id=TOKEN)))
    arguments = ["push", artifact, "me/finnish"] if command == "push" else ["pull", "me/finnish"]
    for more in ((), ("--traceback",)):
        ran = user(*arguments, *more)
        assert ran.code == 2
        assert TOKEN not in ran.stdout + ran.stderr
        assert "Traceback" in ran.stderr or not more


def test_a_token_is_in_nothing_that_is_written(hub, user, artifact, tmp_path):
    """Neither in what is published nor in what is left here; a login comes from huggingface_hub's own file."""
    home = tmp_path / "home"
    program = f"""
import os, subprocess, sys
os.environ.pop("HF_TOKEN")
os.environ["HF_HOME"] = {str(home)!r}
tokbench = [sys.executable, "-m", "tokbench"]
login = "import huggingface_hub, os; huggingface_hub.login({TOKEN!r}, add_to_git_credential=False)"
push = ["push", {str(artifact)!r}, "me/finnish"]
for command in (push, ["-c", login], push):
    command = [sys.executable, *command] if command[0] == "-c" else [*tokbench, *command]
    done = subprocess.run(command, capture_output=True, text=True, cwd={str(tmp_path)!r})
    print(done.returncode, done.stdout, done.stderr)
"""
    printed = user.python(program)
    assert "the Hub does not know you (401" in printed
    assert "me/finnish: pushed to main as" in printed
    assert TOKEN not in printed
    repository = hub.store.repositories["me/finnish"]
    told = [commit.title + commit.description for commit in repository.commits.values()]
    assert TOKEN not in "".join(told)
    assert not [path for path, content in repository.files().items() if TOKEN.encode() in content]
    holding = [path for path in tmp_path.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert {path.name for path in holding} <= {"token", "stored_tokens"}


def test_other_people_see_no_private_repository(hub, user, artifact):
    """The stand-in is as strict as the Hub, so that these tests mean something."""
    hub.store.create("org/secret", private=True)
    hub.store.users["hf_else"] = User("else")
    assert "no such repository, or you may not see it" in user("pull", "org/secret", token="hf_else").stderr
    assert Artifact.open(artifact).changed() == []
