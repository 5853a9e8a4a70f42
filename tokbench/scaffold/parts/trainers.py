"""The words that occur most, whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tokbench.contracts import Note, Report
from tokbench.errors import TrainingError
from tokenizers.models import WordLevel

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class Example:
    """Keep the most frequent words that are long enough.

    vocab_size: how many tokens in all
    min_length: shorter words, in characters, are left out
    """

    makes: ClassVar[tuple[str, ...]] = ("wordlevel",)

    vocab_size: int = 10_000
    min_length: int = 1

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> WordLevel:
        """Return the trained model; equal counts go by the words themselves, so that the order is total."""
        found = sorted((-count, word) for word, count in words if len(word) >= self.min_length)
        if not found:
            raise TrainingError("trainer: there are no words to train on; look at the corpus")
        tokens = list(dict.fromkeys([*reserved, *(word for _, word in found)]))[: self.vocab_size]
        if len(tokens) < self.vocab_size:
            report(
                Note(f"trainer.vocab_size: the words make {len(tokens)} tokens, and {self.vocab_size} were asked for")
            )
        return WordLevel({token: number for number, token in enumerate(tokens)}, unk_token=model.unk_token)
