"""Word counts that lie on disk and are read where they lie: what does not fit in memory, and is needed as a whole."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from tokbench.counting.words import WordCounts


def mapped(pieces: Iterable[WordCounts], folder: Path) -> WordCounts:
    """Write sorted counts to files of a folder and return them as they lie there.

    The files may be removed at once: what is mapped stays readable until nobody holds it.
    """
    paths = [folder / name for name in ("ends", "text", "counts")]
    rows = _write(pieces, *paths)
    if not rows:
        return WordCounts.of(())
    maps = [_map(path) for path in paths]
    ends, text, counts = map(pa.py_buffer, maps)

    def forget() -> None:
        for each in maps:
            each.madvise(mmap.MADV_DONTNEED)

    return WordCounts(
        pa.Array.from_buffers(pa.large_string(), rows, [None, ends, text]),
        pa.Array.from_buffers(pa.int64(), rows, [None, counts]),
        forget,
    )


def _write(pieces: Iterable[WordCounts], ends_path: Path, text_path: Path, counts_path: Path) -> int:
    """Write the buffers of one array, piece by piece, and return its length."""
    rows = size = 0
    with ends_path.open("wb") as ends_file, text_path.open("wb") as text_file, counts_path.open("wb") as counts_file:
        ends_file.write(bytes(8))
        for piece in pieces:
            ends = piece.ends()
            ends_file.write((ends[1:] - ends[0] + size).data)
            text_file.write(piece.text()[int(ends[0]) : int(ends[-1])].data)
            counts_file.write(piece.numbers().data)
            rows, size = rows + len(piece), size + int(ends[-1] - ends[0])
    return rows


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
