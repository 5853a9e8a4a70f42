"""Files read by several threads at once: counts, tallies and errors are those of one thread."""

from __future__ import annotations

import gzip
import json
import random
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers.pre_tokenizers import Split

from tests.unit.counting.pipelines import CASES, Case
from tests.unit.engines.started import interrupt, started
from tokbench.contracts import CountingPlan, Note, Progress, Tally, Unit
from tokbench.corpora import files, reading
from tokbench.corpora.files import Files
from tokbench.corpora.source import Source
from tokbench.corpora.stream import work_units
from tokbench.counting import groups, tallies
from tokbench.counting.cache import Cache, cache_folder
from tokbench.counting.words import WordCounts
from tokbench.engines.local import Local
from tokbench.errors import CorpusError

FORMATS = ("txt", "jsonl", "jsonl.gz", "parquet")


@pytest.fixture(autouse=True)
def _small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep counts apart, and have files of some kilobytes read as those of gigabytes are."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(groups, "ENOUGH", 9000)
    monkeypatch.setattr(reading, "BLOCK_BESIDE", 400)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Write a folder of files of all sizes."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    draw = random.Random(7)
    for number in range(16):
        texts = [
            " ".join(f"word{draw.randrange(300)}" for _ in range(draw.randrange(1, 40)))
            for _ in range(draw.choice([1, 20, 200]))
        ]
        path = folder / f"{number:02}.{FORMATS[number % 4]}"
        lines = "".join(json.dumps({"text": text}) + "\n" for text in texts).encode()
        if path.suffix == ".parquet":
            pq.write_table(pa.table({"text": texts}), path)
        elif path.suffix == ".gz":
            path.write_bytes(gzip.compress(lines))
        else:
            path.write_bytes(lines if path.suffix == ".jsonl" else "\n".join(texts).encode())
    return folder


def count(
    path: Path, threads: int, case: Case = CASES["gpt2"], memory: int = 0, events: list[object] | None = None
) -> tuple[WordCounts, Tally]:
    units = work_units([Source(Files(path))])
    plan = CountingPlan(case.json, case.cut, threads, memory)
    return Local().count(units, plan, (events if events is not None else []).append)


@pytest.mark.parametrize("case", ["gpt2", "bert", "prepend", "none"])
@pytest.mark.parametrize("memory", [0, 1], ids=["in memory", "spilled"])
def test_threads_change_nothing(corpus: Path, case: str, memory: int) -> None:
    """Neither the words nor what is told of the reading, with kernels and without, read and kept."""
    words, tally = count(corpus, 1, CASES[case])
    for threads in (2, 5):
        Cache(cache_folder()).clear()
        for _ in range(2):
            found, same = count(corpus, threads, CASES[case], memory)
            assert found.digest() == words.digest()
            assert same == tally
            assert same.stored == tally.stored
    assert sorted(tally.digests) == sorted(path.name for path in corpus.iterdir())


def test_what_several_threads_kept_one_uses(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries are those of whole files, however these were read."""
    words, tally = count(corpus, 5)
    monkeypatch.setattr(files, "_whole", None)  # nothing can be read any more
    found, same = count(corpus, 1)
    assert (found.digest(), same) == (words.digest(), tally)


@pytest.mark.parametrize("case", ["gpt2", "bert", "none"])
def test_progress_ends_where_the_files_end(corpus: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """It never goes back, and is told by the thread that asked, of what is read and of what is kept."""
    monkeypatch.setattr(tallies, "MOMENT", 0)
    (corpus / "new.txt").write_text("not there at first")
    for _ in range(3):
        told: list[tuple[int, int]] = []

        def report(event: object) -> None:
            if isinstance(event, Progress):
                told.append((event.done, threading.get_ident()))  # noqa: B023 - called before the next round

        plan = CountingPlan(CASES[case].json, CASES[case].cut, 5)
        Local().count(work_units([Source(Files(corpus))]), plan, report)
        done = [each for each, _ in told]
        assert done == sorted(done)
        assert done[-1] == sum(path.stat().st_size for path in corpus.iterdir())
        assert {thread for _, thread in told} == {threading.get_ident()}
        (corpus / "new.txt").write_text("there now, and so not all is kept")


def test_what_is_wrong_ends_all_threads(corpus: Path) -> None:
    """And is said as one thread says it."""
    path = sorted(corpus.glob("*.jsonl"))[-1]
    path.write_bytes(path.read_bytes() + b"{\n" + b'{"text": "a"}\n' * 500)
    messages = []
    for threads in (1, 5):
        with pytest.raises(CorpusError) as error:
            count(corpus, threads)
        messages.append(str(error.value))
    assert messages[0] == messages[1]
    assert "is not JSON" in messages[0]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("counting")]


def test_a_false_claim_is_found_by_whichever_thread(corpus: Path) -> None:
    """All is counted anew, whole documents at a time."""
    path = sorted(corpus.glob("*.txt"))[-1]
    path.write_bytes(b"an ice cream\n" * 2000)
    path.with_name(f"{path.stem}-.txt").write_bytes(b"")  # no text, from which nothing can be told
    wrong, right = (Case(None, Split("ice cream", "isolated"), cut) for cut in ("space", "never"))
    events: list[object] = []
    words, tally = count(corpus, 5, wrong, events=events)
    Cache(cache_folder()).clear()
    whole, same = count(corpus, 1, right)
    assert words.digest() == whole.digest()
    assert tally == same
    assert any("whole documents" in event.text for event in events if isinstance(event, Note))


def test_a_subclass_with_a_read_of_its_own_is_read_by_one_thread(corpus: Path) -> None:
    """It never said that other threads may, and knows nothing of how its base would have it read."""
    readers: set[int] = set()

    class Own(Files):
        def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
            readers.add(threading.get_ident())
            path, _ = unit.handle
            yield pa.record_batch({"text": [Path(path).name]})

    plan = CountingPlan(CASES["gpt2"].json, CASES["gpt2"].cut, 5)
    words, tally = Local().count(work_units([Source(Own(corpus))]), plan, lambda event: None)
    assert tally.documents == len(list(corpus.iterdir()))
    assert len(words)
    assert readers == {threading.get_ident()}


@pytest.mark.parametrize("fingerprint", ["", "kept"])
def test_ctrl_c_ends_all_threads_within_a_second(tmp_path: Path, fingerprint: str) -> None:
    """Whatever each is at, and nothing half-written is left."""
    script = f"""
        from tests.unit.counting.pipelines import CASES
        from tests.unit.engines.test_local import Texts
        from tokbench.contracts import CountingPlan, silent
        from tokbench.documents import Documents
        from tokbench.engines.local import Local

        class Endless(Texts):
            def beside(self):
                return self
            def read(self, tally):
                for number in range(10**9):
                    if number == 20 and self.name == "0":
                        print("reading", flush=True)
                    yield Documents.of(["the same few words again and " * 4000])
        units = [Endless((), str(number), "{fingerprint}", 1) for number in range(9)]
        Local().count(units, CountingPlan(CASES["gpt2"].json, CASES["gpt2"].cut, 4), silent)
    """
    with started(script, tmp_path) as process:
        interrupt(process)
    assert not [path for path in tmp_path.rglob("*") if "spill" in path.name or "entry" in path.name]
