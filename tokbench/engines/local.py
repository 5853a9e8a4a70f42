"""Counting on this machine."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokbench.contracts import CountingPlan, Cut, Note, Progress, Report, Tally, WorkUnit
from tokbench.counting.chunks import ChunkCounts
from tokbench.counting.cuts import holds
from tokbench.counting.splitter import Splitter
from tokbench.counting.words import WordCounts

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE = 64
"""Documents of the corpus on which the claim that text can be cut is checked."""
SAMPLE_LENGTH = 4096
"""Characters of each of them."""


@dataclass(frozen=True)
class Local:
    """Count on this machine, on the threads that the build was given."""

    def count(self, units: Sequence[WorkUnit], plan: CountingPlan, report: Report) -> tuple[WordCounts, Tally]:
        """Return the counts of the words of all units, and what was read."""
        tally = Tally()
        splitter = Splitter.of(plan.pipeline)
        batches = _read(units, tally, report)
        sample, batches = _peek(batches)
        cut = _checked(plan.cut, splitter, sample, report)
        counts = _count_whole(batches, splitter) if cut == "never" else _count_chunks(batches, splitter, cut)
        return WordCounts.of(counts.items()), tally


def _read(units: Sequence[WorkUnit], tally: Tally, report: Report) -> Iterator[pa.RecordBatch]:
    for unit in units:
        for batch in unit.read(tally):
            yield batch
            report(Progress("counting", tally.bytes, None, "bytes"))


def _peek(batches: Iterator[pa.RecordBatch]) -> tuple[list[str], Iterator[pa.RecordBatch]]:
    """Return the beginnings of the first documents, and all the batches still."""
    first = next(batches, None)
    if first is None:
        return [], batches
    texts = first.column("text")[:SAMPLE].to_pylist()
    return [text[:SAMPLE_LENGTH] for text in texts if text], itertools.chain((first,), batches)


def _checked(cut: Cut, splitter: Splitter, sample: Sequence[str], report: Report) -> Cut:
    """Return where to cut: as the plan says, or nowhere if the plan's claim is false on a sample of the corpus."""
    if cut == "never" or holds(splitter, cut, sample):
        return cut
    report(
        Note(f"counting: text cut at '{cut}' does not give the words of whole documents; whole documents are counted")
    )
    return "never"


def _documents(batch: pa.RecordBatch) -> Iterable[tuple[str, int]]:
    """Yield each document of a batch and how often it counts; a null is no document."""
    texts = batch.column("text").to_pylist()
    weights = batch.column("count").to_pylist() if "count" in batch.schema.names else itertools.repeat(1)
    return ((text, weight) for text, weight in zip(texts, weights) if text is not None)  # noqa: B905 - repeat has no end


def _count_whole(batches: Iterable[pa.RecordBatch], splitter: Splitter) -> Counter[str]:
    counts: Counter[str] = Counter()
    for batch in batches:
        for text, weight in _documents(batch):
            for word in splitter.words(text):
                counts[word] += weight
    return counts


def _count_chunks(batches: Iterable[pa.RecordBatch], splitter: Splitter, cut: Cut) -> Counter[str]:
    chunks = ChunkCounts()
    for batch in batches:
        for text, weight in _documents(batch):
            chunks.add(text, cut, weight)
    return splitter.count(chunks.first, chunks.inside, cut)
