"""Doing tasks of counting, on one thread or several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tokbench.counting.tasks import Some, Task, nothing, slices

if TYPE_CHECKING:
    from tokbench.documents import Documents


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
