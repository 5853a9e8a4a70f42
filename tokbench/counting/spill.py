"""Where counts go that do not fit in memory: files of one folder, merged when they become many."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from tokbench.counting.cache import writable
from tokbench.counting.run_files import Run
from tokbench.counting.work_folders import WorkFolder

FAN = 64
"""How many runs of a level are merged into one of the next: so few files are open at once, however many there are."""


class Spill:
    """Names for the files of a counting, in a folder that lasts as long as it; the first name makes the folder.

    `beside` tells where it is made.
    """

    def __init__(self, beside: Callable[[], Path]) -> None:
        self._beside = beside
        self._lock = threading.Lock()
        self._folder: WorkFolder | None = None
        self._numbers = itertools.count()

    @property
    def beside(self) -> Path:
        """Return the folder that the folder is in."""
        return self._beside()

    @property
    def folder(self) -> Path:
        """Return the folder, made if need be."""
        with self._lock, writable(self.beside):
            if self._folder is None:
                self._folder = WorkFolder(self.beside, "spill-")
            return self._folder.path

    def next(self) -> Path:
        """Return a path that nothing is at."""
        return self.folder / f"{os.getpid()}-{next(self._numbers)}.run"

    def discard(self, run: Run) -> None:
        """Remove a run if it is of this folder; those that are kept stay."""
        if self._folder is not None and run.path.parent == self._folder.path:
            run.path.unlink()

    def close(self) -> None:
        """Remove the folder."""
        if self._folder is not None:
            self._folder.close()


class Lent(Spill):
    """The same, in the folder of another process, which removes it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(lambda: folder)

    @property
    def folder(self) -> Path:
        """Return the folder."""
        return self.beside

    def discard(self, run: Run) -> None:
        """Remove a run."""
        run.path.unlink()


class Levels:
    """Runs, by how often each was merged: adding one too many to a level merges them into one of the next."""

    def __init__(self, merge: Callable[[list[Run]], Run], spill: Spill) -> None:
        self._merge = merge
        self._spill = spill
        self._levels: list[list[Run]] = []

    def add(self, run: Run, level: int = 0) -> None:
        """Add a run."""
        if level == len(self._levels):
            self._levels.append([])
        runs = self._levels[level]
        runs.append(run)
        if len(runs) == FAN:
            self._levels[level] = []
            merged = self._merge(runs)
            for old in runs:
                self._spill.discard(old)
            self.add(merged, level + 1)

    def __iter__(self) -> Iterator[Run]:
        return itertools.chain.from_iterable(self._levels)

    def __len__(self) -> int:
        return sum(map(len, self._levels))
