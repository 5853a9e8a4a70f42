"""What was read and is being read by several threads, in the order of the text."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence

from tokbench.contracts import Progress, Report, Tally, WorkUnit

MOMENT = 0.1
"""Seconds between two reports, at least."""


class Tallies:
    """Tallies that are added up in their order, each as soon as it and all before it are whole.

    The order matters for what a tally has of the first documents.
    """

    def __init__(self) -> None:
        self.whole = Tally()
        """The sum of the first ones."""
        self._others: deque[Tally] = deque()
        self._ended: set[int] = set()
        self._lock = threading.Lock()

    def begin(self, tally: Tally) -> None:
        """Add a tally that is not whole yet, behind the others."""
        with self._lock:
            self._others.append(tally)

    def end(self, tally: Tally) -> None:
        """Take a tally for whole."""
        with self._lock:
            self._ended.add(id(tally))
            while self._others and id(self._others[0]) in self._ended:
                first = self._others.popleft()
                self._ended.remove(id(first))
                self.whole.add(first)

    def read(self) -> tuple[int, int]:
        """Return how many bytes were read by now, as they are stored and as text."""
        with self._lock:
            tallies = [self.whole, *self._others]
        return sum(tally.stored for tally in tallies), sum(tally.bytes for tally in tallies)


class Meter:
    """Reports how far units are read: in stored bytes where all of them know their sizes, else in text."""

    def __init__(self, units: Sequence[WorkUnit], report: Report) -> None:
        sizes = [unit.size for unit in units]
        self._size = None if None in sizes else sum(size or 0 for size in sizes)
        self._report = report
        self._next = 0.0

    def tick(self, tallies: Tallies) -> None:
        """Report what was read by now, if it is time to."""
        if time.monotonic() >= self._next:
            self.tell(tallies)
            self._next = time.monotonic() + MOMENT

    def tell(self, tallies: Tallies) -> None:
        """Report what was read by now."""
        stored, text = tallies.read()
        self._report(Progress("count", text if self._size is None else stored, self._size, "bytes"))
