"""What tokens cost each language: its words among those of all, and how even the costs are."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        words = WordCounts.merge(languages.values())
        place_of = {word: place for place, word in enumerate(words.words)}
        places = [np.fromiter(map(place_of.__getitem__, found.words), np.int64) for found in languages.values()]
        counts = [np.array(found.counts, np.int64) for found in languages.values()]
        sizes = np.fromiter(map(len, words.words), np.int64)
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
        return WordCounts(self.words.words, memoryview(array("q", sums.tobytes())))

    def tokens(self, tokenizer: Tokenizer) -> Integers:
        """Return how many tokens the words of each language are, shape (languages,)."""
        lengths = np.empty(len(self.words), np.int64)
        for start in range(0, len(self.words), BATCH):
            texts = list(self.words.words[start : start + BATCH])
            found = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            lengths[start : start + len(texts)] = [len(encoding.ids) for encoding in found]
        pairs = zip(self.places, self.counts, strict=True)
        return np.array([int(lengths[place] @ count) for place, count in pairs], np.int64)


def gini(costs: Floats) -> float:
    """Return how unequal costs are: 0 where all are the same, towards 1 where one bears all."""
    ordered = np.sort(costs)
    return float((2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum()))
