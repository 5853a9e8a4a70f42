"""WordPiece from word counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import models

from tokbench.contracts import Report
from tokbench.kernels.training import MergeOptions
from tokbench.trainers import checks
from tokbench.trainers.bpe import train_merges

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class WordPieceTrainer:
    """Merge pairs as BPE does, and keep the tokens; the model then takes the longest that fits.

    With `frequency`, HF's `WordPieceTrainer` made reproducible: HF numbers the tokens with a prefix in the order
    of a hash table, here they follow the plain alphabet by code point. With `likelihood`, Schuster and Nakajima
    (2012), "Japanese and Korean Voice Search". The prefix is the model's.

    vocab_size: how many tokens in all
    scoring: "frequency" merges the most frequent pair, "likelihood" the highest count(ab) / (count(a) · count(b))
    min_frequency: pairs that occur less often are not merged
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    limit_alphabet: how many characters are kept, the most frequent
    max_token_length: merged tokens are shorter than this, in characters
    """

    makes: ClassVar[tuple[str, ...]] = ("wordpiece",)

    vocab_size: int = 30_000
    scoring: Literal["frequency", "likelihood"] = "frequency"
    min_frequency: int = 0
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()
    limit_alphabet: int | None = None
    max_token_length: int | None = None

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> models.WordPiece:
        """Return the trained model; raises `TrainingError` where there are no words, or no room for the alphabet."""
        learned = self.train_sizes(words, model, reserved, [self.vocab_size], report)
        del words  # which nobody else may hold, before memory is taken for the model
        return next(learned)

    def train_sizes(
        self, words: WordCounts, model: Any, reserved: Sequence[str], sizes: Sequence[int], report: Report
    ) -> Iterator[models.WordPiece]:
        """Return what `train` returns at each of these values of `vocab_size`, learned once, now, at the largest."""
        empty = checks.empty_model(model, models.WordPiece)
        options = MergeOptions(
            vocab_size=max(sizes),
            reserved=tuple(reserved),
            min_frequency=self.min_frequency,
            initial_alphabet=checks.initial_characters(self.initial_alphabet),
            limit_alphabet=self.limit_alphabet,
            max_token_length=self.max_token_length,
            prefix=empty.continuing_subword_prefix,
            scoring=self.scoring,
        )
        return (
            models.WordPiece(
                vocab=dict(zip(trained.tokens, range(len(trained.tokens)), strict=True)),
                unk_token=empty.unk_token,
                max_input_chars_per_word=empty.max_input_chars_per_word,
                continuing_subword_prefix=empty.continuing_subword_prefix,
            )
            for trained in train_merges(words, options, sizes, report)
        )
