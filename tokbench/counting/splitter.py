"""The normalizer and pre-tokenizer of Hugging Face `tokenizers`, run as its training runs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from tokenizers import PreTokenizedString, Tokenizer

from tokbench.counting.cuts import is_solid
from tokbench.errors import TrainingError

if TYPE_CHECKING:
    from tokbench.contracts import Cut
    from tokbench.counting.chunks import ChunkCounter, Counts
    from tokbench.kernels._kernels import WordCounter

BATCH = 4096
"""Characters of chunks that are handed over in one call, as a call costs as much as a few chunks; also, rows held."""
SOLID = "a"
"""Stands for the text before a chunk that is not the first of its document."""


class Splitter:
    """Turns text into words, as a tokenizer's normalizer and pre-tokenizer do: ``"Go on" → ["go", "Ġon"]``."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._normalizer = tokenizer.normalizer
        self._pre_tokenizer = tokenizer.pre_tokenizer
        # The one pre-tokenizer that asks where in the *original* text a word began; see `words`.
        self._looks_back = self._normalizer is not None and '"prepend_scheme":"first"' in tokenizer.to_str()

    @classmethod
    def of(cls, pipeline: str) -> Splitter:
        """Return the splitter of the JSON of a `tokenizers.Tokenizer`; its model does not matter."""
        return cls(Tokenizer.from_str(pipeline))

    def words(self, text: str) -> list[str]:
        """Return the words of a document; empty ones, which training ignores, are left out."""
        if self._looks_back:
            return self._words_with_origins(text)
        if self._normalizer is not None:
            text = self._normalizer.normalize_str(text)
        if self._pre_tokenizer is None:
            return [text] if text else []
        return [word for word, _ in self._pre_tokenizer.pre_tokenize_str(text) if word]

    def _words_with_origins(self, text: str) -> list[str]:
        split = PreTokenizedString(text)
        split.normalize(self._normalizer.normalize)
        if self._pre_tokenizer is not None:
            self._pre_tokenizer.pre_tokenize(split)
        return [piece[0] for piece in split.get_splits() if piece[0]]

    def words_inside(self, text: str) -> list[str]:
        """Return the words of a chunk, or of several joined, that other text precedes in its document.

        Raises `TrainingError` where the words reach across the cut.
        """
        words = self.words_behind(text)
        if words is None:
            raise TrainingError(
                f"counting: the pre-tokenizer looks across the cut before {text[:40]!r}; it must not declare that text"
                " can be cut"
            )
        return words

    def words_behind(self, text: str) -> list[str] | None:
        """Return the same, or None where the words reach across the cut."""
        words = self.words(SOLID + text)
        size = len(self._solid)
        return words[size:] if words[:size] == self._solid else None

    @cached_property
    def _solid(self) -> list[str]:
        return self.words(SOLID)

    def count_documents(self, words: WordCounter, texts: pa.Array, weights: Counts | None) -> None:
        """Count the words of whole documents, each as often as it weighs."""
        for index in range(0, len(texts), BATCH):
            for row, text in enumerate(texts[index : index + BATCH].to_pylist(), index):
                words.add(self.words(text), 1 if weights is None else int(weights[row]))

    def count_chunks(self, words: WordCounter, chunks: ChunkCounter, cut: Cut) -> None:
        """Count the words of distinct chunks, each as often as it occurs."""
        self.count_documents(words, *chunks.chunks(first=True))
        for text, count in joined(*chunks.chunks(first=False), cut):
            words.add(self.words_inside(text), count)


def joined(chunks: pa.LargeStringArray, counts: Counts, cut: Cut) -> Iterator[tuple[str, int]]:
    """Join chunks that occur equally often: ``" a" 2, " b" 3, " c" 2 → (" a c", 2), (" b", 3)``.

    Their words are the same, joined or apart: that is what a cut promises. A chunk that ends in white space ends
    its batch.
    """
    order = np.argsort(counts, kind="stable")
    edges = np.flatnonzero(np.diff(counts[order])) + 1
    for alike in np.split(order, edges):
        for start in range(0, len(alike), BATCH):
            some = alike[start : start + BATCH]
            for batch in _batches(chunks.take(pa.array(some)).to_pylist(), cut):
                yield batch, int(counts[some[0]])


def _batches(chunks: Iterable[str], cut: Cut) -> Iterator[str]:
    batch: list[str] = []
    size = 0
    for chunk in chunks:
        batch.append(chunk)
        size += len(chunk)
        if size >= BATCH or not is_solid(chunk, cut):
            yield "".join(batch)
            batch, size = [], 0
    if batch:
        yield "".join(batch)
