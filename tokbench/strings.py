"""Many strings in two buffers, laid out as Arrow lays them out, for code that leaves Arrow alone.

Importing Arrow and NumPy takes more time and memory than counting a small corpus, so what the kernels give and take are
plain buffers. Arrow arrays of the same memory are made when somebody asks for them.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from tokbench.kernels import _kernels

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = memoryview
"""Numbers of 64 bits, shape (n,): `numbers[3]`, `sum(numbers)`, `numpy.frombuffer(numbers, "int64")`."""


@dataclass(frozen=True, eq=False)
class Strings:
    """Strings as Arrow's `large_string` has them: ``["ab", "é"] → offsets 0 2 4, data "abé"``."""

    offsets: Numbers
    """Shape (n + 1,): string i is `data[offsets[i]:offsets[i + 1]]`."""
    data: memoryview
    """UTF-8, of bytes; there may be more of them than the strings have."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """Lay out strings."""
        return cls.of_bytes([text.encode() for text in texts])

    @classmethod
    def of_bytes(cls, encoded: Sequence[bytes]) -> Strings:
        """Lay out strings that are in UTF-8 already."""
        offsets = array("q", itertools.accumulate(map(len, encoded), initial=0))
        return cls(memoryview(offsets), memoryview(b"".join(encoded)))

    @classmethod
    def of_arrow(cls, texts: pa.LargeStringArray) -> Strings:
        """Return the strings of an array without nulls, in its memory."""
        _, offsets, data = texts.buffers()
        if not len(texts):
            return cls.of(())
        places = integers(offsets)[texts.offset : texts.offset + len(texts) + 1]
        return cls(places, memoryview(data).cast("B") if data else memoryview(b""))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, rows: int) -> str: ...
    @overload
    def __getitem__(self, rows: slice) -> Strings: ...
    def __getitem__(self, rows: int | slice) -> str | Strings:
        """Return a string, or those of a slice, in the same memory; raises `ValueError` for a slice with steps."""
        if isinstance(rows, slice):
            if rows.step not in (None, 1):
                raise ValueError("strings: those of a slice with steps do not lie one after another")
            start, stop, _ = slice(rows.start, rows.stop).indices(len(self))
            return Strings(self.offsets[start : max(start, stop) + 1], self.data)
        row = range(len(self))[rows]
        return str(self.data[self.offsets[row] : self.offsets[row + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        """Yield them; raises `UnicodeDecodeError` where one is not UTF-8."""
        data = self.data
        for start, end in itertools.pairwise(self.offsets):
            yield str(data[start:end], "utf-8")

    def beginnings(self, length: int) -> Iterator[str]:
        """Yield the first `length` characters of each; what is not UTF-8 becomes U+FFFD."""
        for start, end in itertools.pairwise(self.offsets):
            # A character has four bytes at most.
            yield bytes(self.data[start : min(end, start + 4 * length)]).decode(errors="replace")[:length]

    @property
    def size(self) -> int:
        """Return how many bytes they have together."""
        return self.offsets[-1] - self.offsets[0]

    def joined(self) -> memoryview:
        """Return their bytes, one string after the other."""
        return self.data[self.offsets[0] : self.offsets[-1]]

    def ends(self, before: int = 0) -> Numbers:
        """Return where they end, shape (n,), where `before` bytes come before them."""
        shift = before - self.offsets[0]
        if not shift:
            return self.offsets[1:]
        return _kernels.moved(self.offsets[1:], shift)

    def arrow(self) -> pa.LargeStringArray:
        """Return them as an Arrow array, in the same memory."""
        import pyarrow as pa

        return pa.Array.from_buffers(
            pa.large_string(), len(self), [None, pa.py_buffer(self.offsets), pa.py_buffer(self.data)]
        )


def integers(buffer: Any) -> Numbers:
    """Return the numbers of 64 bits that lie in a buffer."""
    view = memoryview(buffer)
    return view.cast("B").cast("q") if view.nbytes else memoryview(array("q"))


def arrow_integers(numbers: Numbers) -> pa.Int64Array:
    """Return numbers as an Arrow array, in the same memory; `pa.array` would import pandas."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def integers_of_arrow(numbers: pa.Int64Array) -> Numbers:
    """Return the numbers of an array without nulls, in its memory; Arrow's own `to_numpy` would import pandas."""
    _, values = numbers.buffers()
    return integers(values)[numbers.offset : numbers.offset + len(numbers)] if len(numbers) else integers(b"")
