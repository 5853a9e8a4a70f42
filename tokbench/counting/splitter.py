"""The normalizer and pre-tokenizer of Hugging Face `tokenizers`, run as its training runs them."""

from __future__ import annotations

import json
import re
from functools import cached_property

from tokenizers import PreTokenizedString, Tokenizer

from tokbench.carried.stages import PYTHON, Classes, load
from tokbench.errors import TrainingError

LOOKING_BACK = re.compile(rf'"prepend_scheme": ?"first"|"type": ?"{PYTHON}"')
"""In the JSON of a tokenizer, a pre-tokenizer that may ask for the original text: `Metaspace`, and what is Python."""
SOLID = "a"
"""Stands for the text before a chunk that is not the first of its document."""


class Splitter:
    """Turns text into words, as a tokenizer's normalizer and pre-tokenizer do: ``"Go on" → ["go", "Ġon"]``."""

    def __init__(self, tokenizer: Tokenizer, pipeline: str | None = None) -> None:
        self._normalizer = tokenizer.normalizer
        self._pre_tokenizer = tokenizer.pre_tokenizer
        # Those that ask where in the *original* text a word began, or may: see `words`.
        self._looks_back = self._normalizer is not None and LOOKING_BACK.search(pipeline or tokenizer.to_str())

    @classmethod
    def of(cls, pipeline: str, classes: Classes | None = None) -> Splitter:
        """Return the splitter of a tokenizer's JSON; `classes` are its parts in Python. Its model does not matter."""
        return cls(load(json.loads(pipeline), classes or {}), pipeline)

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
            raise _crossing("pre-tokenizer", text)
        return words

    def words_behind(self, text: str) -> list[str] | None:
        """Return the same, or None where the words reach across the cut."""
        words = self.words(SOLID + text)
        size = len(self._solid)
        return words[size:] if words[:size] == self._solid else None

    @cached_property
    def _solid(self) -> list[str]:
        return self.words(SOLID)

    def normalized(self, text: str) -> str:
        """Return what the normalizer makes of a document."""
        return text if self._normalizer is None else str(self._normalizer.normalize_str(text))

    def normalized_inside(self, text: str) -> str:
        """Return what it makes of chunks that other text precedes in their document."""
        before = self.normalized(SOLID)
        together = self.normalized(SOLID + text)
        if not together.startswith(before):
            raise _crossing("normalizer", text)
        return together[len(before) :]


class Crossing(TrainingError):
    """A pipeline looks across places at which it says that text can be cut."""


def _crossing(what: str, text: str) -> Crossing:
    return Crossing(
        f"counting: the {what} looks across the cut before {text[:40]!r}; it must not declare that text can be cut"
    )
