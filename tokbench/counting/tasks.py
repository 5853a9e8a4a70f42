"""Tasks of counting that may be shared out, each thread with a counter of its own: their sum does not depend on how."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from tokbench.documents import Documents

SLICE = 4 << 20
"""Bytes of text that a thread takes at a time, or one document where it is longer."""


class Counter(Protocol):
    """What counts batches, in one thread at a time."""

    def add(self, batch: Documents) -> None:
        """Count a batch."""

    def stop(self) -> None:
        """Make an `add` that another thread is in raise soon."""


Some = TypeVar("Some", bound=Counter)


def nothing(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Task(Generic[Some]):
    """Batches that are read by one thread, and counted by it and by those that help."""

    batches: Iterable[Documents]
    make: Callable[[], Some]
    """Gives a counter to a thread that begins to count."""
    relieve: Callable[[Some], None] = nothing
    """Called after each batch, in the thread that counted it."""
    finish: Callable[[list[Some]], None] = nothing
    """Called with all counters that were made, once everything is counted, in the thread that reads."""


class Counters(Generic[Some]):
    """Counters that threads take for a task, and give back for the next; the sum of all is that of the tasks."""

    def __init__(self, make: Callable[[], Some], relieve: Callable[[Some], None]) -> None:
        self._make = make
        self._relieve = relieve
        self._free: list[Some] = []
        self._lock = threading.Lock()

    def tasks(self, several: Sequence[Iterable[Documents]], finish: Callable[[], None]) -> Iterator[Task[Some]]:
        """Return a task for each of several sequences of batches; whoever ends the last of them calls `finish`."""
        left = len(several)

        def give(counters: list[Some]) -> None:
            nonlocal left
            with self._lock:
                self._free += counters
                left -= 1
                is_last = not left
            if is_last:
                finish()

        return (Task(batches, self._take, self._relieve, give) for batches in several)

    def _take(self) -> Some:
        with self._lock:
            if self._free:
                return self._free.pop()
        return self._make()

    def __iter__(self) -> Iterator[Some]:
        """Yield those that no thread has."""
        return iter(self._free)


def slices(batches: Iterable[Documents]) -> Iterator[Documents]:
    """Cut large batches, between documents and without copying."""
    for batch in batches:
        pieces = max(1, min(len(batch), -(-batch.texts.size // SLICE)))
        rows = -(-len(batch) // pieces)
        for start in range(0, len(batch), rows or 1):
            yield batch[start : start + rows]
