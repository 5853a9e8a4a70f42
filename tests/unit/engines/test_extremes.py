"""Counting at its limits: a word as long as a file, and Ctrl-C while processes split whole documents."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from tests.unit.counting.pipelines import CASES
from tests.unit.engines.started import interrupt, started
from tokbench.contracts import CountingPlan, Tally, silent
from tokbench.corpora.files import Files
from tokbench.corpora.source import Source
from tokbench.corpora.stream import work_units
from tokbench.engines.local import Local
from tokbench.errors import CorpusError

LONG = int(os.environ.get("TOKBENCH_LONG_WORD", 5_000_000))
"""Bytes of the word: more than a block that is read, and than what is counted between two looks at the memory."""


def counted(path: Path, memory: int = 0) -> dict[str, int]:
    units = work_units([Source(Files(path, max_document_bytes=2**31))])
    case = CASES["gpt2"]
    return dict(Local().count(units, CountingPlan(case.json, case.cut, 1, memory), silent)[0])


@pytest.mark.parametrize("memory", [0, 1], ids=["in memory", "spilled"])
@pytest.mark.parametrize("name", ["word.txt", "word.jsonl"])
def test_a_word_as_long_as_a_file_is_counted(tmp_path: Path, monkeypatch, name: str, memory: int) -> None:
    """Read in blocks, kept, spilled, found again and sorted like any other."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    word = "x" * LONG
    before, after = ('{"text": "', '"}\n') if "json" in name else ("", "\n")
    with (tmp_path / name).open("w") as file:
        for text in ("a b", word, f"{word} b"):
            file.write(before + text + after)
    for _ in range(2):
        found = counted(tmp_path / name, memory)
        assert sorted(map(len, found)) == [1, 2, LONG]
        assert (found[word], found["Ġb"], found["a"]) == (2, 2, 1)


def test_a_word_over_the_limit_is_refused_before_it_is_held(tmp_path: Path) -> None:
    """The default limit of a document bounds the memory that a word can take."""
    with (tmp_path / "word.txt").open("wb") as file:
        file.truncate(2**26 + 2**20)
    with pytest.raises(CorpusError, match=r"word\.txt: line 1: the document is longer than max_document_bytes"):
        list(work_units([Source(Files(tmp_path / "word.txt"))])[0].read(Tally()))


def test_ctrl_c_ends_the_processes_within_a_second(tmp_path: Path) -> None:
    """An interrupt while processes split whole documents leaves none of them."""
    script = """
        from tests.unit.counting.pipelines import CASES
        from tests.unit.engines.test_local import Texts, count
        from tokbench.counting import workers
        from tokbench.documents import Documents

        workers.ENOUGH = 1
        class Endless(Texts):
            def read(self, tally):
                for number in range(10**9):
                    if number == 20:
                        print("reading", flush=True)
                    yield Documents.of(["the same few words again and " * 4000])
        count(CASES["none"], Endless(()))
    """
    with started(script, tmp_path) as process:
        assert len(_group(process.pid)) == 3
        interrupt(process)
        assert _group(process.pid) == []
    assert not [path for path in tmp_path.rglob("*") if "spill" in path.name]


def _group(leader: int) -> list[int]:
    """Return the processes of a group."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system does not list processes in /proc")
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            # pid (name) state parent group …: a name may hold spaces.
            if int(path.read_text().rpartition(")")[2].split()[2]) == leader:
                found.append(int(path.parent.name))
    return found
