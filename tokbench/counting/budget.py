"""Counting within a budget of memory: what does not fit goes to disk, and is summed there part by part."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.counting.cache import writable
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.runs import Run, load, merged, parts_of, write

if TYPE_CHECKING:
    import pyarrow as pa

    from tokbench.contracts import Cut


def default_budget() -> int:
    """Return a quarter of the machine's memory, in bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 4


class Spill:
    """A folder for runs that lasts as long as the counting; it is made when the first one is written."""

    def __init__(self, beside: Path) -> None:
        self._beside = beside
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._written = 0

    def write(self, counter: ChunkCounter) -> Run:
        """Write what a counter has counted, and empty it."""
        path = self._next()
        with writable(self._beside):
            write(path, parts_of(counter))
        counter.clear()
        return Run(path)

    def _next(self) -> Path:
        with self._lock, writable(self._beside):
            if self._folder is None:
                self._beside.mkdir(parents=True, exist_ok=True)
                self._folder = tempfile.TemporaryDirectory(prefix="spill-", dir=self._beside)
            self._written += 1
            return Path(self._folder.name) / f"{self._written}.arrow"

    def close(self) -> None:
        """Remove the folder."""
        if self._folder is not None:
            self._folder.cleanup()


class Total:
    """The sum of many chunk counts: in memory as far as its share of the budget goes, the rest in runs."""

    def __init__(self, where: Cut, share: int, spill: Spill) -> None:
        self._where = where
        self._share = share
        self._spill = spill
        self._lock = threading.Lock()
        self.counter = ChunkCounter(where)
        self.runs: list[Run] = []

    def relieve(self, counter: ChunkCounter) -> None:
        """Write a counter to disk, and empty it, if it has outgrown its share; any thread may ask."""
        if counter.kernel.bytes > self._share:
            run = self._spill.write(counter)
            with self._lock:
                self.runs.append(run)

    def absorb(self, counter: ChunkCounter) -> None:
        """Add what a counter has counted; the counter is of no use afterwards."""
        self.counter.absorb(counter)
        self.relieve(self.counter)

    def add(self, other: Total) -> None:
        """Add another total, which is of no use afterwards."""
        self.runs += other.runs
        self.absorb(other.counter)

    def add_run(self, run: Run) -> None:
        """Add a run: to the counter if both have room in the share, else as it is."""
        if self.counter.kernel.bytes + 3 * run.size > self._share:
            self.runs.append(run)
            return
        for part in run.parts():
            load(self.counter, part)

    def parts(self) -> Iterator[pa.RecordBatch]:
        """Yield what was counted as the parts of one run."""
        if not self.runs:
            yield from parts_of(self.counter)
            return
        for index, counter in enumerate(self.counters()):
            yield parts_of(counter)[index]

    def counters(self) -> Iterator[ChunkCounter]:
        """Yield counters that have no chunk in common: one, or as many as a run has parts."""
        if not self.runs:
            yield self.counter
            return
        if len(self.counter):
            self.runs.append(self._spill.write(self.counter))
        # Parts are read from all runs at once, so there are as many open files as runs.
        yield from merged(self.runs, self._where)
