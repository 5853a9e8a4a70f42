"""Folders that last as long as their process, and the removal of those whose process was killed.

Beside each folder lies a file that its process holds a lock on. The system lets go of the lock when the process ends,
however it ends, so whoever can take the lock may remove the folder.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

LOCK = ".lock"
RANDOM = 8
"""Bytes of chance in a name."""


class WorkFolder:
    """A folder of a fresh name that is removed when it is closed, or when its process is found to have died."""

    def __init__(self, among: Path, prefix: str) -> None:
        among.mkdir(parents=True, exist_ok=True)
        self._descriptor, self._lock = _locked(among, prefix)
        self.path = self._lock.with_suffix("")
        self.path.mkdir()

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        import shutil

        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.unlink(missing_ok=True)
        os.close(self._descriptor)

    def __enter__(self) -> WorkFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _locked(among: Path, prefix: str) -> tuple[int, Path]:
    """Make a file of a fresh name and lock it; return its descriptor and its path."""
    while True:
        path = among / f"{prefix}{os.urandom(RANDOM).hex()}{LOCK}"
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Between the two calls another process may have taken the file for abandoned, and removed it.
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor, path
        os.close(descriptor)


def remove_abandoned(among: Path, prefix: str = "", rescue: Callable[[Path], None] | None = None) -> int:
    """Remove the folders whose process is dead, and return how many there were.

    Only those whose name begins with `prefix` are looked at. `rescue` is handed each of them before, to take out what
    must not be lost.
    """
    return sum(1 for _ in _removed(among, prefix, rescue))


def _removed(among: Path, prefix: str, rescue: Callable[[Path], None] | None) -> Iterator[Path]:
    """Yield the locks of the folders that are removed; other files whose names end alike are nobody's of ours."""
    own = re.compile(rf"{re.escape(prefix)}.*[0-9a-f]{{{2 * RANDOM}}}{re.escape(LOCK)}")
    for path in sorted(path for path in among.glob(f"*{LOCK}") if own.fullmatch(path.name)):
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:  # its process has just ended well
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            import shutil

            if rescue:
                rescue(path.with_suffix(""))
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink(missing_ok=True)
            yield path
        except BlockingIOError:  # its process is alive
            continue
        finally:
            os.close(descriptor)
