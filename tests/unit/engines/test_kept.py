"""Counts that are kept, and counts that do not fit in memory."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tokenizers import Regex
from tokenizers.pre_tokenizers import FixedLength, Split

from tests.unit.counting.pipelines import CASES, Case
from tests.unit.engines.started import interrupt, started
from tokbench.contracts import CountingPlan, Tally, silent
from tokbench.counting import cache, groups, split_words, workers
from tokbench.counting.cache import Cache, cache_folder, is_whole
from tokbench.counting.words import WordCounts
from tokbench.documents import Documents
from tokbench.engines.local import Local
from tokbench.errors import CorpusError, TrainingError

READ: list[str] = []


@dataclass(frozen=True)
class Told:
    """A unit whose text is made of its name and fingerprint, and that notes when it is read."""

    name: str
    fingerprint: str
    documents: int = 20
    words: int = field(default=200)
    size: int | None = None

    def read(self, tally: Tally) -> Iterator[Documents]:
        READ.append(self.name)
        draw = random.Random(self.name + self.fingerprint)
        for _ in range(self.documents):
            text = " ".join(str(draw.randrange(10 ** draw.randrange(1, 24))) for _ in range(self.words))
            tally.documents += 1
            tally.bytes += len(text)
            tally.sample([text])
            yield Documents.of([text])


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(groups, "ENOUGH", 100_000)
    READ.clear()


def units(count: int = 6, **changed: str) -> list[Told]:
    return [Told(name, changed.get(name, "1")) for name in (f"unit{index}" for index in range(count))]


def count(corpus: list[Told], case: Case = CASES["gpt2"], memory: int = 0) -> tuple[WordCounts, Tally]:
    return Local().count(corpus, CountingPlan(case.json, case.cut, 2, memory), silent)


def test_the_second_counting_reads_nothing() -> None:
    """What was counted once is not read again, whatever the pre-tokenizer, and the tally is the same."""
    words, tally = count(units())
    assert len(READ) == 6
    again, same = count(units())
    assert len(READ) == 6
    assert again.digest() == words.digest()
    assert same == tally
    bert, _ = count(units(), CASES["bert"])
    assert len(READ) == 6
    Cache(cache_folder()).clear()
    assert count(units(), CASES["bert"])[0].digest() == bert.digest()


def test_whole_documents_are_kept_as_words() -> None:
    """What cannot be cut is not read again for the same words, and is for others; a change is noticed."""
    words, tally = count(units(), CASES["none"])
    assert len(READ) == 6
    again, same = count(units(), CASES["none"])
    assert (len(READ), again.digest(), same) == (6, words.digest(), tally)
    fixed, _ = count(units(), Case(None, FixedLength(5), "never"))
    assert len(READ) == 12
    changed, _ = count(units(unit3="2"), CASES["none"])
    Cache(cache_folder()).clear()
    assert count(units(unit3="2"), CASES["none"])[0].digest() == changed.digest() != words.digest()
    assert count(units(), Case(None, FixedLength(5), "never"), memory=1)[0].digest() == fixed.digest()


def test_only_what_changed_is_read_again() -> None:
    """A unit with another fingerprint is read, with those that were kept with it, and counts as what it is now."""
    count(units())
    READ.clear()
    words, _ = count(units(unit3="2"))
    assert "unit3" in READ
    assert set(READ) < {unit.name for unit in units()}
    Cache(cache_folder()).clear()
    assert count(units(unit3="2"))[0].digest() == words.digest()


def test_units_that_nobody_can_tell_again_are_read_every_time() -> None:
    """No fingerprint, nothing kept."""
    corpus = [Told("unit0", "")]
    count(corpus)
    count(corpus)
    assert READ == ["unit0", "unit0"]
    assert list(Cache(cache_folder()).entries()) == []


@pytest.mark.parametrize("place", [0, 1000, -1])
def test_a_damaged_entry_is_rebuilt_and_never_used(place: int) -> None:
    """One wrong byte anywhere, or a file cut short, is noticed."""
    words, _ = count(units())
    for path in Cache(cache_folder()).entries():
        content = bytearray(path.read_bytes())
        content[place] ^= 1
        path.write_bytes(content)
        assert not is_whole(path)
    READ.clear()
    assert count(units())[0].digest() == words.digest()
    assert len(READ) == 6
    assert all(is_whole(path) for path in Cache(cache_folder()).entries())


def test_an_entry_that_is_cleared_meanwhile_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may clear the cache at any moment: here just before an entry is looked into."""
    words, _ = count(units())
    monkeypatch.setattr(cache, "is_whole", lambda path: Cache(cache_folder()).clear() and is_whole(path))
    assert count(units())[0].digest() == words.digest()
    assert len(READ) == 12


