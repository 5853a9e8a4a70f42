"""Counting on this machine."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tokbench.contracts import CountingPlan, Cut, Note, Progress, Report, Tally, WorkUnit
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.cuts import holds
from tokbench.counting.distinct import words_of_chunks, words_of_documents
from tokbench.counting.splitter import Splitter
from tokbench.counting.spread import count_batches
from tokbench.counting.words import WordCounts

SAMPLE = 64
"""Documents of the corpus on which the claim that text can be cut is checked."""
SAMPLE_LENGTH = 1024
"""Characters of each of them."""


@dataclass(frozen=True)
class Local:
    """Count on this machine, on the threads that the build was given."""

    def count(self, units: Sequence[WorkUnit], plan: CountingPlan, report: Report) -> tuple[WordCounts, Tally]:
        """Return the counts of the words of all units, and what was read."""
        tally = Tally()
        splitter = Splitter.of(plan.pipeline)
        sample, batches = _peek(_read(units, tally, report))
        cut = _checked(plan.cut, splitter, sample, report)
        if cut == "never":
            return words_of_documents(batches, splitter), tally
        chunks = count_batches(batches, [ChunkCounter(cut) for _ in range(plan.threads)])
        return words_of_chunks(chunks, splitter, plan), tally


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
