"""Unigram language models from word counts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import models

from tokbench.contracts import Progress, Report
from tokbench.errors import TrainingError
from tokbench.kernels.unigram import LONGEST_PIECE, Pieces, UnigramOptions, learn_unigram
from tokbench.trainers import checks
from tokbench.trainers.scripts import DIGITS, by_script, characters_of

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class UnigramTrainer:
    """Keep the pieces that make the words likeliest: sentencepiece's training, the same on every machine.

    From Kudo (2018), "Subword Regularization: Improving Neural Network Translation Models with Multiple Subword
    Candidates". Pieces never cross the words that pre-tokenizers make.

    vocab_size: how many tokens in all
    seed_size: how many strings the training starts from, the ones that cover most of the text
    shrinking_factor: the share of the pieces that each pruning keeps
    max_piece_length: the most characters of a piece
    n_sub_iterations: rounds of expectation maximization before each pruning
    character_coverage: the share of the text whose characters are kept; the others become unknown, or bytes
    initial_alphabet: characters that are in the vocabulary whether they occur or not (sentencepiece's required_chars),
        or "byte-level" for all bytes
    user_defined_pieces: pieces that are in the vocabulary and that no word splits; their ids follow the reserved ones
    split_by_unicode_script: learn no piece that has characters of two scripts; Han and kana are one
    split_digits: learn no piece that has a digit and anything else
    """

    makes: ClassVar[tuple[str, ...]] = ("unigram",)

    vocab_size: int = 8_000
    seed_size: int = 1_000_000
    shrinking_factor: float = 0.75
    max_piece_length: int = 16
    n_sub_iterations: int = 2
    character_coverage: float = 1.0
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()
    user_defined_pieces: tuple[str, ...] = ()
    split_by_unicode_script: bool = False
    split_digits: bool = False

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)
        if not 0 < self.shrinking_factor < 1:
            raise ValueError(f"shrinking_factor: {self.shrinking_factor} is not between 0 and 1")
        if not 0 < self.character_coverage <= 1:
            raise ValueError(f"character_coverage: {self.character_coverage} is not above 0 and at most 1")
        if self.max_piece_length > LONGEST_PIECE:
            raise ValueError(f"max_piece_length: {self.max_piece_length} is above {LONGEST_PIECE}")
        if "" in self.user_defined_pieces:
            raise ValueError("user_defined_pieces: '' is not a piece")

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> models.Unigram:
        """Return the trained model; raises `TrainingError` where there are no words, or no room for the characters."""
        empty = checks.empty_model(model, models.Unigram)
        checks.require_words(len(words))
        saved = json.loads(empty.__getstate__())
        unknown = None if saved["unk_id"] is None else saved["vocab"][saved["unk_id"]][0]
        first = tuple(dict.fromkeys([*reserved, *([] if unknown is None else [unknown])]))
        trained = self._learn(words, first, report)
        return models.Unigram(
            _Handed(trained),
            unk_id=None if unknown is None else first.index(unknown),
            byte_fallback=saved["byte_fallback"],
        )

    def _learn(self, words: WordCounts, reserved: tuple[str, ...], report: Report) -> Pieces:
        """Learn pieces, and hold the vocabulary against the size that was asked for."""
        for piece in self.user_defined_pieces:
            if piece in reserved:
                raise TrainingError(
                    f"trainer.user_defined_pieces: {piece!r} is a token that the vocabulary reserves; leave it out"
                )
        options = UnigramOptions(
            vocab_size=self.vocab_size,
            reserved=reserved,
            user_defined=self.user_defined_pieces,
            seed_size=self.seed_size,
            shrinking_factor=self.shrinking_factor,
            max_piece_length=self.max_piece_length,
            n_sub_iterations=self.n_sub_iterations,
            character_coverage=self.character_coverage,
            initial_alphabet=checks.initial_characters(self.initial_alphabet),
            apart=by_script(characters_of(words)) if self.split_by_unicode_script else (),
            alone=DIGITS if self.split_digits else "",
        )
        try:
            trained = learn_unigram(words, options, _Rounds(options, report))
        except ValueError as error:
            raise TrainingError(f"trainer: {error}") from error
        size = len(trained.tokens)
        if size > self.vocab_size:
            fixed = size - trained.characters
            checks.require_room(
                self.vocab_size, fixed, trained.characters, "character", ", or lower character_coverage"
            )
        checks.note_size(size, self.vocab_size, report, "there are no more pieces")
        return trained


class _Handed(Sequence[tuple[str, float]]):
    """Tokens and scores on their way to `tokenizers`, which copies them: each is let go of as it is taken.

    A model of `tokenizers` takes several times the memory of its vocabulary, so what else is held meanwhile counts.
    """

    def __init__(self, trained: Pieces) -> None:
        self._tokens: list[str | None] = [None, *reversed(trained.tokens)]
        self._scores: list[float | None] = [None, *reversed(trained.scores)]
        trained.tokens.clear()
        trained.scores.clear()

    def __len__(self) -> int:
        return len(self._tokens) - 1

    def __getitem__(self, places: Any) -> Any:
        return list(zip(self._tokens[:0:-1], self._scores[:0:-1], strict=True))[places]

    def __iter__(self) -> Iterator[Any]:
        return zip(iter(self._tokens.pop, None), iter(self._scores.pop, None), strict=True)


class _Rounds:
    """Reports how many prunings are done, and how many there will be, from the pieces that are left."""

    def __init__(self, options: UnigramOptions, report: Report) -> None:
        self._options = options
        self._report = report
        self._first = 0

    def __call__(self, pieces: int) -> None:
        self._first = self._first or pieces
        if pieces:
            self._report(Progress("train", self._until(pieces), self._until(self._options.vocab_size), "rounds"))

    def _until(self, pieces: int) -> int:
        kept = min(1.0, pieces / self._first)
        return round(math.log(kept) / math.log(self._options.shrinking_factor))