def test_a_small_budget_gives_the_same_counts() -> None:
    """Counts that go to disk and are summed there are those of a counting in memory, and leave nothing behind."""
    words, tally = count(units())
    Cache(cache_folder()).clear()
    for _ in range(2):  # read, and then kept
        spilled, same = count(units(), memory=1)
        assert spilled.digest() == words.digest()
        assert same == tally
    assert count([Told("unit0", "")], memory=1)[0].digest() == count([Told("unit0", "")])[0].digest()
    assert [path.suffix for path in cache_folder().iterdir()] == [".counts"] * len(list(cache_folder().iterdir()))


@pytest.mark.parametrize("memory", [0, 1])
def test_processes_count_whole_documents(monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    """Documents that other processes split, on disk or not, give the words of those split here."""
    alone, _ = count(units(3), CASES["none"])
    Cache(cache_folder()).clear()
    monkeypatch.setattr(workers, "ENOUGH", 1000)
    assert count(units(3), CASES["none"], memory=memory)[0].digest() == alone.digest()
    assert {path.suffix for path in cache_folder().iterdir()} == {".counts"}


@pytest.mark.parametrize("memory", [0, 1])
def test_threads_split_distinct_chunks(monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    """Chunks without a kernel, on disk or not, give the words of whole documents, however much a thread is fed."""
    alone, _ = count(units(3), Case(CASES["prepend"].normalizer, CASES["prepend"].pre_tokenizer, "never"))
    monkeypatch.setattr(split_words, "BATCH", 1000)
    monkeypatch.setattr(workers, "SHARE", 30)
    assert count(units(3), CASES["prepend"], memory=memory)[0].digest() == alone.digest()


def test_a_false_claim_that_the_sample_does_not_show_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only the last chunks show is shown wherever they are split."""
    monkeypatch.setattr(groups, "SAMPLE", 1)
    wrong = Case(None, Split(Regex("7 9+"), "isolated"), "space")
    right = Case(None, wrong.pre_tokenizer, "never")
    assert count(units(1), wrong)[0].digest() == count(units(1), right)[0].digest()


def test_what_fails_in_another_process_fails_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that cannot count ends the counting with what it said, and leaves nothing."""
    monkeypatch.setattr(workers, "ENOUGH", 1000)
    monkeypatch.setattr(workers, "PROGRAM", "import sys; sys.exit('the disk is full')  # {path}")
    with pytest.raises(TrainingError, match="counting: the disk is full"):
        count(units(3), CASES["none"])
    assert list(cache_folder().iterdir()) == []


@pytest.mark.parametrize("name", ["bert", "prepend", "cl100k"])
def test_pipelines_without_a_kernel_count_alike_within_any_budget(name: str) -> None:
    """Kernels or not, the budget does not change the words."""
    words, _ = count(units(2), CASES[name])
    Cache(cache_folder()).clear()
    assert count(units(2), CASES[name], memory=1)[0].digest() == words.digest()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says where, and what to do."""
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(CorpusError, match=r"counts cannot be written there.*XDG_CACHE_HOME"):
        count(units())


def test_a_killed_counting_goes_on_where_it_was(tmp_path: Path) -> None:
    """After SIGKILL the whole entries are used, nothing half-written is, and the counts are the same."""
    script = """
        import time
        from tests.unit.engines import test_kept
        from tests.unit.engines.test_kept import Told, count, units

        test_kept.groups.ENOUGH = 100_000
        class Slow(Told):
            def read(self, tally):
                if self.name == "unit4":
                    print("reading", flush=True)
                    time.sleep(60)
                yield from super().read(tally)
        count([Slow(unit.name, unit.fingerprint) for unit in units()], memory=1)
    """
    with started(script, tmp_path) as process:
        process.kill()
    left = {path.suffix for path in cache_folder().iterdir()}
    assert left == {".counts", "", ".lock"}
    words, _ = count(units())
    assert "unit0" not in READ
    assert "unit4" in READ
    assert {path.suffix for path in cache_folder().iterdir()} == {".counts"}
    Cache(cache_folder()).clear()
    assert count(units())[0].digest() == words.digest()


def test_ctrl_c_stops_the_threads_within_a_second(tmp_path: Path) -> None:
    """An interrupt in the middle of a long document ends the process soon."""
    script = """
        from tokbench.documents import Documents
        from tests.unit.engines.test_local import Texts, count
        from tests.unit.counting.pipelines import CASES

        class Endless(Texts):
            def read(self, tally):
                text = "the same few words again and " * 4_000_000
                print("reading", flush=True)
                while True:
                    yield Documents.of([text])
        count(CASES["gpt2"], Endless(()))
    """
    with started(script, tmp_path) as process:
        time.sleep(0.5)
        interrupt(process)
