"""Word counts put together from pieces: in memory, or on disk, to be read where they lie."""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from tokbench.counting.words import WordCounts
from tokbench.strings import Strings, integers


def joined(pieces: Iterable[WordCounts]) -> WordCounts:
    """Return sorted counts that come in pieces, in memory."""
    files = [io.BytesIO() for _ in range(3)]
    _write(pieces, *files)
    ends, text, counts = (file.getbuffer() for file in files)
    return WordCounts(Strings(integers(ends), text), integers(counts))


def mapped(pieces: Iterable[WordCounts], folder: Path) -> WordCounts:
    """Write sorted counts to files of a folder and return them as they lie there.

    The files may be removed at once: what is mapped stays readable until nobody holds it.
    """
    paths = [folder / name for name in ("ends", "text", "counts")]
    with ExitStack() as stack:
        rows = _write(pieces, *(stack.enter_context(path.open("wb")) for path in paths))
    if not rows:
        return WordCounts.of(())
    maps = [_map(path) for path in paths]
    ends, text, counts = maps

    def forget() -> None:
        for each in maps:
            each.madvise(mmap.MADV_DONTNEED)

    return WordCounts(Strings(integers(ends), memoryview(text)), integers(counts), forget)


def _write(pieces: Iterable[WordCounts], ends: BinaryIO, text: BinaryIO, counts: BinaryIO) -> int:
    """Write the buffers of one whole, piece by piece, and return how many words it has."""
    rows = size = 0
    ends.write(bytes(8))
    for piece in pieces:
        ends.write(piece.words.ends(size))
        text.write(piece.words.joined())
        counts.write(piece.counts)
        rows, size = rows + len(piece), size + piece.words.size
    return rows


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
