"""The folder on disk: whole or absent, never in the way of other files, the same bytes every time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.shapes import SHAPES, TEXTS, build, byte_level, word_piece
from tokbench.artifact import Artifact, new_artifact
from tokbench.errors import ArtifactError
from tokbench.recipe.tables import Wrapper


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below the folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def begin_and_raise(target: Path, error: type[BaseException], *, force: bool = False) -> None:
    """Begin an artifact that never gets whole."""
    with new_artifact(target, force=force) as draft:
        draft.write("a.txt", "half")
        raise error


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("name", SHAPES)
def test_what_was_built_is_opened(tmp_path: Path, name: str) -> None:
    """An artifact gives back its name, recipe, manifest, and a tokenizer that encodes as the trained one."""
    shape = SHAPES[name]()
    artifact = Artifact.open(build(shape, tmp_path / "small"))
    assert artifact.name == "small"
    assert artifact.recipe_text == 'name = "small"\n'
    assert artifact.manifest["corpus"]["units"] == [{"name": "a.txt", "sha256": "0f"}]
    assert artifact.changed() == []
    expected = [shape.tokenizer.encode(text).ids for text in TEXTS]
    assert artifact.tokenizer(TEXTS)["input_ids"] == expected


def test_open_takes_a_string(tmp_path: Path) -> None:
    """A path may be written as a string."""
    assert Artifact.open(str(build(byte_level(), tmp_path / "small"))).path == tmp_path / "small"


def test_changed_files_are_named(tmp_path: Path) -> None:
    """A file that is missing or edited is found by its sha256."""
    folder = build(byte_level(), tmp_path / "small")
    (folder / "recipe.toml").unlink()
    (folder / "tokenizer.json").write_text("{}")
    assert Artifact.open(folder).changed() == ["recipe.toml", "tokenizer.json"]


def test_what_is_added_later_is_in_the_manifest(tmp_path: Path) -> None:
    """New files and new versions of old ones; a file that was changed by another hand is named as before."""
    folder = build(byte_level(), tmp_path / "small")
    (folder / "recipe.toml").write_text("")
    artifact = Artifact.open(folder)
    artifact.amend({"validation.json": "{}\n", "README.md": "# small\n"})
    assert artifact.card_text == "# small\n"
    assert artifact.changed() == ["recipe.toml"]
    assert list(artifact.manifest)[-1] == "run"
    assert (folder / "validation.json").read_bytes() == b"{}\n"


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (None, "is not an artifact: it has no manifest.json"),
        ("{", "is damaged"),
        ("[]", "is damaged"),
        ("{}", "is damaged"),
        ('{"format": 99}', "has the format 99, and this tokbench reads up to 1; upgrade tokbench"),
        ('{"format": "new"}', "has the format new"),
    ],
)
def test_folders_that_are_no_artifact(tmp_path: Path, manifest: str | None, message: str) -> None:
    """Each ends in one sentence."""
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(ArtifactError, match=message):
        Artifact.open(tmp_path)


def test_no_folder_at_all(tmp_path: Path) -> None:
    """A path where nothing is says so."""
    with pytest.raises(ArtifactError, match="there is no such folder"):
        Artifact.open(tmp_path / "nothing")


def test_a_missing_recipe(tmp_path: Path) -> None:
    """A file that an artifact must have is missed by name."""
    folder = build(byte_level(), tmp_path / "small")
    (folder / "recipe.toml").unlink()
    with pytest.raises(ArtifactError, match=r"recipe\.toml is missing"):
        _ = Artifact.open(folder).recipe_text


# ---------------------------------------------------------------- writing


def test_the_draft_lies_beside_and_is_renamed(tmp_path: Path) -> None:
    """While it is written nothing is at the target; after, nothing is beside it."""
    target = tmp_path / "new" / "small"
    with new_artifact(target, force=False) as draft:
        assert draft.path.parent.parent == target.parent
        assert not target.exists()
        draft.write("a.txt", "é\n")
    assert tree(tmp_path) == {"new/small/a.txt": "é\n".encode()}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_ends_a_build_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    """An exception, Ctrl-C and an exit leave neither target nor draft."""
    with pytest.raises(error):
        begin_and_raise(tmp_path / "small", error)
    assert tree(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_an_artifact_is_not_overwritten(tmp_path: Path) -> None:
    """Without force an artifact stays, and the refusal comes before any work."""
    folder = build(byte_level(), tmp_path / "small")
    before = tree(folder)
    with (
        pytest.raises(ArtifactError, match=r"small exists; give --force to replace it, or -o for another folder"),
        new_artifact(folder, force=False),
    ):
        pytest.fail("the block must not begin")
    assert tree(tmp_path) == {f"small/{name}": content for name, content in before.items()}


def test_force_replaces_an_artifact_when_the_new_one_is_whole(tmp_path: Path) -> None:
    """The old artifact is there until the new one is, and then it is gone with all its files."""
    folder = build(byte_level(), tmp_path / "small")
    with new_artifact(folder, force=True) as draft:
        draft.write("a.txt", "new")
        assert Artifact.open(folder).changed() == []
    assert tree(tmp_path) == {"small/a.txt": b"new"}


def test_a_forced_build_that_fails_leaves_the_old_artifact(tmp_path: Path) -> None:
    """Force does not mean that a failed build may take the old one with it."""
    folder = build(byte_level(), tmp_path / "small")
    before = tree(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        begin_and_raise(folder, KeyboardInterrupt, force=True)
    assert tree(tmp_path) == before


def test_a_rename_that_fails_puts_the_old_artifact_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even between the two renames of a replacement nothing is lost."""
    folder = build(byte_level(), tmp_path / "small")
    before = tree(tmp_path)
    rename = os.rename

    def fail(source: Any, target: Any) -> None:
        if Path(source).name == "new":
            raise OSError("disk on fire")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(OSError, match="disk on fire"), new_artifact(folder, force=True) as draft:
        draft.write("a.txt", "new")
    assert tree(tmp_path) == before


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("stranger", ["thesis.tex", "deep/er/thesis.tex"])
def test_a_folder_of_other_files_stays(tmp_path: Path, stranger: str, force: bool) -> None:
    """A folder that no build made is never replaced, force or not."""
    (tmp_path / "mine" / stranger).parent.mkdir(parents=True)
    (tmp_path / "mine" / stranger).write_text("years of work")
    with pytest.raises(ArtifactError, match="holds files that are not an artifact"):
        build(byte_level(), tmp_path / "mine", force=force)
    assert tree(tmp_path) == {f"mine/{stranger}": b"years of work"}


