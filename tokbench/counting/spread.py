"""Spreading batches over threads: each thread has a counter of its own, and their sum does not depend on how."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

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


def count_batches(
    batches: Iterable[Documents], counters: Sequence[Some], relieve: Callable[[Some], None]
) -> Sequence[Some]:
    """Count all batches, on as many threads as there are counters, and return the counters.

    `relieve` is called, in the counter's thread, after each batch. An error, or Ctrl-C, stops all threads before it
    is raised.
    """
    if len(counters) == 1:
        for batch in slices(batches):
            counters[0].add(batch)
            relieve(counters[0])
        return counters
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(counters), "counting") as pool:
        try:
            _feed(pool, slices(batches), counters, relieve)
        except BaseException:
            for counter in counters:
                counter.stop()
            raise
    return counters


def _feed(
    pool: ThreadPoolExecutor,
    batches: Iterable[Documents],
    counters: Sequence[Some],
    relieve: Callable[[Some], None],
) -> None:
    idle: queue.SimpleQueue[Some] = queue.SimpleQueue()
    for counter in counters:
        idle.put(counter)

    def work(counter: Some, batch: Documents) -> None:
        try:
            counter.add(batch)
            relieve(counter)
        finally:
            idle.put(counter)

    running: list[Future[None]] = []
    for batch in batches:
        # Waits for an idle counter, so that no more batches are held than there are threads.
        running.append(pool.submit(work, idle.get(), batch))
        while running and running[0].done():
            running.pop(0).result()
    for future in running:
        future.result()


def slices(batches: Iterable[Documents]) -> Iterator[Documents]:
    """Cut large batches, between documents and without copying."""
    for batch in batches:
        pieces = max(1, min(len(batch), -(-batch.texts.size // SLICE)))
        rows = -(-len(batch) // pieces)
        for start in range(0, len(batch), rows or 1):
            yield batch[start : start + rows]
