"""Counts that are kept from build to build, by the fingerprints of the text they come from, and what they taught.

Of text that was cut, the counts of chunks are kept, from which any pipeline finds its words; of whole documents those
of the words that one pipeline finds. An entry is a file: a run whose metadata says whose counts it has, then the
SHA-256 of all that, in hexadecimal. It is written beside its place and renamed, so that a build killed at any moment
leaves whole entries only.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.contracts import Tally
from tokbench.counting.run_files import Run
from tokbench.counting.runs import VERSION
from tokbench.counting.work_folders import WorkFolder, remove_abandoned
from tokbench.errors import CorpusError

if TYPE_CHECKING:
    from tokbench.contracts import WorkUnit

COUNTS, MERGES = ".counts", ".merges"
"""How the names of entries end, by what they hold: counts, or the merges that were learned from counts."""
_DIGEST = 64
_KEY = "tokbench"


def cache_folder() -> Path:
    """Return where counts are kept: tokbench's folder among the platform's caches (`XDG_CACHE_HOME` is honored)."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("tokbench", appauthor=False)) / "counts"


@dataclass(frozen=True)
class Entry:
    """Counts that were kept: of one unit, or of several that follow one another."""

    run: Run
    units: list[list[str]]
    """The name and the fingerprint of each."""
    tally: Tally
    """What was read when they were counted."""


class Cache:
    """Counts on disk, by what was counted and how: where text was cut, or which pipeline saw whole documents."""

    def __init__(self, folder: Path | None = None) -> None:
        self._given = folder

    @cached_property
    def folder(self) -> Path:
        """Return the folder that was given, or the user's, which is only looked for where something is kept."""
        return self._given or cache_folder()

    def find(self, units: Sequence[WorkUnit], how: str) -> Entry | None:
        """Return the counts of the first of these units, and of some that follow it; None where none are kept.

        An entry that is not as it was written is removed, and not used.
        """
        if not units or not self.begins(units[0], how):
            return None
        path = self._path(units[0], how)
        try:
            if not is_whole(path):
                path.unlink()
                return None
            entry = read(path)
        except FileNotFoundError:  # somebody has cleared the cache meanwhile
            return None
        return entry if entry.units == _identity(units[: len(entry.units)]) else None

    def begins(self, unit: WorkUnit, how: str) -> bool:
        """Whether something is kept that begins with this unit."""
        return bool(unit.fingerprint) and self._path(unit, how).exists()

    def add(
        self, units: Sequence[WorkUnit], how: str, tally: Tally, write: Callable[[Path, Mapping[str, str]], object]
    ) -> Run:
        """Keep the counts of units that follow one another, each with a fingerprint.

        `write` writes them as a run, to a path and with metadata.
        """
        head = {"how": how, "units": _identity(units), "tally": dataclasses.asdict(tally)}
        path = self._path(units[0], how)
        self.keep(path, lambda draft: write(draft, {_KEY: json.dumps(head)}))
        return Run(path, _DIGEST)

    def keep(self, path: Path, write: Callable[[Path], object]) -> None:
        """Keep what `write` writes to the path that it is given, and its digest, in one step."""
        with writable(self.folder), WorkFolder(self.folder, "entry-") as folder:
            draft = folder.path / path.name
            write(draft)
            with draft.open("ab") as file:
                file.write(_digest(draft, draft.stat().st_size).encode())
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)

    def load(self, path: Path) -> memoryview | None:
        """Return what an entry holds; None where there is none, or none as it was written, which is removed."""
        try:
            whole = memoryview(path.read_bytes())
        except FileNotFoundError:
            return None
        content, digest = whole[:-_DIGEST], whole[-_DIGEST:]
        if hashlib.sha256(content).hexdigest().encode() == digest:
            return content
        path.unlink(missing_ok=True)
        return None

    def place(self, suffix: str, key: Any) -> Path:
        """Return the path of the entry for a key, which JSON can write."""
        return self.folder / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()}{suffix}"

    def entries(self) -> Iterator[Path]:
        """Yield the files of all entries, sorted, counts first."""
        for suffix in (COUNTS, MERGES):
            yield from sorted(self.folder.glob(f"*{suffix}"))

    def clear(self) -> int:
        """Remove all entries, and what killed builds left; return how many bytes of entries that frees."""
        self.tidy()
        paths = list(self.entries())
        freed = sum(path.stat().st_size for path in paths)
        for path in paths:
            path.unlink()
        return freed

    def tidy(self) -> int:
        """Remove what killed builds left half-written, and return how many they were; live builds keep theirs."""
        with writable(self.folder):
            return remove_abandoned(self.folder)

    def _path(self, unit: WorkUnit, how: str) -> Path:
        return self.place(COUNTS, [VERSION, how, unit.name, unit.fingerprint])


@contextlib.contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Say in a sentence what is wrong with the folder of the counts, where it cannot be written."""
    try:
        yield
    except OSError as error:
        reason = f"{error.strerror or error}"
        raise CorpusError(
            f"{folder}: counts cannot be written there: {reason}; let XDG_CACHE_HOME name a folder with room for them"
        ) from error


def is_whole(path: Path) -> bool:
    """Whether a file is an entry as it was written."""
    size = path.stat().st_size - _DIGEST
    if size <= 0:
        return False
    with path.open("rb") as file:
        file.seek(size)
        return file.read() == _digest(path, size).encode()


def read(path: Path) -> Entry:
    """Return the counts in a file, which is taken to be whole."""
    run = Run(path, _DIGEST)
    head = json.loads(run.metadata()[_KEY])
    return Entry(run, head["units"], Tally(**head["tally"]))


def _identity(units: Iterable[WorkUnit]) -> list[list[str]]:
    return [[unit.name, unit.fingerprint] for unit in units]


def _digest(path: Path, size: int) -> str:
    """Return the SHA-256 of the first bytes of a file, in hexadecimal."""
    state = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0 and (block := file.read(min(size, 1 << 20))):
            state.update(block)
            size -= len(block)
    return state.hexdigest()
