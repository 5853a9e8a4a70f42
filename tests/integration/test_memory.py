"""Memory is bounded by the budget, however many distinct words there are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

BUDGET = 64
SLACK = 200
WORDS = 2_000_000
RECIPE = """
name = "salted"
corpus = {{ use = "files", path = "salted.txt" }}
pre_tokenizer = {{ use = "{pre_tokenizer}" }}
trainer = {{ use = "wordlevel", vocab_size = 100 }}
special_tokens = {{ unk = "[UNK]" }}
"""
MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(json.dumps([done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6]))
"""


def salted() -> bytes:
    """Return lines of distinct words of eight letters, in an order that no hash table likes."""
    numbers = (np.arange(WORDS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(25)
    letters = np.full((WORDS, 9), ord(" "), np.uint8)
    for place in range(8):
        letters[:, place] = ord("a") + numbers % np.uint64(26)
        numbers //= np.uint64(26)
    letters[99::100, 8] = ord("\n")
    return bytes(letters.tobytes())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems measure memory in other units")
def test_distinct_words_without_end_stay_within_the_budget(tmp_path: Path) -> None:
    """Two million words, which take 400 MB where there is no bound, are counted in 64 MB and 200 more, and exactly."""
    text = salted()
    (tmp_path / "salted.txt").write_bytes(text)
    (tmp_path / "recipe.toml").write_text(RECIPE.format(pre_tokenizer="whitespace-split"))
    command = [sys.executable, "-m", "tokbench", "count", "recipe.toml", "-o", "words.parquet"]
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, *command, "--memory", f"{BUDGET}MB", "--threads", "2"],
        cwd=tmp_path,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=True,
    )
    code, peak = json.loads(run.stdout.splitlines()[-1])
    assert code == 0, run.stderr
    assert peak < BUDGET + SLACK
    table = pq.read_table(tmp_path / "words.parquet")
    assert table["word"].to_pylist() == sorted(text.decode().split())
    assert set(table["count"].to_pylist()) == {1}
    assert not list((tmp_path / "cache" / "tokbench" / "counts").glob("spill-*"))
