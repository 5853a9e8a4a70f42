"""The paper's rule: merge for the language that is compressed worst, by `ParityBpeTrainer` of `tokenizers`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from tokbench.contracts import Report
from tokbench.trainers import checks

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

BETWEEN = "\uffff"
"""Stands between words that are handed to `tokenizers`; it is no character, and in no text."""
AT_ONCE = 1000
"""How often a word stands in one string at most."""


@dataclass(frozen=True)
class Rule:
    """The paper's rule with its options, which are those of the trainer of this plugin."""

    variant: Literal["base", "window"]
    vocab_size: int
    ratio: Mapping[str, float]
    global_share: float
    min_frequency: int
    alphabet: Sequence[str]

    def train(
        self, languages: Mapping[str, WordCounts], empty: models.BPE, reserved: Sequence[str], report: Report
    ) -> models.BPE:
        """Return the model; raises `TrainingError` where there is no room for the alphabet."""
        seen = (character for words in languages.values() for word, _ in words for character in word)
        characters = len({*seen, *self.alphabet})
        checks.require_room(self.vocab_size, len(set(reserved)), characters, "character")
        tokenizer = Tokenizer(empty)
        tokenizer.pre_tokenizer = pre_tokenizers.CharDelimiterSplit(BETWEEN)
        trainer = self._trainer(self.vocab_size - len(set(reserved)) - characters, list(languages), reserved)
        trainer.train_from_iterator(tokenizer, train_iterators=[repeated(words) for words in languages.values()])
        checks.note_size(tokenizer.get_vocab_size(), self.vocab_size, report, "no pair is left to merge")
        return tokenizer.model  # type: ignore[return-value]

    def _trainer(self, merges: int, languages: Sequence[str], reserved: Sequence[str]) -> trainers.ParityBpeTrainer:
        return trainers.ParityBpeTrainer(
            num_merges=merges,
            global_merges=round(merges * self.global_share),
            variant=self.variant,
            ratio=[self.ratio.get(language, 1.0) for language in languages],
            min_frequency=self.min_frequency,
            special_tokens=list(reserved),
            initial_alphabet=list(self.alphabet),
            show_progress=False,
        )


def repeated(words: WordCounts) -> Iterator[str]:
    """Yield each word as often as it occurs, which `tokenizers` counts again."""
    for word, count in words:
        whole, rest = divmod(count, AT_ONCE)
        for times in (*[AT_ONCE] * whole, rest):
            if times:
                yield BETWEEN.join([word] * times)
