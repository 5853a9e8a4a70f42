"""Threads that count beside the one that reads."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from tokbench.documents import Documents


class Counter(Protocol):
    """What counts batches, in one thread at a time."""

    def add(self, batch: Documents) -> None:
        """Count a batch."""

    def stop(self) -> None:
        """Make an `add` that another thread is in raise soon."""


Some = TypeVar("Some", bound=Counter)


@contextlib.contextmanager
def helping(counters: Sequence[Some], relieve: Callable[[Some], None]) -> Iterator[Helpers[Some]]:
    """Give threads with a counter each; when the `with` ends they have ended, and what they raised is raised."""
    helpers = Helpers(counters, relieve)
    try:
        yield helpers
        helpers.finish()
    except BaseException:
        helpers.stop()
        raise


class Helpers(Generic[Some]):
    """Threads with a counter each, which count what they are given."""

    def __init__(self, counters: Sequence[Some], relieve: Callable[[Some], None]) -> None:
        self._counters = counters
        self._relieve = relieve
        self._waiting: queue.SimpleQueue[Documents | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._failures: list[BaseException] = []

    def take(self, batch: Documents) -> bool:
        """Take a batch, unless one waits for each thread already; raises what a thread has raised."""
        self._raise()
        if self._waiting.qsize() >= len(self._counters):
            return False
        self._waiting.put(batch)
        if len(self._threads) < len(self._counters):
            self._start(self._counters[len(self._threads)])
        return True

    def finish(self) -> None:
        """Wait until all is counted; raises what a thread has raised."""
        self._end()
        self._raise()

    def stop(self) -> None:
        """End all threads, whatever they are at."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        for counter in self._counters:
            counter.stop()
        self._end()

    def _start(self, counter: Some) -> None:
        thread = threading.Thread(target=self._work, args=(counter,), name="counting")
        thread.start()
        self._threads.append(thread)

    def _work(self, counter: Some) -> None:
        try:
            while (batch := self._waiting.get()) is not None:
                counter.add(batch)
                self._relieve(counter)
        except BaseException as error:
            self._failures.append(error)

    def _raise(self) -> None:
        if self._failures:
            raise self._failures[0]

    def _end(self) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()
