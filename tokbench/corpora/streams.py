"""A file as a stream of decompressed bytes, with the sha256 of the file as it lies on disk.

A compressed file that is cut short, or is not what its name says, is a `CorpusError`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tokbench.errors import CorpusError

BLOCK = 2**17
"""Bytes read at a time. Blocks of this size lie in memory that the process has; those of a megabyte were given back to
the system and found anew, page by page, each time, which took a third of the time of reading plain text."""

BLOCK_BESIDE = 2**19
"""The same where several threads read: with smaller ones they wait for the interpreter, which one holds at a time."""


class Content:
    """The content of a file, decompressed, from its beginning to its end, `block` bytes at a time."""

    def __init__(self, path: Path, codec: str | None, shown: str, block: int = BLOCK) -> None:
        self._file = _HashedFile(path)
        self._stream = _decompressed(self._file, codec)
        self._codec, self._shown, self._block = codec, shown, block

    def read(self, size: int | None = None) -> bytes:
        """Return up to `size` bytes, none at the end; raises `CorpusError` where the data is not sound."""
        try:
            data: bytes = self._stream.read(size or self._block)
        except _errors_of(self._codec) as error:
            raise CorpusError(f"{self._shown}: {_problem(str(error), self._codec)}") from error
        return data

    def __iter__(self) -> Iterator[bytes]:
        """Yield what is left, a block at a time."""
        while data := self.read():
            yield data

    @property
    def position(self) -> int:
        """Return how many bytes of the file were read, as they lie on disk."""
        return self._file.position

    def digest(self) -> str:
        """Return the sha256 of the file as it lies on disk, in hexadecimal."""
        return self._file.digest()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def closed(self) -> bool:
        """Tell whether the file is closed; Arrow asks."""
        return self._file.closed


class _HashedFile:
    """A file whose bytes are hashed as they are read, once and in order."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._state = hashlib.sha256()
        self.position = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._state.update(data)
        self.position += len(data)
        return data

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer with what comes next, return its length: what `isal` reads by."""
        size = self._file.readinto(buffer) or 0
        self._state.update(buffer[:size])
        self.position += size
        return size

    def digest(self) -> str:
        while self.read(BLOCK):
            continue
        return self._state.hexdigest()

    def close(self) -> None:
        self._file.close()

    @property
    def closed(self) -> bool:
        return self._file.closed


class _Streams:
    """Compressed streams, one after another, to the last byte: those of the standard library end where one is broken.

    Streams may be empty, and NULs may follow each, which `xz` calls padding.
    """

    def __init__(self, file: _HashedFile, make: Callable[[], Any]) -> None:
        self._file, self._make = file, make
        self._decoder = make()

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size and (data := self._some(size)):
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    def _some(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""
        data = b""
        while not data:
            if not self._decoder.eof:
                data = self._decoder.decompress(self._more(), size)
                continue
            rest = self._decoder.unused_data.lstrip(b"\0")
            while not rest and (block := self._file.read(BLOCK)):
                rest = block.lstrip(b"\0")
            if not rest:
                return b""
            self._decoder = self._make()
            data = self._decoder.decompress(rest, size)
        return data

    def _more(self) -> bytes:
        if not self._decoder.needs_input:
            return b""
        if block := self._file.read(BLOCK):
            return block
        raise EOFError("the file ended before its last stream did")


def _decompressed(file: _HashedFile, codec: str | None) -> Any:
    if codec is None:
        return file
    if codec == "xz":
        import lzma

        return _Streams(file, lzma.LZMADecompressor)
    if codec == "bz2":
        import bz2

        return _Streams(file, bz2.BZ2Decompressor)
    if codec == "gzip":
        from isal.igzip import IGzipFile  # reads the same with less than half of zlib's seconds

        return IGzipFile(fileobj=file, mode="rb")
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(file, "r"), codec)


def _errors_of(codec: str | None) -> tuple[type[Exception], ...]:
    """Return what reading raises where the data is not sound."""
    if codec == "xz":
        import lzma

        return (OSError, EOFError, lzma.LZMAError)
    if codec == "gzip":
        from isal.isal_zlib import error

        return (OSError, EOFError, error)
    return (OSError, EOFError)


def _problem(said: str, codec: str | None) -> str:
    if codec is None:
        return f"the file cannot be read: {said}"
    if "Truncated" in said or "ended before" in said:
        return f"the {codec} data ends too early, so the file is not whole; fetch or compress it again"
    return f"this is not sound {codec} data ({said}); fetch it again, or give the file the suffix of what it is"
