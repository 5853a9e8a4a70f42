"""The second stage's text: a sample of the corpora, cut as the finished tokenizer cuts, in tokens of the first stage.

The compiled core learns merges of characters. So each token of the first stage is written as one character, and a
stretch of text is a word of such characters: merging them is to go on where the first stage ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, models, pre_tokenizers

from tokbench.counting.words import WordCounts

if TYPE_CHECKING:
    from tokbench.contracts import TrainingCorpus

BATCH = 512
"""Documents, and stretches, that are handed to `tokenizers` at a time."""
FIRST = 0x20
"""The character that stands for the token 0; nothing below it, and no surrogate, stands for any."""
SURROGATES = range(0xD800, 0xE000)


class Pieces:
    """Text as tokens of the first stage, cut as the finished tokenizer cuts it."""

    def __init__(self, model: models.BPE, normalizer: Any, splitter: pre_tokenizers.PreTokenizer) -> None:
        self._encode = Tokenizer(model)
        if normalizer is not None:
            self._encode.normalizer = normalizer
        self._encode.pre_tokenizer = splitter

    def of(self, texts: list[str]) -> Iterator[str]:
        """Yield the stretches of the texts, a character for each token."""
        for encoding in self._encode.encode_batch(texts, add_special_tokens=False):
            characters = self.characters(np.array(encoding.ids, np.uint32))
            starts = np.flatnonzero(np.diff(np.array(encoding.word_ids, np.int64))) + 1
            yield from (characters[a:b] for a, b in zip([0, *starts], [*starts, len(characters)], strict=True))

    @staticmethod
    def characters(ids: npt.NDArray[np.uint32]) -> str:
        """Return the characters that stand for the tokens."""
        points = ids + FIRST
        points[points >= SURROGATES.start] += len(SURROGATES)
        return points.astype("<u4").tobytes().decode("utf-32-le")

    @staticmethod
    def token(character: str) -> int:
        """Return the token that a character stands for."""
        point = ord(character)
        return point - FIRST - (len(SURROGATES) if point >= SURROGATES.stop else 0)


def stretches(texts: Iterable[str], pieces: Pieces) -> tuple[WordCounts, int]:
    """Return how often each stretch of the texts occurs, and how many different tokens they hold."""
    counts: Counter[str] = Counter()
    documents = iter(texts)
    while batch := list(islice(documents, BATCH)):
        counts.update(stretch for stretch in pieces.of(batch) if len(stretch) > 1)
    known: set[str] = set()
    for stretch in counts:
        known.update(stretch)
    return WordCounts.of(counts.items()), len(known)


def sampled(corpus: TrainingCorpus, size: int) -> Iterator[str]:
    """Yield documents, spread evenly over the corpora, of about `size` bytes in all; 0 is all of them."""
    share = min(1.0, size / corpus.bytes) if size else 1.0
    wanted = taken = 0.0
    for text in corpus.texts():
        length = len(text.encode(errors="surrogatepass"))
        wanted += share * length
        if taken + length / 2 <= wanted:
            taken += length
            yield text
