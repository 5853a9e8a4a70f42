"""Batches spread over threads: who reads, who counts, how much is held, and how it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tokbench.counting.spread import count_batches
from tokbench.documents import Documents
from tokbench.strings import Strings

BATCHES = 40


class Counter:
    """Counts documents, and takes down in which threads."""

    def __init__(self, fails: bool = False) -> None:
        self.documents = 0
        self.threads: set[int] = set()
        self.begun = threading.Event()
        self.stopped = threading.Event()
        self._fails = fails

    def add(self, batch: Documents) -> None:
        self.threads.add(threading.get_ident())
        self.begun.set()
        if self._fails:
            raise ValueError("cannot count")
        self.documents += len(batch)

    def stop(self) -> None:
        self.stopped.set()


class Stuck(Counter):
    """Counts until it is stopped."""

    def add(self, batch: Documents) -> None:
        super().add(batch)
        assert self.stopped.wait(60)


class Meeting(Counter):
    """Counts no second batch before each of some threads has begun its first."""

    def __init__(self, others: threading.Barrier) -> None:
        super().__init__()
        self._others = others

    def add(self, batch: Documents) -> None:
        if not self.begun.is_set():
            self._others.wait(60)
        super().add(batch)


def batches() -> Iterator[Documents]:
    for _ in range(BATCHES):
        yield Documents(Strings.of(["one", "two"]))


def counting_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("counting")]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_caller_alone_reads_and_counts_too(threads: int) -> None:
    """What a corpus reads with may belong to a thread, as a connection to SQLite does."""
    readers: set[int] = set()

    def read() -> Iterator[Documents]:
        for batch in batches():
            readers.add(threading.get_ident())
            yield batch

    others = threading.Barrier(max(1, threads - 1))
    counters = [Counter(), *(Meeting(others) for _ in range(threads - 1))]
    count_batches(read(), counters, lambda counter: None)
    assert readers == {threading.get_ident()}
    assert sum(counter.documents for counter in counters) == 2 * BATCHES
    assert counters[0].threads <= readers
    assert [len(counter.threads) for counter in counters[1:]] == [1] * (threads - 1)
    assert not counting_threads()


def test_no_more_is_held_than_is_counted_and_waits() -> None:
    """While two threads are at a batch each, one waits for each of them, and the caller counts the rest."""
    counters = [Counter(), Stuck(), Stuck()]
    given = 0

    def read() -> Iterator[Documents]:
        nonlocal given
        for batch in batches():
            given += 1
            yield batch
        for counter in counters:
            counter.stop()

    count_batches(read(), counters, lambda counter: None)
    assert given == BATCHES
    assert counters[0].documents >= 2 * (BATCHES - 4)
    assert sum(counter.documents for counter in counters) == 2 * BATCHES


def test_what_the_reader_raises_ends_all_threads() -> None:
    """Threads are stopped, whatever they are at, before the error is raised."""
    counters = [Counter(), Stuck()]

    def read() -> Iterator[Documents]:
        yield from batches()
        assert counters[1].begun.wait(60)
        raise OSError("cannot read")

    with pytest.raises(OSError, match="cannot read"):
        count_batches(read(), counters, lambda counter: None)
    assert counters[1].stopped.is_set()
    assert not counting_threads()


@pytest.mark.parametrize("failing", [0, 1])
def test_what_a_counter_raises_is_raised(failing: int) -> None:
    """In the caller's thread as in others, where the reader may be at its end or not."""
    counters = [Counter(fails=number == failing) for number in range(2)]

    def read() -> Iterator[Documents]:
        yield from batches()
        counters[1].begun.wait(60)

    with pytest.raises(ValueError, match="cannot count"):
        count_batches(read(), counters if failing else [counters[0], Stuck()], lambda counter: None)
    assert not counting_threads()


def test_each_counter_is_relieved_in_its_thread_after_each_batch() -> None:
    """So that no two threads touch a counter."""
    relieved: list[tuple[Counter, int]] = []
    counters = [Counter() for _ in range(3)]
    count_batches(batches(), counters, lambda counter: relieved.append((counter, threading.get_ident())))
    assert len(relieved) == BATCHES
    assert all(counter.threads == {thread} for counter, thread in relieved)
