"""Counting words within a budget of memory: what does not fit goes to disk, sorted, and is summed from there."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from tokbench.counting import sorted_runs
from tokbench.counting.cache import writable
from tokbench.counting.mapped import joined, mapped
from tokbench.counting.run_files import Run
from tokbench.counting.spill import Levels, Spill
from tokbench.counting.words import WordCounts
from tokbench.kernels import _kernels
from tokbench.strings import Strings


class WordTotal:
    """The sum of many word counts: in memory as far as its share of the budget goes, the rest in sorted runs."""

    def __init__(self, share: int, spill: Spill, *, as_bytes: bool = False) -> None:
        self._share = share
        self._spill = spill
        self._as_bytes = as_bytes
        self._lock = threading.Lock()
        self.counter = _kernels.WordCounter()
        self.runs = Levels(self._merged, spill)

    def relieved(self, counter: _kernels.WordCounter) -> _kernels.WordCounter:
        """Return the counter or, where it has outgrown its share and is on disk now, an empty one; from any thread."""
        if counter.bytes <= self._share:
            return counter
        self._write(counter)
        return _kernels.WordCounter()

    def add(self, counters: Iterable[_kernels.WordCounter]) -> None:
        """Add what counters have counted; they are of no use afterwards."""
        for counter in counters:
            self.counter.absorb(counter)
            self.counter = self.relieved(self.counter)

    def add_run(self, run: Run) -> None:
        """Add a run as it is."""
        self.runs.add(run)

    def take(self, other: WordTotal) -> None:
        """Add another total, which is of no use afterwards."""
        for run in other.runs:
            self.runs.add(run)
        self.add([other.counter])

    def relieve(self) -> None:
        """Write the sum to disk if it has outgrown its share."""
        self.counter = self.relieved(self.counter)

    def finished(self) -> list[Run]:
        """Return the sum as runs, all on disk."""
        if len(self.counter):
            self._write(self.counter)
            self.counter = _kernels.WordCounter()
        return list(self.runs)

    def pieces(self) -> Iterator[WordCounts]:
        """Yield the sum, sorted, in pieces."""
        if not self.runs:
            yield self._sorted(self.counter)
            return
        yield from sorted_runs.merged(self.finished())

    def discard(self) -> None:
        """Remove what is on disk."""
        for run in self.runs:
            self._spill.discard(run)

    def words(self) -> WordCounts:
        """Return the sum: in memory, or mapped from disk where that is where it lies."""
        if not self.runs:
            # Let go of the counts before anybody works on the words.
            counter, self.counter = self.counter, _kernels.WordCounter()
            return self._sorted(counter)
        if sum(run.size for run in self.runs) < self._share:
            return joined(self.pieces())
        with writable(self._spill.beside):
            return mapped(self.pieces(), self._spill.folder)

    def _sorted(self, counter: _kernels.WordCounter) -> WordCounts:
        offsets, data, counts = counter.sorted(self._as_bytes)
        return WordCounts(Strings(offsets, data), counts)

    def _write(self, counter: _kernels.WordCounter) -> None:
        with writable(self._spill.beside):
            run = sorted_runs.write(self._spill.next(), [self._sorted(counter)])
            _kernels.give_back()
            with self._lock:
                self.runs.add(run)

    def _merged(self, runs: list[Run]) -> Run:
        return sorted_runs.write(self._spill.next(), sorted_runs.merged(runs))
