"""Counting chunks within a budget of memory: what does not fit goes to disk, and is summed there part by part."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tokbench import machine
from tokbench.counting.cache import writable
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.run_files import Batch, Run
from tokbench.counting.runs import SWELLING, load, merged, parts_of, whole_of, write
from tokbench.counting.spill import Levels, Spill
from tokbench.kernels import _kernels

if TYPE_CHECKING:
    from tokbench.contracts import Cut


def default_budget() -> int:
    """Return a quarter of the machine's memory, or of the container's, in bytes."""
    return machine.memory() // 4


class Total:
    """The sum of many chunk counts: in memory as far as its share of the budget goes, the rest in runs."""

    def __init__(self, where: Cut, share: int, spill: Spill) -> None:
        self.where = where
        self._share = share
        self._spill = spill
        self._lock = threading.Lock()
        self.counter = ChunkCounter(where)
        self.runs = Levels(self._merged, spill)

    def relieve(self, counter: ChunkCounter) -> None:
        """Write a counter to disk, and empty it, if it has outgrown its share; any thread may ask."""
        if counter.kernel.bytes > self._share:
            self._write(counter)

    def absorb(self, counter: ChunkCounter) -> None:
        """Add what a counter has counted; the counter is of no use afterwards."""
        self.counter.absorb(counter)
        self.relieve(self.counter)

    def add(self, other: Total) -> None:
        """Add another total, which is of no use afterwards."""
        for run in other.runs:
            self.runs.add(run)
        self.absorb(other.counter)

    def add_run(self, run: Run) -> None:
        """Add a run: to the counter if both have room in the share, else as it is."""
        if self.counter.kernel.bytes + SWELLING * run.size > self._share:
            self.runs.add(run)
            return
        with run.open() as reader:
            for index in range(len(reader)):
                load(self.counter, reader[index])

    def discard(self) -> None:
        """Remove what is on disk."""
        for run in self.runs:
            self._spill.discard(run)

    def parts(self) -> Iterator[Batch]:
        """Yield what was counted as the parts of one run."""
        if self.runs:
            yield from map(whole_of, self.counters())
        else:
            yield from parts_of(self.counter)

    def counters(self) -> Iterator[ChunkCounter]:
        """Yield counters that have no chunk in common: one, or as many as a run has parts."""
        if not self.runs:
            yield self.counter
            return
        if len(self.counter):
            self._write(self.counter)
        yield from merged(list(self.runs), self.where, self._share)

    def _write(self, counter: ChunkCounter) -> None:
        with writable(self._spill.beside):
            run = write(self._spill.next(), parts_of(counter))
            counter.clear()
            _kernels.give_back()
            with self._lock:
                self.runs.add(run)

    def _merged(self, runs: list[Run]) -> Run:
        return write(self._spill.next(), map(whole_of, merged(runs, self.where, self._share)))
