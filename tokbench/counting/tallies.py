"""What the groups of a corpus have read, while threads read them, and how far that is."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tokbench.contracts import Progress, Report, Tally, WorkUnit

MOMENT = 0.05
"""Seconds between two reports, at least."""


class Tallies:
    """A tally for each group, by the number of its first unit."""

    def __init__(self, units: Sequence[WorkUnit], report: Report) -> None:
        sizes = [unit.size for unit in units]
        self._size = None if None in sizes else sum(size or 0 for size in sizes)
        self._report = report
        self._tallies: dict[int, Tally] = {}
        self._next = 0.0

    def add(self, first: int, tally: Tally) -> None:
        """Add the tally of a group that was read, or is about to be."""
        self._tallies[first] = tally

    def forget(self) -> None:
        """Begin anew."""
        self._tallies.clear()

    def sum(self) -> Tally:
        """Return the tallies as one of all units, in their order."""
        whole = Tally()
        for _, tally in sorted(self._tallies.items()):
            whole.add(tally)
        return whole

    def tick(self) -> None:
        """Report how far the corpus is read, if it is time to."""
        if time.monotonic() >= self._next:
            self.tell()
            self._next = time.monotonic() + MOMENT

    def tell(self) -> None:
        """Report how far the corpus is read: in stored bytes where the units know their sizes, else in text."""
        tallies = list(self._tallies.values())
        if self._size is None:
            self._report(Progress("count", sum(tally.bytes for tally in tallies), None, "bytes"))
        else:
            self._report(Progress("count", sum(tally.stored for tally in tallies), self._size, "bytes"))
