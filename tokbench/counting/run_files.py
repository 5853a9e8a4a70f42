"""Counts in a file: batches of strings with their numbers, of which those that are asked for come into memory.

A batch is four arrays, one after another, little-endian: the offsets of its strings (int64, one more than there are
strings), their counts (int64), their flags (a byte each, or none at all), and their bytes. Behind the last batch stands
a head in JSON, which says where each batch lies and how many rows it has, and the length of the head in eight bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

from tokbench.strings import Numbers, Strings, integers

_SENT = struct.Struct("<qq")
"""The rows and the bytes of a batch that follows."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Strings and how often each occurs; chunks that begin documents have a flag."""

    strings: Strings
    counts: Numbers
    flags: memoryview | None = None

    def __len__(self) -> int:
        """Return how many strings there are."""
        return len(self.strings)

    @property
    def size(self) -> int:
        """Return how many bytes the batch is in a file."""
        flags = 0 if self.flags is None else len(self)
        return 8 * (2 * len(self) + 1) + flags + self.strings.size

    def __getitem__(self, rows: slice) -> Batch:
        """Return those of a slice, in the same memory."""
        return Batch(self.strings[rows], self.counts[rows], None if self.flags is None else self.flags[rows])


@dataclass(frozen=True)
class Run:
    """A file of counts, which `after` bytes may follow."""

    path: Path
    after: int = 0

    @property
    def size(self) -> int:
        """Return how many bytes it takes on disk."""
        return self.path.stat().st_size

    def open(self) -> RunReader:
        """Return the reader of its batches."""
        return RunReader(self.path.open("rb"), self.size - self.after)

    def metadata(self) -> dict[str, str]:
        """Return what was written with the batches."""
        with self.open() as reader:
            return reader.metadata


class RunReader:
    """The batches of a run, by their numbers."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        file.seek(end - 8)
        length = int.from_bytes(file.read(8), "little")
        file.seek(end - 8 - length)
        head = json.loads(file.read(length))
        self.metadata: dict[str, str] = head["metadata"]
        self._places: list[tuple[int, int, int, bool]] = head["batches"]

    def __len__(self) -> int:
        """Return how many batches there are."""
        return len(self._places)

    def __getitem__(self, number: int) -> Batch:
        """Read a batch."""
        place, rows, size, flagged = self._places[number]
        self._file.seek(place)
        return _laid_out(self._file.read(size), rows, flagged=flagged)

    def __enter__(self) -> RunReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._file.close()


def write_batches(path: Path, batches: Iterable[Batch], metadata: Mapping[str, str] | None = None) -> Run:
    """Write batches, one after another."""
    places: list[tuple[int, int, int, bool]] = []
    place = 0
    with path.open("wb") as file:
        for batch in batches:
            _write(file, batch)
            places.append((place, len(batch), batch.size, batch.flags is not None))
            place += batch.size
        head = json.dumps({"metadata": dict(metadata or {}), "batches": places}).encode()
        file.write(head + len(head).to_bytes(8, "little"))
    return Run(path)


def send(pipe: IO[bytes], batch: Batch) -> None:
    """Write a batch without flags to a pipe."""
    pipe.write(_SENT.pack(len(batch), batch.size))
    _write(pipe, batch)


def received(pipe: IO[bytes]) -> Iterator[Batch]:
    """Yield the batches that were sent, until the pipe ends."""
    while head := pipe.read(_SENT.size):
        rows, size = _SENT.unpack(head)
        yield _laid_out(pipe.read(size), rows, flagged=False)


def _write(file: IO[bytes], batch: Batch) -> None:
    for part in (bytes(8), batch.strings.ends(), batch.counts, batch.flags or b"", batch.strings.joined()):
        file.write(part)


def _laid_out(written: bytes, rows: int, *, flagged: bool) -> Batch:
    whole = memoryview(written)
    counts, flags = 8 * (rows + 1), 8 * (2 * rows + 1)
    data = flags + rows * flagged
    return Batch(
        Strings(integers(whole[:counts]), whole[data:]),
        integers(whole[counts:flags]),
        whole[flags:data] if flagged else None,
    )
