"""Word counts: what every trainer starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tokbench.errors import TrainingError

LARGEST = 2**63 - 1


@dataclass(frozen=True)
class WordCounts:
    """Distinct words and how often each occurs, sorted by the words' UTF-8 bytes.

    The order is total and comes from the words alone, so equal counts are equal bytes on every machine.
    """

    words: pa.LargeStringArray
    """Shape (n,), distinct, sorted."""
    counts: pa.Int64Array
    """Shape (n,), each at least 1."""

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
        return cls(pa.array(words, pa.large_string()), pa.array([sums[word] for word in words], pa.int64()))

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
        return cls(
            pa.concat_arrays(ordered["word"].chunks) if ordered.num_rows else pa.array([], pa.large_string()),
            pa.concat_arrays(ordered["count_sum"].chunks) if ordered.num_rows else pa.array([], pa.int64()),
        )

    def __len__(self) -> int:
        """Return the number of distinct words."""
        return len(self.words)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield (word, count), in order."""
        return zip(self.words.to_pylist(), self.counts.to_pylist(), strict=True)

    @property
    def total(self) -> int:
        """Return the number of words, each as often as it occurs; exact beyond 64 bits."""
        return sum(self.counts.to_pylist())

    def digest(self) -> str:
        """Return the sha256 of the words and counts: equal digests, equal counts."""
        words = pa.concat_arrays([self.words[:0], self.words])  # one that begins at the start of its buffers
        _, offsets, data = words.buffers()
        ends = np.frombuffer(offsets, np.int64)[: len(words) + 1] if len(words) else np.zeros(1, np.int64)
        state = hashlib.sha256(ends.astype("<i8").tobytes())
        state.update(memoryview(data)[: int(ends[-1])] if data else b"")
        state.update(self.counts.to_numpy().astype("<i8").tobytes())
        return state.hexdigest()
