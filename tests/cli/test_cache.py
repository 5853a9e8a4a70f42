"""What is kept from build to build can be seen, verified and cleared."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import click
import pytest

from tokbench.cli.options import Bytes


@pytest.fixture
def cached(tmp_path):
    """Run the command line with a cache of its own, which holds the counts of one small corpus."""
    (tmp_path / "text.txt").write_text("some words and some more\n" * 20, encoding="utf-8")
    (tmp_path / "r.toml").write_text(
        'name = "x"\n[[corpus]]\nuse = "files"\npath = "text.txt"\n'
        '[pre_tokenizer]\nuse = "gpt2"\n[trainer]\nuse = "bpe"\n'
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run(*arguments):
        command = [sys.executable, "-m", "tokbench", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert run("count", "r.toml", "-o", "first.parquet").returncode == 0
    return run


def test_shows_what_is_kept(cached):
    """An entry names its files and what was read of them; there is one of chunks, and one of words."""
    shown = json.loads(cached("cache", "show", "--json").stdout)
    assert [(entry["units"], entry["documents"]) for entry in shown["entries"]] == [(["text.txt"], 20)] * 2
    assert "text.txt: 20 documents" in cached("cache", "show").stdout


def test_merges_are_kept_beside_counts(cached, tmp_path):
    """A build keeps what it learned, which is shown, verified and cleared; the next size takes it from there."""

    def build(size, name):
        options = ["--set", f"trainer.vocab_size={size}", "--no-checks", "-o", name]
        assert cached("build", "r.toml", *options).returncode == 0
        return (tmp_path / name / "tokenizer.json").read_bytes()

    build(264, "larger")
    (merges,) = (tmp_path / "cache" / "tokbench" / "counts").glob("*.merges")
    kept = merges.read_bytes()
    entry = json.loads(cached("cache", "show", "--json").stdout)["entries"][-1]
    assert (entry["holds"], entry["words"]["distinct"], entry["stored"]) == ("merges", 5, len(kept))
    assert "merges of 5 words (" in cached("cache", "show").stdout
    smaller = build(260, "smaller")
    assert merges.read_bytes() == kept
    merges.write_bytes(kept[:-1])
    assert "2 of 3 entries are whole" in cached("cache", "verify").stdout
    assert build(260, "again") == smaller
    assert cached("cache", "verify").stdout == "3 of 3 entries are whole\n"
    cached("cache", "clear")
    assert build(260, "anew") == smaller
    assert json.loads(cached("cache", "show", "--json").stdout)["entries"][-1]["holds"] == "merges"


def test_a_broken_entry_is_told_and_never_used(cached, tmp_path):
    """Verifying fails with exit code 1, and a counting that needs entries makes them anew."""
    assert cached("cache", "verify").stdout == "2 of 2 entries are whole\n"
    for whole, entry in enumerate(sorted((tmp_path / "cache" / "tokbench" / "counts").glob("*.counts"))):
        content = bytearray(entry.read_bytes())
        content[len(content) // 2] ^= 1
        entry.write_bytes(content)
        broken = cached("cache", "verify")
        assert (broken.returncode, f"{1 - whole} of 2 entries are whole" in broken.stdout) == (1, True)
    assert cached("count", "r.toml", "-o", "second.parquet").returncode == 0
    assert (tmp_path / "first.parquet").read_bytes() == (tmp_path / "second.parquet").read_bytes()
    assert cached("cache", "verify").returncode == 0


def test_an_entry_of_another_version_is_told(cached, tmp_path):
    """What is whole but laid out otherwise is listed, can be cleared, and breaks nothing."""
    content = b"what an earlier version kept" * 9
    folder = tmp_path / "cache" / "tokbench" / "counts"
    for suffix in ("counts", "merges"):
        (folder / f"old.{suffix}").write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    shown = cached("cache", "show")
    assert (shown.returncode, shown.stdout.count("something of another version, which is not used, ")) == (0, 2)
    assert len(json.loads(cached("cache", "show", "--json").stdout)["entries"]) == 4


def test_clears_all(cached):
    """Nothing is left, and it says how much there was."""
    assert cached("cache", "clear").stdout.endswith("bytes were freed\n")
    assert json.loads(cached("cache", "show", "--json").stdout)["entries"] == []


def test_a_budget_of_memory_changes_nothing(cached, tmp_path):
    """Counts that go to disk are the same counts."""
    cached("cache", "clear")
    assert cached("count", "r.toml", "-o", "small.parquet", "--memory", "64MB").returncode == 0
    assert (tmp_path / "small.parquet").read_bytes() == (tmp_path / "first.parquet").read_bytes()
    refused = cached("count", "r.toml", "-o", "small.parquet", "--memory", "much")
    assert (refused.returncode, "'much' is no size; write it as 2GB or 512MiB" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "size"), [("2GB", 2 * 10**9), ("512MiB", 512 * 2**20), ("1.5k", 1500), ("100", 100), ("3 tb", 3 * 10**12)]
)
def test_sizes_are_read_as_people_write_them(text, size):
    """Decimal units, binary ones with an i, any case."""
    assert Bytes().convert(text, None, None) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "2XB", "GB", "1e9"])
def test_other_sizes_are_refused(text):
    """What is no size is told how to write one."""
    with pytest.raises(click.BadParameter, match="write it as 2GB or 512MiB"):
        Bytes().convert(text, None, None)
