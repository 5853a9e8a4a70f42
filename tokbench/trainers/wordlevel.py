"""Whole words, from word counts."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tokenizers import models

from tokbench.contracts import Report
from tokbench.trainers import checks

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class WordLevelTrainer:
    """Take the most frequent words as tokens, ties in the order of code points: HF's `WordLevelTrainer`.

    vocab_size: how many tokens in all
    min_frequency: words that occur less often are left out
    """

    makes: ClassVar[tuple[str, ...]] = ("wordlevel",)

    vocab_size: int = 30_000
    min_frequency: int = 0

    def __post_init__(self) -> None:
        checks.check_sizes(self)

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> models.WordLevel:
        """Return the trained model; raises `TrainingError` where there are no words, or no room for one."""
        empty = checks.empty_model(model, models.WordLevel)
        checks.require_words(len(words))
        kept = list(dict.fromkeys(reserved))
        checks.require_room(self.vocab_size, len(kept), 1, "word")
        tokens = self._tokens(words, kept)
        checks.note_size(len(tokens), self.vocab_size, report, "there are no more words")
        return models.WordLevel({token: index for index, token in enumerate(tokens)}, unk_token=empty.unk_token)

    def _tokens(self, words: WordCounts, reserved: list[str]) -> list[str]:
        """Return reserved tokens and words by id: ``b 2, a 2, c 3 → [UNK], c, a, b``."""
        counts = words.counts
        # Words come sorted, and of equal counts the first is taken.
        frequent = heapq.nsmallest(self.vocab_size, range(len(counts)), key=lambda index: -counts[index])
        best = [words.words[index] for index in frequent if counts[index] >= self.min_frequency]
        return list(dict.fromkeys([*reserved, *best]))[: self.vocab_size]
