"""The normalizer and pre-tokenizer of Hugging Face `tokenizers`, run as its training runs them."""

from __future__ import annotations

import json
import re
from functools import cached_property

from tokenizers import PreTokenizedString, Tokenizer

from tokbench.carried.stages import PYTHON, Classes, load
from tokbench.counting.refuted import Crossing, Disagreement
from tokbench.counting.stand_ins import NotEnough, PythonSplitter

LOOKING_BACK = re.compile(rf'"prepend_scheme": ?"first"|"type": ?"{PYTHON}"')
"""In the JSON of a tokenizer, a pre-tokenizer that may ask for the original text: `Metaspace`, and what is Python."""
COMPARED = 32
"""Texts of a Python part that are split in both ways before the faster one is believed."""
APART = 256
"""Of the texts after these one in so many is, and each that has a character that none of them had."""
SOLID = "a"
"""Stands for the text before a chunk that is not the first of its document."""


class Splitter:
    """Turns text into words, as a tokenizer's normalizer and pre-tokenizer do: ``"Go on" → ["go", "Ġon"]``."""

    def __init__(self, tokenizer: Tokenizer, pipeline: str | None = None, python: PythonSplitter | None = None) -> None:
        self._normalizer = tokenizer.normalizer
        self._pre_tokenizer = tokenizer.pre_tokenizer
        # Those that ask where in the *original* text a word began, or may: see `words`.
        self._looks_back = self._normalizer is not None and LOOKING_BACK.search(pipeline or tokenizer.to_str())
        self._python = python
        self._compared = 0
        self._characters: set[str] = set()

    @classmethod
    def of(cls, pipeline: str, classes: Classes | None = None, *, plain_strings: bool = True) -> Splitter:
        """Return the splitter of a tokenizer's JSON; `classes` are its parts in Python. Its model does not matter.

        Without `plain_strings` these are given what `tokenizers` gives them, always.
        """
        document, known = json.loads(pipeline), classes or {}
        python = PythonSplitter.of(document["pre_tokenizer"], known) if plain_strings else None
        return cls(load(document, known), pipeline, python)

    def words(self, text: str) -> list[str]:
        """Return the words of a document; empty ones, which training ignores, are left out.

        Raises `Disagreement` where plain strings, which were believed, turn out to give other words.
        """
        if self._python is None or not text:
            return self._words(text)
        found = self._words_by_python(self._python, text)
        if found is not None and not self._is_compared(text):
            return found
        words = self._words(text)
        if found != words and self._compared <= COMPARED:
            self._python = None
        elif found is not None and found != words:
            shown = repr(text[:40])
            raise Disagreement(f"counting: a pre-tokenizer in Python splits {shown} in another way on plain strings")
        return words

    def _is_compared(self, text: str) -> bool:
        """Tell whether a text is split in both ways."""
        self._compared += 1
        if not self._characters.issuperset(text):
            self._characters.update(text)
            return True
        return self._compared <= COMPARED or self._compared % APART == 0

    def _words_by_python(self, python: PythonSplitter, text: str) -> list[str] | None:
        """Return the words as stand-ins give them; None where they are not enough, or the part fails."""
        try:
            return python.words(self.normalized(text))
        except (NotEnough, Exception):  # the real objects are tried next, and what they raise is raised
            return None

    def _words(self, text: str) -> list[str]:
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


def _crossing(what: str, text: str) -> Crossing:
    return Crossing(
        f"counting: the {what} looks across the cut before {text[:40]!r}; it must not declare that text can be cut"
    )
