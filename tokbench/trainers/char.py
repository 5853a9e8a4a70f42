"""A vocabulary of characters, from word counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import models

from tokbench.contracts import Report
from tokbench.kernels.training import MergeOptions
from tokbench.trainers import checks
from tokbench.trainers.bpe import filled, learn

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class CharTrainer:
    """Take every character as a token: BPE that stops before its first merge.

    A BPE model without merges falls to its characters, whatever the pre-tokenizer is; with a `byte-level`
    pre-tokenizer the characters are bytes. Offsets, unknown tokens and byte fallback work as in any BPE model.

    vocab_size: how many tokens in all, the most frequent characters; all characters where it is not given
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    """

    makes: ClassVar[tuple[str, ...]] = ("bpe",)

    vocab_size: int | None = None
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> models.BPE:
        """Return the trained model; raises `TrainingError` where there are no words, or no room for one character."""
        empty = checks.empty_model(model, models.BPE)
        reserved = tuple(dict.fromkeys(reserved))
        initial = checks.initial_characters(self.initial_alphabet)
        if self.vocab_size is not None:
            checks.require_room(self.vocab_size, len(reserved), max(1, len({*initial} - {*reserved})), "character")
        options = MergeOptions(
            vocab_size=0,
            reserved=reserved,
            initial_alphabet=initial,
            limit_alphabet=None if self.vocab_size is None else self.vocab_size - len(reserved),
            prefix=empty.continuing_subword_prefix or "",
            suffix=empty.end_of_word_suffix or "",
        )
        (trained,) = learn(words, options, [0], report)
        if self.vocab_size is not None:
            size = len(trained.tokens)
            # Prefixed and suffixed forms come on top of the characters.
            checks.require_room(self.vocab_size, len(reserved), size - len(reserved), "character")
            checks.note_size(size, self.vocab_size, report, "there are no more characters")
        return filled(empty, trained)