@pytest.mark.parametrize("stranger", ["model.safetensors", ".git/config", "checkpoints/1/x"])
def test_an_artifact_with_the_users_files_stays(tmp_path: Path, stranger: str) -> None:
    """What the user put beside the tokenizer is not deleted with it."""
    folder = build(byte_level(), tmp_path / "small")
    (folder / stranger).parent.mkdir(parents=True, exist_ok=True)
    (folder / stranger).write_text("weights")
    with pytest.raises(ArtifactError, match=f"holds '{stranger}', which no build put there"):
        build(byte_level(), folder, force=True)
    assert (folder / stranger).read_text() == "weights"


def test_files_that_appear_during_the_build_stay(tmp_path: Path) -> None:
    """The place is looked at again before the rename."""
    target = tmp_path / "small"
    draft = contextlib.ExitStack()
    draft.enter_context(new_artifact(target, force=True))
    target.mkdir()
    (target / "thesis.tex").write_text("years of work")
    with pytest.raises(ArtifactError, match="not an artifact"):
        draft.close()
    assert tree(tmp_path) == {"small/thesis.tex": b"years of work"}


KILLED = """
import os, signal, sys
from pathlib import Path
from tokbench import artifact

def stop(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[2] == "replacing":
    rename, renamed = os.rename, []
    os.rename = lambda *paths: stop() if len(renamed) == 2 else (renamed.append(paths), rename(*paths))[1]
with artifact.new_artifact(Path(sys.argv[1]), force=True) as draft:
    draft.write("a.txt", "half")
    if sys.argv[2] == "writing":
        stop()
"""


@pytest.mark.parametrize("at", ["writing", "replacing"])
def test_what_a_killed_build_left_is_tidied_by_the_next(tmp_path: Path, at: str) -> None:
    """Even one killed between the two renames of a replacement loses no artifact; files of the user's stay."""
    folder = build(byte_level(), tmp_path / "small")
    before = tree(folder)
    (tmp_path / "poetry.lock").write_text("mine")
    (tmp_path / ".small.0123456789abcdef").mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder), at], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert folder.exists() is (at == "writing")
    with pytest.raises(ArtifactError, match="give --force"), new_artifact(folder, force=False):
        pytest.fail("the artifact that was there is there again, and in the way")
    assert tree(folder) == before
    assert {path.name for path in tmp_path.iterdir()} == {"small", "poetry.lock", ".small.0123456789abcdef"}


