"""Tasks spread over threads: each thread counts in a counter of its own, and their sum does not depend on how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

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


def do(
    tasks: Iterable[Task[Any]], threads: int, tick: Callable[[], None] = nothing, *, side_by_side: bool = False
) -> None:
    """Do all tasks, on so many threads, of which the caller's is one.

    The caller's thread alone asks for tasks and reads their batches, in order; `side_by_side`, any thread does.
    `tick` is called in the caller's thread, now and then. An error, or Ctrl-C, ends all threads before it is raised.
    """
    if threads > 1:
        from tokbench.counting.crew import Crew

        Crew(tasks, threads, tick, side_by_side=side_by_side).work()
        return
    for task in tasks:
        counter = task.make()
        for batch in slices(task.batches):
            counter.add(batch)
            task.relieve(counter)
            tick()
        task.finish([counter])


def count_batches(
    batches: Iterable[Documents], counters: Sequence[Some], relieve: Callable[[Some], None]
) -> Sequence[Some]:
    """Count all batches, on as many threads as there are counters, and return the counters."""
    unused = list(counters[::-1])
    do([Task(batches, unused.pop, relieve)], len(counters))
    return counters


def slices(batches: Iterable[Documents]) -> Iterator[Documents]:
    """Cut large batches, between documents and without copying."""
    for batch in batches:
        pieces = max(1, min(len(batch), -(-batch.texts.size // SLICE)))
        rows = -(-len(batch) // pieces)
        for start in range(0, len(batch), rows or 1):
            yield batch[start : start + rows]
