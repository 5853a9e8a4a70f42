"""Word counts: what every trainer starts from."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from tokbench.errors import TrainingError
from tokbench.kernels import _kernels
from tokbench.strings import Numbers, Strings, arrow_integers, integers_of_arrow

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

LARGEST = 2**63 - 1
PIECE = 1 << 18
"""Words that are looked at together."""


def nothing() -> None:
    """Let go of nothing."""


@dataclass(frozen=True, eq=False)
class WordCounts:
    """Distinct words and how often each occurs, sorted by the words' UTF-8 bytes.

    The order is total and comes from the words alone, so equal counts are equal bytes on every machine.
    """

    words: Strings
    """Shape (n,), distinct, sorted."""
    counts: Numbers
    """Shape (n,), each at least 1."""
    forget: Callable[[], None] = field(default=nothing, repr=False)
    """Lets go of memory that can be read again, where the words lie on disk."""
    beside: Path | None = field(default=None, repr=False)
    """The folder where they are kept, and what is learned of them may be; None where nothing of the text is kept."""

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
        return cls(Strings.of(words), memoryview(array("q", map(sums.__getitem__, words))))

    @classmethod
    def of_arrow(cls, words: pa.LargeStringArray, counts: pa.Int64Array) -> WordCounts:
        """Return words that are distinct and sorted, with their counts, in the memory of Arrow's arrays."""
        return cls(Strings.of_arrow(words), integers_of_arrow(counts))

    @classmethod
    def merge(cls, parts: Iterable[WordCounts]) -> WordCounts:
        """Return the sum of several counts; raises `TrainingError` where one passes 2⁶³ - 1."""
        table = _kernels.ChunkCounter(_kernels.Cut.never)  # a table of counts as any
        empty: list[tuple[str, int]] = []
        try:
            for part in parts:
                # No table has an empty string, and of sorted words it is the first.
                if len(part) and not part.words[0]:
                    empty.append(("", part.counts[0]))
                table.add_counted(part.words.offsets, part.words.data, part.counts, None)
            offsets, data, counts = table.sorted(False)
        except OverflowError as error:
            raise TrainingError("word counts: a sum is over 2⁶³ - 1; scale the counts down") from error
        whole = cls(Strings(offsets, data), counts)
        return cls.of([*cls.of(empty), *whole]) if empty else whole

    def __len__(self) -> int:
        """Return the number of distinct words."""
        return len(self.words)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield (word, count), in order."""
        for piece in self.pieces():
            yield from zip(piece.words, piece.counts, strict=True)

    def pieces(self, rows: int = PIECE) -> Iterator[WordCounts]:
        """Yield the counts in pieces of so many words, in order, with no more in memory than a piece need be."""
        for start in range(0, len(self), rows):
            yield WordCounts(self.words[start : start + rows], self.counts[start : start + rows])
            self.forget()

    @property
    def total(self) -> int:
        """Return the number of words, each as often as it occurs; exact beyond 64 bits."""
        return sum(sum(piece.counts) for piece in self.pieces())

    def digest(self) -> str:
        """Return the sha256 of the words and counts: equal digests, equal counts."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        state = hashlib.sha256(bytes(8))
        size = 0
        for piece in self.pieces():
            state.update(piece.words.ends(size))
            size += piece.words.size
        for piece in self.pieces():
            state.update(piece.words.joined())
        for piece in self.pieces():
            state.update(piece.counts)
        return state.hexdigest()

    def arrow(self) -> pa.RecordBatch:
        """Return an Arrow batch in the same memory: columns `word` (large_string) and `count` (int64)."""
        import pyarrow as pa

        return pa.record_batch([self.words.arrow(), arrow_integers(self.counts)], names=["word", "count"])
