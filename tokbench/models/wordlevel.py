"""Whole words, or whole characters, as tokens."""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers import models

from tokbench.models.tokens import required


@dataclass(frozen=True)
class WordLevel:
    """Look words up whole: "play" stays "play", and an unseen "playing" becomes "<unk>".

    unk_token: what stands for a word outside the vocabulary.
    """

    unk_token: str = "<unk>"

    def build(self) -> models.Model:
        """Return the model with its options and an empty vocabulary."""
        return models.WordLevel({}, unk_token=self.unk_token)

    def requires(self) -> tuple[str, ...]:
        """Return the unknown token."""
        return required(self.unk_token)
