"""HF's own trainers, from running text: for comparison, and for doubt.

They hold all words in memory, count pairs in 32 bits, and all but the plain `hf-bpe` and `hf-wordlevel` give other
tokens or scores from run to run. Prefix, suffix and unknown token are the model's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from tokenizers import Tokenizer, models, trainers

from tokbench.contracts import Report
from tokbench.trainers import checks
from tokbench.trainers.running import train_interruptibly


@dataclass(frozen=True)
class HFBPETrainer:
    """Train BPE with HF's `BpeTrainer`.

    vocab_size: how many tokens in all
    min_frequency: pairs that occur less often are not merged
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    limit_alphabet: how many characters are kept, the most frequent
    max_token_length: merged tokens are shorter than this, in characters
    """

    makes: ClassVar[tuple[str, ...]] = ("bpe",)

    vocab_size: int = 30_000
    min_frequency: int = 0
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()
    limit_alphabet: int | None = None
    max_token_length: int | None = None

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)

    def train_text(
        self, texts: Iterable[str], tokenizer: Tokenizer, model: Any, reserved: Sequence[str], report: Report
    ) -> models.BPE:
        """Return the trained model."""
        empty = checks.empty_model(model, models.BPE)
        trainer = trainers.BpeTrainer(
            **checks.given(
                vocab_size=self.vocab_size,
                min_frequency=self.min_frequency,
                special_tokens=list(reserved),
                initial_alphabet=list(checks.initial_characters(self.initial_alphabet)),
                limit_alphabet=self.limit_alphabet,
                max_token_length=self.max_token_length,
                continuing_subword_prefix=empty.continuing_subword_prefix,
                end_of_word_suffix=empty.end_of_word_suffix,
                show_progress=False,
            )
        )
        train_interruptibly(tokenizer, empty, texts, trainer, report)
        size = len(json.loads(empty.__getstate__())["vocab"])
        checks.require_fit(size, self.vocab_size, reserved, report, "no pair is left to merge")
        return empty


@dataclass(frozen=True)
class HFWordPieceTrainer:
    """Train WordPiece with HF's `WordPieceTrainer`: BPE with a prefix.

    vocab_size: how many tokens in all
    min_frequency: pairs that occur less often are not merged
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    limit_alphabet: how many characters are kept, the most frequent
    end_of_word_suffix: written after every token that ends a word
    """

    makes: ClassVar[tuple[str, ...]] = ("wordpiece",)

    vocab_size: int = 30_000
    min_frequency: int = 0
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()
    limit_alphabet: int | None = None
    end_of_word_suffix: str | None = None

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)

    def train_text(
        self, texts: Iterable[str], tokenizer: Tokenizer, model: Any, reserved: Sequence[str], report: Report
    ) -> models.WordPiece:
        """Return the trained model."""
        empty = checks.empty_model(model, models.WordPiece)
        trainer = trainers.WordPieceTrainer(
            **checks.given(
                vocab_size=self.vocab_size,
                min_frequency=self.min_frequency,
                special_tokens=list(reserved),
                initial_alphabet=list(checks.initial_characters(self.initial_alphabet)),
                limit_alphabet=self.limit_alphabet,
                continuing_subword_prefix=empty.continuing_subword_prefix,
                end_of_word_suffix=self.end_of_word_suffix,
                show_progress=False,
            )
        )
        train_interruptibly(tokenizer, empty, texts, trainer, report)
        size = len(json.loads(empty.__getstate__())["vocab"])
        checks.require_fit(size, self.vocab_size, reserved, report, "no pair is left to merge")
        return empty


@dataclass(frozen=True)
class HFUnigramTrainer:
    """Train Unigram with HF's `UnigramTrainer`.

    From Kudo (2018), "Subword Regularization: Improving Neural Network Translation Models with Multiple Subword
    Candidates".

    vocab_size: how many tokens in all
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    shrinking_factor: the share of the tokens that each pruning keeps
    max_piece_length: the most characters of a token
    n_sub_iterations: rounds of expectation maximization before each pruning
    """

    makes: ClassVar[tuple[str, ...]] = ("unigram",)

    vocab_size: int = 8_000
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()
    shrinking_factor: float = 0.75
    max_piece_length: int = 16
    n_sub_iterations: int = 2

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)
        if not 0 < self.shrinking_factor < 1:
            raise ValueError(f"shrinking_factor: {self.shrinking_factor} is not between 0 and 1")

    def train_text(
        self, texts: Iterable[str], tokenizer: Tokenizer, model: Any, reserved: Sequence[str], report: Report
    ) -> models.Unigram:
        """Return the trained model, with the byte fallback that HF's trainer would turn off."""
        empty = checks.empty_model(model, models.Unigram)
        byte_fallback = getattr(model, "byte_fallback", json.loads(empty.__getstate__())["byte_fallback"])
        unknown = getattr(model, "unk_token", None)
        trainer = trainers.UnigramTrainer(
            **checks.given(
                vocab_size=self.vocab_size,
                special_tokens=list(reserved),
                initial_alphabet=list(checks.initial_characters(self.initial_alphabet)),
                shrinking_factor=self.shrinking_factor,
                max_piece_length=self.max_piece_length,
                n_sub_iterations=self.n_sub_iterations,
                unk_token=unknown,
                show_progress=False,
            )
        )
        train_interruptibly(tokenizer, empty, texts, trainer, report)
        trained = json.loads(empty.__getstate__())
        checks.require_fit(len(trained["vocab"]), self.vocab_size, reserved, report, "there are no more pieces")
        return models.Unigram(
            [(piece, score) for piece, score in trained["vocab"]],
            unk_id=trained["unk_id"],
            byte_fallback=byte_fallback,
        )


@dataclass(frozen=True)
class HFWordLevelTrainer:
    """Train WordLevel with HF's `WordLevelTrainer`.

    vocab_size: how many tokens in all
    min_frequency: words that occur less often are left out
    """

    makes: ClassVar[tuple[str, ...]] = ("wordlevel",)

    vocab_size: int = 30_000
    min_frequency: int = 0

    def __post_init__(self) -> None:
        checks.check_sizes(self)

    def train_text(
        self, texts: Iterable[str], tokenizer: Tokenizer, model: Any, reserved: Sequence[str], report: Report
    ) -> models.WordLevel:
        """Return the trained model."""
        empty = checks.empty_model(model, models.WordLevel)
        trainer = trainers.WordLevelTrainer(
            vocab_size=self.vocab_size,
            min_frequency=self.min_frequency,
            special_tokens=list(reserved),
            show_progress=False,
        )
        train_interruptibly(tokenizer, empty, texts, trainer, report)
        size = len(json.loads(empty.__getstate__())["vocab"])
        checks.require_fit(size, self.vocab_size, reserved, report, "there are no more words")
        return empty
