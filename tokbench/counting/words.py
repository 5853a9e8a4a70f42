"""Word counts: what every trainer starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tokbench.errors import TrainingError

LARGEST = 2**63 - 1
PIECE = 1 << 18
"""Words that are looked at together."""


def nothing() -> None:
    """Let go of nothing."""


@dataclass(frozen=True)
class WordCounts:
    """Distinct words and how often each occurs, sorted by the words' UTF-8 bytes.

    The order is total and comes from the words alone, so equal counts are equal bytes on every machine.
    """

    words: pa.LargeStringArray
    """Shape (n,), distinct, sorted."""
    counts: pa.Int64Array
    """Shape (n,), each at least 1."""
    forget: Callable[[], None] = field(default=nothing, compare=False, repr=False)
    """Lets go of memory that can be read again, where the arrays lie on disk."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, int]]) -> WordCounts:
        """Sum (word, count) pairs: ``[("b", 1), ("a", 2), ("b", 3)] → a 2, b 4``.

        Raises `TrainingError` where a sum passes 2⁶³ - 1, or a count is negative; words that count 0 are left out.
        """
        sums: dict[str, int] = {}
        for word, count in pairs:
            if count < 0:
                raise TrainingError(f"word counts: {word!r}: the count {count} is negative; counts start at 1")
            if count:
                sums[word] = sums.get(word, 0) + count
        # Code points and UTF-8 bytes sort alike.
        words = sorted(sums)
        if words and (largest := max(words, key=sums.__getitem__)) and sums[largest] > LARGEST:
            raise TrainingError(
                f"word counts: {largest!r}: the count {sums[largest]} is over 2⁶³ - 1; scale counts down"
            )
        return cls(_strings(words), _integers(sums[word] for word in words))

    @classmethod
    def merge(cls, parts: Iterable[WordCounts]) -> WordCounts:
        """Return the sum of several counts."""
        tables = [pa.table({"word": part.words, "count": part.counts}) for part in parts]
        if not tables:
            return cls.of(())
        summed = pa.concat_tables(tables).group_by("word").aggregate([("count", "sum")])
        if pc.any(pc.less(summed["count_sum"], 0)).as_py():
            raise TrainingError("word counts: a sum is over 2⁶³ - 1; scale the counts down")
        ordered = summed.sort_by("word").combine_chunks()
        if not ordered.num_rows:
            return cls.of(())
        return cls(pa.concat_arrays(ordered["word"].chunks), pa.concat_arrays(ordered["count_sum"].chunks))

    def __len__(self) -> int:
        """Return the number of distinct words."""
        return len(self.words)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield (word, count), in order."""
        for piece in self.pieces():
            yield from zip(piece.words.to_pylist(), piece.counts.to_pylist(), strict=True)

    def pieces(self, rows: int = PIECE) -> Iterator[WordCounts]:
        """Yield the counts in pieces of so many words, in order, with no more in memory than a piece need be."""
        for start in range(0, len(self), rows):
            yield WordCounts(self.words[start : start + rows], self.counts[start : start + rows])
            self.forget()

    @property
    def total(self) -> int:
        """Return the number of words, each as often as it occurs; exact beyond 64 bits."""
        halves = ((int((counts >> 32).sum()), int((counts & 0xFFFFFFFF).sum())) for counts in self._numbers())
        return sum((high << 32) + low for high, low in halves)

    def ends(self) -> npt.NDArray[np.int64]:
        """Return where words begin and end in `text()`, shape (n + 1,)."""
        _, offsets, _ = self.words.buffers()
        start = self.words.offset
        return np.frombuffer(offsets, np.int64)[start : start + len(self) + 1] if offsets else np.zeros(1, np.int64)

    def text(self) -> npt.NDArray[np.uint8]:
        """Return the bytes that the words lie in, which may be more than theirs."""
        _, _, text = self.words.buffers()
        return np.frombuffer(text, np.uint8) if text else np.zeros(0, np.uint8)

    def numbers(self) -> npt.NDArray[np.int64]:
        """Return the counts, shape (n,); Arrow's own `to_numpy` would import pandas."""
        _, values = self.counts.buffers()
        start = self.counts.offset
        return np.frombuffer(values, np.int64)[start : start + len(self)] if values else np.zeros(0, np.int64)

    def _numbers(self) -> Iterator[npt.NDArray[np.int64]]:
        return (piece.numbers() for piece in self.pieces())

    def digest(self) -> str:
        """Return the sha256 of the words and counts: equal digests, equal counts."""
        state = hashlib.sha256(bytes(8))
        size = 0
        for piece in self.pieces():
            ends = piece.ends()
            state.update((ends[1:] - ends[0] + size).astype("<i8", copy=False).data)
            size += int(ends[-1] - ends[0])
        for piece in self.pieces():
            ends = piece.ends()
            state.update(piece.text()[int(ends[0]) : int(ends[-1])].data)
        for counts in self._numbers():
            state.update(counts.astype("<i8", copy=False).data)
        return state.hexdigest()


def _strings(words: Iterable[str]) -> pa.LargeStringArray:
    """Return an array of strings; `pa.array` of a list would import pandas."""
    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(encoded), buffers)


def _integers(numbers: Iterable[int]) -> pa.Int64Array:
    values = np.fromiter(numbers, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])
