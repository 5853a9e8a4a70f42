"""WordPiece (Schuster and Nakajima 2012; as used by BERT, https://arxiv.org/abs/1810.04805)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenizers import models

from tokbench.models.tokens import required

if TYPE_CHECKING:
    from tokbench.contracts import Suggestions


@dataclass(frozen=True)
class WordPiece:
    """Take the longest token that fits, from left to right: "playing" becomes "play" "##ing".

    unk_token: what stands for a word that tokens cannot make up.
    continuing_subword_prefix: begins every token that does not begin a word.
    max_input_chars_per_word: a longer word, in characters, is unknown.
    """

    unk_token: str = "[UNK]"
    continuing_subword_prefix: str = "##"
    max_input_chars_per_word: int = 100

    def __post_init__(self) -> None:
        """Refuse a length at which every word would be unknown."""
        if self.max_input_chars_per_word < 1:
            raise ValueError(f"max_input_chars_per_word: must be 1 or more, not {self.max_input_chars_per_word}")

    def build(self) -> models.Model:
        """Return the model with its options and an empty vocabulary."""
        return models.WordPiece(
            unk_token=self.unk_token,
            continuing_subword_prefix=self.continuing_subword_prefix,
            max_input_chars_per_word=self.max_input_chars_per_word,
        )

    def requires(self) -> tuple[str, ...]:
        """Return the unknown token."""
        return required(self.unk_token)

    def suggests(self) -> Suggestions:
        """Return the decoder that joins what the prefix marks."""
        return {"decoder": [{"use": "wordpiece", "prefix": self.continuing_subword_prefix}]}
