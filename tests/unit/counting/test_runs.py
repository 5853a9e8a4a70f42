"""Counts on disk: whatever lies in which file, their sum is that of a counting in memory."""

from __future__ import annotations

from array import array
from collections import Counter
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokbench.counting import runs, sorted_runs, spill
from tokbench.counting.budget import Total
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.run_files import Run
from tokbench.counting.spill import Levels, Spill
from tokbench.counting.words import WordCounts
from tokbench.documents import Documents
from tokbench.strings import Strings

WORDS = st.text(st.sampled_from("aé中😀 "), min_size=1, max_size=20)
COUNTS = st.dictionaries(WORDS, st.integers(1, 2**40), max_size=30)


def counter_of(counts: dict[str, int]) -> ChunkCounter:
    counter = ChunkCounter("never")
    counter.add(Documents(Strings.of(counts), memoryview(array("q", counts.values()))))
    return counter


def chunks_of(counters: list[ChunkCounter]) -> list[dict[str, int]]:
    found = []
    for counter in counters:
        texts, counts = counter.chunks(first=True)
        found.append(dict(zip(texts, counts, strict=True)))
    return found


def total(parts: list[dict[str, int]]) -> dict[str, int]:
    return dict(sum((Counter(part) for part in parts), Counter()))


@given(st.lists(st.tuples(COUNTS, st.sampled_from([1, 2, 4])), min_size=1, max_size=3), st.sampled_from([1, 4]))
@settings(max_examples=10)
def test_runs_of_any_split_are_summed(tmp_path_factory, parts, splits):
    """Runs with few batches and with many go together, into few counters or many that have no chunk in common."""
    folder = tmp_path_factory.mktemp("runs")
    written = []
    for index, (counts, split) in enumerate(parts):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runs, "_splits_for", lambda *_, split=split: split)
            plain = runs.write(folder / f"{index}.plain", runs.parts_of(counter_of(counts)))
            batches = map(runs.whole_of, runs.merged([plain], "never", 0))
            written.append(runs.write(folder / f"{index}.split", batches))
        with written[-1].open() as reader:
            assert len(reader) == runs.PARTS * split
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_splits_for", lambda *_: splits)
        found = chunks_of(list(runs.merged(written, "never", 0)))
    assert len(found) == runs.PARTS * splits
    assert sum(map(len, found)) == len(total(found))
    assert total(found) == total([counts for counts, _ in parts])


def test_large_runs_are_merged_in_more_and_smaller_parts():
    """A part is split until it fits its room, or as often as that helps."""
    assert runs._splits_for(1 << 20, 1 << 30) == 1
    assert runs._splits_for(1 << 30, 8 << 20) == 8
    assert runs._splits_for(1 << 50, 0) == runs.MOST_SPLITS


@given(st.lists(COUNTS, min_size=1, max_size=5), st.integers(1, 5), st.integers(1, 40))
@settings(max_examples=60)
def test_sorted_runs_are_summed_in_order(tmp_path_factory, parts, rows, size):
    """Batches of any length merge into sorted pieces that have no word in common."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_runs, "ROWS", rows)
        patch.setattr(sorted_runs, "BYTES", size)
        written = [
            sorted_runs.write(folder / str(index), WordCounts.of(counts.items()).pieces(7))
            for index, counts in enumerate(parts)
        ]
    found = [pair for piece in sorted_runs.merged(written) for pair in piece]
    assert found == sorted(total(parts).items())


@pytest.mark.parametrize("share", [1, 1 << 40])
def test_many_runs_are_merged_level_by_level(tmp_path, monkeypatch, share):
    """Few files are open at once, however many there were, and no count is lost."""
    monkeypatch.setattr(spill, "FAN", 3)
    counts = [{f"{word} {index % 5}": 1 for word in range(50)} for index in range(20)]
    with closing(Spill(lambda: tmp_path)) as folder:
        summed = Total("never", share, folder)
        for part in counts:
            summed.absorb(counter_of(part))
        assert len(summed.runs) <= 2 * 4
        assert total(chunks_of(list(summed.counters()))) == total(counts)
    assert list(tmp_path.iterdir()) == []


def test_levels_keep_what_is_not_theirs(tmp_path):
    """Merging removes the files of the counting, and none of the cache."""
    kept = tmp_path / "kept"
    kept.write_bytes(b"")
    with closing(Spill(lambda: tmp_path)) as folder:
        own = [folder.next() for _ in range(spill.FAN - 1)]
        for path in own:
            path.write_bytes(b"")
        levels = Levels(lambda merged: Run(folder.next()), folder)
        for path in [kept, *own]:
            levels.add(Run(path))
        assert (len(levels), kept.exists(), [path for path in own if path.exists()]) == (1, True, [])
