"""A build as a user runs it: the folder it leaves, the same bytes every time, and nothing left when it is stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tokbench
from tokbench.contracts import Note
from tokbench.errors import ArtifactError, CorpusError, RecipeError, UserError

CORPORA = Path(__file__).parents[2] / "corpora"
RECIPES = ["bpe", "char", "code", "multilingual", "wordlevel", "wordpiece"]
TEXTS = ["the quick brown fox " * 3, "jumps over the lazy dog\n", "naïve café, 数学"] * 40


def files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file but those that tell of the run."""
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["run"]
    return {**found, "manifest.json": json.dumps(manifest).encode()}


@pytest.mark.parametrize("name", RECIPES)
def test_every_sample_recipe_builds_and_passes_its_checks(name, tmp_path):
    """What the repository ships as examples works, and promises what it can keep."""
    artifact = tokbench.build(CORPORA / f"{name}.toml", tmp_path / name)
    assert artifact.manifest["checks"]["ran"]
    assert artifact.tokenizer("a word").input_ids


def test_the_same_recipe_gives_the_same_bytes(tmp_path):
    """Threads, the hash seed and the process change nothing, in no file."""
    results = []
    for threads, seed in (("1", "1"), ("2", "2"), ("3", "random")):
        target = tmp_path / f"{threads}-{seed}"
        subprocess.run(
            [sys.executable, "-m", "tokbench", "build", CORPORA / "wordpiece.toml", "-o", target, "--threads", threads],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        )
        results.append(files(target))
    assert results[0] == results[1] == results[2]


def test_the_folder_says_nothing_of_the_machine(tmp_path):
    """No file but the run's own section holds a path, a user or a time."""
    artifact = tokbench.build(CORPORA / "bpe.toml", tmp_path / "bpe", checks=False)
    for name, content in files(artifact.path).items():
        assert str(tmp_path).encode() not in content, name
        assert str(CORPORA.parent).encode() not in content, name


def test_the_recipe_in_the_artifact_builds_it_again(tmp_path):
    """The filled recipe, at the place of the first, gives the same files."""
    shutil.copytree(CORPORA / "samples", tmp_path / "samples")
    shutil.copy(CORPORA / "wordpiece.toml", tmp_path / "first.toml")
    first = tokbench.build(tmp_path / "first.toml", tmp_path / "a", checks=False)
    (tmp_path / "again.toml").write_text(first.recipe_text, encoding="utf-8")
    again = tokbench.build(tmp_path / "again.toml", tmp_path / "b", checks=False)
    ours, theirs = files(first.path), files(again.path)
    for name in ("tokenizer.json", "tokenizer_config.json", "recipe.toml"):
        assert ours[name] == theirs[name]


def test_builds_from_an_iterable_and_from_datasets(tmp_path):
    """The same documents give the same tokenizer, whoever hands them over."""
    import datasets

    recipe = {
        "name": "given",
        "pre_tokenizer": {"use": "byte-level", "add_prefix_space": False},
        "trainer": {"use": "bpe", "vocab_size": 320},
    }
    held = datasets.Dataset.from_dict({"text": TEXTS})
    sources = {
        "list": TEXTS,
        "generator": (text for text in TEXTS),
        "held": held,
        "streamed": held.to_iterable_dataset(),
    }
    built = {
        name: tokbench.build(recipe, tmp_path / name, corpus=corpus, checks=False) for name, corpus in sources.items()
    }
    saved = {name: (artifact.path / "tokenizer.json").read_bytes() for name, artifact in built.items()}
    assert len(set(saved.values())) == 1
    assert built["list"].manifest["corpus"]["documents"] == len(TEXTS)


def test_counts_stand_for_the_text(tmp_path):
    """Trained from counts on disk, a tokenizer is the same; text trainers refuse them before anything is read."""
    from tokbench.errors import RecipeError

    recipe = CORPORA / "bpe.toml"
    words = tokbench.count(recipe, tmp_path / "words.parquet")
    whole = tokbench.build(recipe, tmp_path / "whole", checks=False)
    counted = tokbench.build(recipe, tmp_path / "counted", counts=tmp_path / "words.parquet", checks=False)
    assert (counted.path / "tokenizer.json").read_bytes() == (whole.path / "tokenizer.json").read_bytes()
    assert counted.manifest["words"]["sha256"] == whole.manifest["words"]["sha256"] == words.digest()
    with pytest.raises(RecipeError, match="it takes running text, not word counts"):
        tokbench.build(
            recipe, tmp_path / "x", counts=tmp_path / "words.parquet", overrides=["trainer.use=hf-bpe"], checks=False
        )


TRAINERS = {
    "bpe": {"use": "bpe"},
    "wordpiece": {"use": "wordpiece", "scoring": "likelihood"},
    "unigram": {"use": "unigram"},
    "wordlevel": {"use": "wordlevel"},
    "hf-bpe": {"use": "hf-bpe"},
}