def test_of_two_builds_at_once_one_is_told(tmp_path: Path) -> None:
    """The artifact that was whole first stays, without `--force`, whenever it came."""
    target = tmp_path / "small"
    draft = contextlib.ExitStack()
    draft.enter_context(new_artifact(target, force=False))
    build(byte_level(), target)
    before = tree(target)
    with pytest.raises(ArtifactError, match="small exists; give --force"):
        draft.close()
    assert tree(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    """The compiled half of tokenizers raises a bare `Exception` there."""

    class Full:
        def save_pretrained(self, folder: Path) -> None:
            raise Exception(f"No space left on device (os error 28) {folder.name}")

    full: Any = Full()
    with (
        pytest.raises(ArtifactError, match=r"cannot be written: No space left on device"),
        new_artifact(tmp_path / "small", force=False) as draft,
    ):
        draft.save_tokenizer(full)


def test_a_file_in_the_way(tmp_path: Path) -> None:
    """A file is not replaced by a folder."""
    (tmp_path / "small").write_text("a file")
    with pytest.raises(ArtifactError, match="small is a file; give -o for a folder"):
        build(byte_level(), tmp_path / "small", force=True)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder below a file cannot be made, and that is a sentence."""
    (tmp_path / "file").write_text("a file")
    with pytest.raises(ArtifactError, match=r"small cannot be written: .*; give -o for another folder"):
        build(byte_level(), tmp_path / "file" / "small")


def test_a_place_that_no_file_system_has(tmp_path: Path) -> None:
    """A name that is too long is a sentence, as anything else that is in the way."""
    too_long = tmp_path / ("x" * 300)
    with pytest.raises(ArtifactError, match="looked at: File name too long"), new_artifact(too_long, force=False):
        pass


def test_an_empty_folder_is_no_obstacle(tmp_path: Path) -> None:
    """There is nothing to lose in it."""
    (tmp_path / "small").mkdir()
    assert Artifact.open(build(byte_level(), tmp_path / "small")).name == "small"


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The artifact goes where a link points, and the link stays."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    build(byte_level(), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "tokenizer.json").is_file()


# ---------------------------------------------------------------- what is in the files


@pytest.mark.parametrize("name", SHAPES)
def test_two_builds_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    """Every file is the same in another folder, but for the table `run` of the manifest."""
    shape = SHAPES[name]()
    one, other = tree(build(shape, tmp_path / "one")), tree(build(shape, tmp_path / "elsewhere" / "two"))
    manifests = [json.loads(files.pop("manifest.json")) for files in (one, other)]
    assert one == other
    assert all(manifest.pop("run") for manifest in manifests)
    assert manifests[0] == manifests[1]


def test_no_file_tells_where_it_was_written(tmp_path: Path) -> None:
    """Neither the folder nor transformers' own notes are in any file."""
    content = b"".join(tree(build(word_piece(), tmp_path / "small")).values())
    for told in (tmp_path.name, "name_or_path", ".small.", '"backend"', "1000000000000000019884624838656"):
        assert told.encode() not in content


def test_the_class_is_one_that_every_transformers_knows(tmp_path: Path) -> None:
    """Version 4 knows neither TokenizersBackend nor a list of extra_special_tokens."""
    told = json.loads((build(byte_level(), tmp_path / "small") / "tokenizer_config.json").read_text())
    assert told["tokenizer_class"] == "PreTrainedTokenizerFast"
    assert told["additional_special_tokens"] == ["<|sys|>"]
    assert "extra_special_tokens" not in told


def test_a_chat_template_is_a_file_of_its_own(tmp_path: Path) -> None:
    """The template is kept as text, and loads again."""
    (tmp_path / "chat.jinja").write_text("{{ messages[0].content }}\n", encoding="utf-8")
    folder = build(byte_level(), tmp_path / "small", wrapper=Wrapper(chat_template=tmp_path / "chat.jinja"))
    assert (folder / "chat_template.jinja").read_text(encoding="utf-8") == "{{ messages[0].content }}\n"
    assert Artifact.open(folder).tokenizer.chat_template == "{{ messages[0].content }}\n"


def test_the_manifest_lists_every_other_file(tmp_path: Path) -> None:
    """Nothing lies in the folder that the manifest does not know."""
    folder = build(word_piece(), tmp_path / "small")
    assert sorted([*Artifact.open(folder).manifest["files"], "manifest.json"]) == sorted(tree(folder))
