"""How short text becomes: what `tiktoken` and language models report as bytes per token.

Schmidt et al. (2024), "Tokenization Is More Than Compression", https://aclanthology.org/2024.emnlp-main.40, show what
these figures say of a model, and what they do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


@dataclass(frozen=True)
class Compression:
    """UTF-8 bytes and characters per token: "Straße" in "Stra" "ße" has 3.5 bytes and 3 characters a token."""

    def begin(self, tokenizer: Tokenizer) -> _Lengths:  # noqa: ARG002
        """Return a measurement that has seen nothing yet."""
        return _Lengths()


@dataclass
class _Lengths:
    """How much text was seen, and in how many tokens."""

    bytes: int = 0
    characters: int = 0
    tokens: int = 0

    def observe(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:
        """Add up a batch."""
        self.bytes += sum(len(text.encode()) for text in texts)
        self.characters += sum(map(len, texts))
        self.tokens += sum(map(len, encodings))

    def result(self) -> Mapping[str, float]:
        """Return the figures, if there was a token."""
        if not self.tokens:
            return {}
        return {"bytes_per_token": self.bytes / self.tokens, "characters_per_token": self.characters / self.tokens}
