"""What tokens cost each language: its words among those of all, and how even the costs are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tokbench.counting.words import WordCounts
from tokbench.errors import TrainingError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
BATCH = 1 << 16
"""Words that are encoded together."""


@dataclass(frozen=True)
class Languages:
    """The words of several languages, each by its place among the distinct words of all."""

    words: WordCounts
    """Of all languages together."""
    places: Sequence[Integers]
    """By language: where its words stand, shape (its distinct words,)."""
    counts: Sequence[Integers]
    """By language, of the same shape."""
    content: Floats
    """By language: its characters (bytes, of a byte-level tokenizer) over those that it takes for equal content."""

    @classmethod
    def of(cls, languages: Mapping[str, WordCounts], ratio: Mapping[str, float]) -> Languages:
        """Return the languages in their order; `ratio` is how many characters a language takes for equal content."""
        import pyarrow.compute as pc

        words = WordCounts.merge(languages.values())
        places = [_integers(pc.index_in(found.words, value_set=words.words)) for found in languages.values()]
        counts = [found.numbers() for found in languages.values()]
        sizes = _integers(pc.utf8_length(words.words))
        lengths = np.array([int(sizes[place] @ count) for place, count in zip(places, counts, strict=True)])
        return cls(words, places, counts, lengths / np.array([ratio.get(tag, 1.0) for tag in languages]))

    def weighted(self, weights: Integers) -> WordCounts:
        """Return the words, each counted as often as it occurs times the weight of the language where it does."""
        sums = np.zeros(len(self.words), np.int64)
        largest = sum(
            float(weight) * float(count.max(initial=0)) for weight, count in zip(weights, self.counts, strict=True)
        )
        if largest >= 2**62:
            raise TrainingError("trainer: counts this large cannot be weighted by language; scale the counts down")
        for weight, place, count in zip(weights, self.places, self.counts, strict=True):
            sums[place] += weight * count
        return WordCounts(self.words.words, _array(sums))

    def tokens(self, tokenizer: Tokenizer) -> Integers:
        """Return how many tokens the words of each language are, shape (languages,)."""
        lengths = np.empty(len(self.words), np.int64)
        for start in range(0, len(self.words), BATCH):
            texts = self.words.words[start : start + BATCH].to_pylist()
            found = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            lengths[start : start + len(texts)] = [len(encoding.ids) for encoding in found]
        pairs = zip(self.places, self.counts, strict=True)
        return np.array([int(lengths[place] @ count) for place, count in pairs], np.int64)


def gini(costs: Floats) -> float:
    """Return how unequal costs are: 0 where all are the same, towards 1 where one bears all."""
    ordered = np.sort(costs)
    return float((2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum()))


def _array(numbers: Integers) -> Any:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def _integers(array: Any) -> Integers:
    """Return the values of an array without nulls; Arrow's own `to_numpy` would import pandas."""
    width = array.type.bit_width // 8
    values = np.frombuffer(array.buffers()[1], np.dtype(f"i{width}"))
    return values[array.offset : array.offset + len(array)].astype(np.int64)