@pytest.mark.parametrize("trainer", TRAINERS)
def test_a_sweep_gives_what_each_size_alone_gives(trainer, tmp_path):
    """Every file of every size is that of its own build, whether the trainer can be cut or not."""
    recipe = {
        "name": "x",
        "pre_tokenizer": {"use": "whitespace"},
        "trainer": TRAINERS[trainer],
        "special_tokens": {"unk": "[UNK]"},
    }
    said: list[str] = []
    swept = tokbench.build_sizes(
        recipe,
        [70, 58, 70, 90],
        tmp_path / "x",
        corpus=TEXTS,
        checks=False,
        report=lambda event: isinstance(event, Note) and said.append(event.text),
    )
    assert [artifact.path.name for artifact in swept] == ["x-70", "x-58", "x-90"]
    for size, artifact in zip((70, 58, 90), swept, strict=True):
        changed = [f"trainer.vocab_size={size}"]
        alone = tokbench.build(recipe, tmp_path / "y", corpus=TEXTS, overrides=changed, force=True, checks=False)
        assert files(artifact.path) == files(alone.path)
    assert any("cannot be cut" in note for note in said) == (trainer not in ("bpe", "wordpiece"))


def test_a_sweep_refuses_before_it_reads(tmp_path):
    """What stands in the way of one size is said before any text is read, and so is a sweep over nothing."""
    recipe = {"name": "x", "pre_tokenizer": {"use": "gpt2"}, "trainer": {"use": "bpe"}}
    unread = (pytest.fail("was read") for _ in "x")
    (tmp_path / "x-400").write_text("mine")
    with pytest.raises(ArtifactError, match="x-400 is a file"):
        tokbench.build_sizes(recipe, [300, 400], tmp_path / "x", corpus=unread)
    with pytest.raises(RecipeError, match="1 is less than the 2 tokens"):
        tokbench.build_sizes(
            {**recipe, "special_tokens": {"bos": "<s>", "eos": "</s>"}}, [300, 1], tmp_path / "y", corpus=unread
        )
    with pytest.raises(UserError, match="give at least one size"):
        tokbench.build_sizes(recipe, [], corpus=unread)


def test_an_existing_artifact_stays_unless_forced(tmp_path):
    """Nothing is overwritten by accident, and a file that no build made is never touched."""
    recipe = {"name": "x", "pre_tokenizer": {"use": "gpt2"}, "trainer": {"use": "bpe", "vocab_size": 300}}
    first = tokbench.build(recipe, tmp_path / "x", corpus=TEXTS, checks=False)
    with pytest.raises(ArtifactError, match="give --force to replace it"):
        tokbench.build(recipe, tmp_path / "x", corpus=TEXTS, checks=False)
    tokbench.build(recipe, tmp_path / "x", corpus=TEXTS, checks=False, force=True)
    (first.path / "notes.txt").write_text("mine")
    with pytest.raises(ArtifactError, match=r"holds 'notes.txt'"):
        tokbench.build(recipe, tmp_path / "x", corpus=TEXTS, checks=False, force=True)
    assert (first.path / "notes.txt").read_text() == "mine"


def test_nothing_is_trained_on_nothing(tmp_path):
    """An empty corpus is refused, and leaves no folder."""
    recipe = {"name": "x", "pre_tokenizer": {"use": "gpt2"}, "trainer": {"use": "bpe"}}
    with pytest.raises(CorpusError, match="no text in them; give it text to train on"):
        tokbench.build(recipe, tmp_path / "x", corpus=["", ""])
    assert list(tmp_path.iterdir()) == []


def test_a_promise_that_text_of_the_corpus_breaks_is_lowered_and_said(tmp_path):
    """A recipe that asks nothing promises what holds on its own corpus."""
    recipe = {
        "name": "x",
        "normalizer": {"use": "replace", "pattern": "zebra", "content": "horse"},
        "pre_tokenizer": {"use": "byte-level", "add_prefix_space": False},
        "trainer": {"use": "bpe", "vocab_size": 300},
    }
    said = []
    artifact = tokbench.build(recipe, tmp_path / "x", corpus=["a zebra crossing"] * 9, report=said.append)
    assert artifact.manifest["promises"]["round_trip"] == "normalized"
    assert any("checks.round_trip: normalized" in note.text for note in said if isinstance(note, Note))


@pytest.mark.parametrize("trainer", ["bpe", "hf-bpe"])
def test_ctrl_c_stops_at_once_and_leaves_nothing(trainer, tmp_path):
    """An interrupt ends a build within a second, whatever it is at, without a half-written folder."""
    text = tmp_path / "text.txt"
    with text.open("w", encoding="utf-8") as file:
        for number in range(400_000):
            file.write(f"{number * 2654435761 % 2**32:x} {number} words and more words {number % 977}\n")
    (tmp_path / "r.toml").write_text(
        f'name = "x"\n[[corpus]]\nuse = "files"\npath = "text.txt"\n[pre_tokenizer]\nuse = "gpt2"\n'
        f'[trainer]\nuse = "{trainer}"\nvocab_size = 60000\n'
    )
    command = [sys.executable, "-m", "tokbench", "build", "r.toml", "-o", "out/x", "--no-checks"]
    (tmp_path / "out").mkdir()
    build = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not list((tmp_path / "out").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.7)
    assert build.poll() is None, "the build was over before it could be interrupted"
    build.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, stderr = build.communicate(timeout=20)
    assert time.monotonic() - started < 2  # a second, and one for a busy machine
    assert build.returncode == 130
    assert "Traceback" not in stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_numbers_and_nouns_agree(tmp_path):
    """One document is not some documents."""
    recipe = {"name": "x", "pre_tokenizer": {"use": "gpt2"}, "trainer": {"use": "bpe", "vocab_size": 260}}
    artifact = tokbench.build(recipe, tmp_path / "x", corpus=["a" * 9], checks=False)
    assert artifact.summary().endswith("tokens from 1 document (9 bytes); nothing was checked")
