"""The normalizer and pre-tokenizer of Hugging Face `tokenizers`, run as its training runs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from tokenizers import PreTokenizedString, Tokenizer

from tokbench.contracts import Cut
from tokbench.counting.cuts import is_solid
from tokbench.errors import TrainingError

BATCH = 4096
"""Characters of chunks that are handed over in one call: a call costs as much as three chunks."""
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
        words = self.words(SOLID + text)
        if words[: len(self._solid)] != self._solid:
            raise TrainingError(
                f"counting: the pre-tokenizer looks across the cut before {text[:40]!r}; it must not declare that text"
                " can be cut"
            )
        return words[len(self._solid) :]

    def can_precede(self, text: str) -> bool:
        """Whether the words of a chunk begin where the text before it ends."""
        return self.words(SOLID + text)[: len(self._solid)] == self._solid

    @cached_property
    def _solid(self) -> list[str]:
        return self.words(SOLID)

    def count(self, first: Mapping[str, int], inside: Mapping[str, int], cut: Cut) -> Counter[str]:
        """Return how often each word occurs in chunks that begin documents, and in chunks inside them."""
        counts: Counter[str] = Counter()
        for chunk, count in first.items():
            _add(counts, self.words(chunk), count)
        for chunks, count in joined(inside, cut):
            _add(counts, self.words_inside(chunks), count)
        return counts


def joined(chunks: Mapping[str, int], cut: Cut) -> Iterator[tuple[str, int]]:
    """Join chunks that occur equally often: ``{" a": 2, " b": 3, " c": 2} → (" a c", 2), (" b", 3)``.

    Their words are the same, joined or apart: that is what a cut promises. A chunk that ends in white space ends
    its batch.
    """
    alike: dict[int, list[str]] = {}
    for chunk, count in chunks.items():
        alike.setdefault(count, []).append(chunk)
    for count, group in alike.items():
        for batch in _batches(group, cut):
            yield batch, count


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


def _add(counts: Counter[str], words: list[str], times: int) -> None:
    for word in words:
        counts[word] += times
