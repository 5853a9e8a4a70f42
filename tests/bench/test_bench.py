"""The benchmarks run, on little text, so that anyone can run them on much."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from tests.bench.corpora import salted, write_text
from tests.bench.ratios import ratio

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "corpora" / "samples"
COMMANDS = {
    "table": ["-m", "tests.bench", "--only", "table", "--peers", "hf", "--vocab-size", "400"],
    "no kernel": ["tests/bench/count.py", "--names=en", "--splits=no-kernel"],
    "Python": ["tests/bench/python_part.py"],
    "second": ["tests/bench/scale.py", "--section", "second", "--vocab-size", "600"],
    "stages": ["tests/bench/build.py", "--section", "stages"],
    "threads": ["tests/bench/threads.py", "--files=3", "--threads", "1", "2"],
    "unigram": ["tests/bench/unigram.py", "--names=en", "--vocab-sizes=300", "--threads=1", "--generated=900"],
}

SAID = {
    "table": ["hf"],
    "no kernel": ["MB/s"],
    "Python": ["wall s 2 threads"],
    "second": ["second build", "half", "double"],
    "stages": ["training"],
    "threads": ["jsonl.zst, kept"],
    "unigram": ["sentencepiece counts", "expectation", "not reached:\nen, 300 tokens, ", "hf, MB: "],
}


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of corpora as the benchmarks want them, made of the samples."""
    folder = tmp_path_factory.mktemp("corpora")
    for name, sample in {"en": "en.txt", "multilingual": "th.txt", "python": "ru.txt"}.items():
        lines = (SAMPLES / sample).read_text(encoding="utf-8").splitlines()
        content = "".join(json.dumps({"text": line}) + "\n" for line in lines)
        with pa.output_stream(folder / f"{name}.jsonl.zst") as stream:
            stream.write(content.encode())
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_benchmark_prints_its_figures(corpora: Path, name: str) -> None:
    """It ends well, which it would not if merges differed, and every line has figures."""
    command = [sys.executable, *COMMANDS[name], "--corpora", corpora, "--megabytes", "0.02", "--repeat", "1"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert [said for said in SAID[name] if said not in run.stdout] == []


def test_what_is_not_reached_is_marked() -> None:
    """With the target; what is reached, if only just, is not."""
    assert [ratio(74, 10, 10), ratio(74, 10, 7.4), ratio(74, 10)] == ["7.4x < 10", "7.4x", "7.4x"]


def test_salted_text_has_other_words_in_every_copy(corpora: Path, tmp_path: Path) -> None:
    """One word in twenty is another; nothing else changes, and the same call writes the same text."""
    text = b"the same few words " * 100
    first, second = salted(text, 1), salted(text, 2)
    assert first != second
    assert len(first) == len(second) == len(text) + 2 * (100 * 4 // 20)
    sizes = [write_text([corpora / "en.jsonl.zst"], tmp_path / str(copy), 100_000) for copy in (0, 1)]
    assert sizes[0] == sizes[1] >= 100_000
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()
