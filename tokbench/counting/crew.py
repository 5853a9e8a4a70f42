"""Threads that read and count side by side; one that has no task of its own joins one that could use help."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from tokbench.counting.tasks import Counter, Task, slices

if TYPE_CHECKING:
    from tokbench.documents import Documents

MOMENT = 0.1
"""Seconds that the caller's thread waits for something to do before it ticks."""

Item = TypeVar("Item")


class _Ended(Exception):
    """Another thread has failed, so this one ends."""


class _Job:
    """A task that a thread is at, with those that help it."""

    def __init__(self, task: Task[Any]) -> None:
        self.task = task
        self.helpers = 0
        self.lent: queue.SimpleQueue[Documents | None] = queue.SimpleQueue()
        """Batches for the helpers; None sends one of them away."""
        self.returned: queue.SimpleQueue[Counter | None] = queue.SimpleQueue()
        """The counters of helpers that have gone, None of one that has failed."""

    def send_away(self) -> None:
        """Have all helpers go, once they have counted what they were lent."""
        for _ in range(self.helpers):
            self.lent.put(None)


class Crew:
    """Threads at some tasks. A thread does one task after the other; when none is left, it waits to be asked for help.

    They are started as there is work: one for each task, as many as may be, and one more where a batch would wait.
    Each has one counter at a time, so that no more memory is taken than by one for each thread.
    """

    def __init__(
        self, tasks: Iterable[Task[Any]], threads: int, tick: Callable[[], None], *, side_by_side: bool
    ) -> None:
        self._tasks = iter(tasks)
        self._side_by_side = side_by_side
        self._most = threads - 1
        self._tick = tick
        self._caller = threading.get_ident()
        self._next_lock = threading.Lock()
        self._asked: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # of all that follows
        self._threads: list[threading.Thread] = []
        self._readers = 1
        self._idle = 0
        self._jobs: set[_Job] = set()
        self._counting: set[Counter] = set()
        self._failures: list[BaseException] = []

    def work(self) -> None:
        """Do all tasks; raises what any thread has raised, once all have ended."""
        try:
            first = self._next()
            while self._side_by_side and len(self._threads) < self._most and (task := self._next()):
                self._start_reading(task)
            self._read(first)
            self._join()
        except BaseException as error:
            self._fail(error)
            self._join()
        if self._failures:
            raise self._failures[0]

    # ------------------------------------------------------------ what a thread does

    def _read(self, task: Task[Any] | None) -> None:
        """Do tasks until none is left, and help then."""
        while task:
            self._do(_Job(task))
            task = self._next()
        with self._lock:
            self._readers -= 1
            if not self._readers:
                self._dismiss()
        self._help()

    def _do(self, job: _Job) -> None:
        counter = job.task.make()
        with self._lock:
            self._jobs.add(job)
        for batch in slices(job.task.batches):
            if not self._lend(batch, job):
                self._count(batch, counter, job)
        with self._lock:
            self._require_all_well()
            job.send_away()
            self._jobs.discard(job)
        counters = [counter, *(job.returned.get() for _ in range(job.helpers))]
        self._require_all_well()
        job.task.finish(counters)

    def _help(self, job: _Job | None = None) -> None:
        """Join a job, and then whichever asks for it."""
        while True:
            if job:
                self._join_in(job)
            with self._lock:
                self._idle += 1
            if (job := self._wait_for(self._asked)) is None:
                return

    def _join_in(self, job: _Job) -> None:
        try:
            counter = job.task.make()
            while (batch := self._wait_for(job.lent)) is not None:
                self._count(batch, counter, job)
            job.returned.put(counter)
        except BaseException as error:
            self._fail(error)  # before the job's thread goes on
            job.returned.put(None)

    def _count(self, batch: Documents, counter: Counter, job: _Job) -> None:
        with self._lock:
            self._require_all_well()
            self._counting.add(counter)
        try:
            counter.add(batch)
            job.task.relieve(counter)
        finally:
            with self._lock:
                self._counting.discard(counter)
        if threading.get_ident() == self._caller:
            self._tick()

    # ------------------------------------------------------------ between threads

    def _next(self) -> Task[Any] | None:
        with self._next_lock:
            self._require_all_well()
            return next(self._tasks, None)

    def _lend(self, batch: Documents, job: _Job) -> bool:
        """Leave a batch to a helper, unless one waits for each of them already and there is nobody else to help."""
        with self._lock:
            self._require_all_well()
            if job.lent.qsize() >= job.helpers:
                if not self._idle and len(self._threads) == self._most:
                    return False
                # Ctrl-C may come between any two lines: one sent away in vain does no harm, one forgotten never ends.
                job.helpers += 1
                if self._idle:
                    self._idle -= 1
                    self._asked.put(job)
                else:
                    self._start(self._help, job)
            job.lent.put(batch)
            return True

    def _wait_for(self, items: queue.SimpleQueue[Item]) -> Item:
        if threading.get_ident() != self._caller:
            return items.get()
        while True:
            with contextlib.suppress(queue.Empty):
                return items.get(timeout=MOMENT)
            self._tick()

    def _start_reading(self, task: Task[Any]) -> None:
        with self._lock:
            self._readers += 1
            self._start(self._read, task)

    def _start(self, work: Callable[[Item], None], first: Item) -> None:
        def run() -> None:
            try:
                work(first)
            except BaseException as error:
                self._fail(error)

        thread = threading.Thread(target=run, name="counting")
        thread.start()
        self._threads.append(thread)

    # ------------------------------------------------------------ how it ends

    def _require_all_well(self) -> None:
        if self._failures:
            raise _Ended

    def _dismiss(self) -> None:
        for _ in range(len(self._threads) + 1):
            self._asked.put(None)

    def _fail(self, error: BaseException) -> None:
        """Have all threads end, whatever they are at."""
        with self._lock:
            self._failures.append(error)
            for counter in self._counting:
                counter.stop()
            for job in self._jobs:
                job.send_away()
            self._dismiss()

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()
