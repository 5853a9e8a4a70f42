"""The longest token in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


@dataclass(frozen=True)
class Example:
    """Find the longest token that text is encoded with, in characters as the vocabulary spells it."""

    def begin(self, tokenizer: Tokenizer) -> _Longest:
        """Return a measurement that has seen nothing yet."""
        return _Longest()


@dataclass
class _Longest:
    characters: int = 0

    def observe(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:
        """Look at a batch."""
        lengths = [len(token) for encoding in encodings for token in encoding.tokens]
        self.characters = max([self.characters, *lengths])

    def result(self) -> Mapping[str, float]:
        """Return the figure, if there was a token."""
        return {"longest_token": float(self.characters)} if self.characters else {}
