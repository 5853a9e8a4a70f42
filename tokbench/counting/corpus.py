"""Counting the chunks of a corpus: what is kept is not read again, and what does not fit in memory goes to disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tokbench.contracts import CountingPlan, Note, Progress, Report, Tally, WorkUnit
from tokbench.counting.budget import Spill, Total
from tokbench.counting.cache import Cache, Entry
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.cuts import holds
from tokbench.counting.distinct import words_of_chunks, words_of_documents
from tokbench.counting.groups import Group
from tokbench.counting.splitter import Splitter
from tokbench.counting.spread import count_batches
from tokbench.counting.words import WordCounts

if TYPE_CHECKING:
    import pyarrow as pa


class Counting:
    """One counting of a corpus, under way."""

    def __init__(
        self, units: Sequence[WorkUnit], plan: CountingPlan, budget: int, cache: Cache, report: Report
    ) -> None:
        self._units = units
        self._plan = plan
        self._cache = cache
        self._report = report
        self._splitter = Splitter.of(plan.pipeline)
        # The total, a group's and a counter for each thread may be full at once, and one takes as much to be written.
        self._share = budget // (plan.threads + 3)
        self.tally = Tally()
        sizes = [unit.size for unit in units]
        self._size = None if None in sizes else sum(size or 0 for size in sizes)

    def words(self, spill: Spill) -> WordCounts:
        """Return the counts of the words of all units."""
        group = self._group(0)
        kept = None if self._plan.cut == "never" else self._cache.find(self._units, self._plan.cut)
        if not self._can_be_cut(kept.tally.samples if kept else group.sample()):
            return words_of_documents(self._documents(group), self._splitter)
        total = Total(self._plan.cut, self._share, spill)
        position = 0
        while position < len(self._units):
            position += self._add_kept(kept, total) if kept else self._add_group(group, total, spill)
            group = self._group(position)
            kept = self._cache.find(self._units[position:], self._plan.cut)
        return words_of_chunks(total.counters(), self._splitter, self._plan)

    def _group(self, position: int) -> Group:
        cut = self._plan.cut
        known = (lambda _: False) if cut == "never" else lambda unit: self._cache.begins(unit, cut)
        return Group(self._units[position:], self._progress, known)

    def _progress(self, reading: Tally) -> None:
        """Report how far the corpus is read, in stored bytes where the units know their sizes, else in text."""
        if self._size is None:
            self._report(Progress("count", self.tally.bytes + reading.bytes, None, "bytes"))
        else:
            self._report(Progress("count", self.tally.stored + reading.stored, self._size, "bytes"))

    def _can_be_cut(self, sample: Sequence[str]) -> bool:
        """Whether the plan's claim is true on a sample of the corpus."""
        cut = self._plan.cut
        if cut == "never" or holds(self._splitter, cut, sample):
            return cut != "never"
        self._report(
            Note(f"counting: text cut at '{cut}' does not give the words of whole documents; they are counted whole")
        )
        return False

    def _documents(self, group: Group) -> Iterator[pa.RecordBatch]:
        """Yield the batches of all units, of which the group is the first."""
        position = 0
        while position < len(self._units):
            yield from group.batches
            self.tally.add(group.tally)
            position += len(group.units)
            group = self._group(position)

    def _add_kept(self, entry: Entry, total: Total) -> int:
        """Add counts that were kept, and return of how many units they are."""
        total.add_run(entry.run)
        self.tally.add(entry.tally)
        self._progress(Tally())
        return len(entry.units)

    def _add_group(self, group: Group, total: Total, spill: Spill) -> int:
        """Count a group and keep its counts, and return how many units it has."""
        part = Total(self._plan.cut, self._share, spill)
        counters = [ChunkCounter(self._plan.cut) for _ in range(self._plan.threads)]
        for counter in count_batches(group.batches, counters, part.relieve):
            part.absorb(counter)
        self.tally.add(group.tally)
        if all(unit.fingerprint for unit in group.units):
            run = self._cache.add(group.units, self._plan.cut, group.tally, part.parts())
            if part.runs:
                total.add_run(run)
                return len(group.units)
        total.add(part)
        return len(group.units)
