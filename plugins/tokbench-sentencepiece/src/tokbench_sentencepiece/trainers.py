"""SentencePiece's own trainer, on the words that tokbench counted, or on running text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import models as hf

from tokbench.contracts import Note, Report
from tokbench.errors import TrainingError
from tokbench.trainers import checks
from tokbench_sentencepiece import models
from tokbench_sentencepiece.models import Piece
from tokbench_sentencepiece.scores import exactly_summed

if TYPE_CHECKING:
    from tokbench.contracts import TrainingCorpus

THREADS = 16
"""Always as many, as SentencePiece's sums depend on it, and so on a machine where it was left open."""
LONGEST = 1 << 20
"""Bytes of a line, beyond which SentencePiece leaves it out."""
SEPARATORS = re.compile("[\t\n\r\0]")
"""What a word of a line of a table cannot hold; words are cut there."""


@dataclass(frozen=True)
class SentencePieceTrainer:
    """Train Unigram or BPE, as the recipe's model is, with SentencePiece itself.

    From Kudo and Richardson (2018), "SentencePiece". Normalizing is the recipe's part: SentencePiece changes nothing.
    Scores of Unigram are written so that SentencePiece sums them without rounding, see `scores`.

    vocab_size: how many tokens in all
    learn_from: "counts" of words, or running "text", line by line
    character_coverage: the share of all characters that have a piece of their own
    max_piece_length: in characters
    split_by_unicode_script: whether pieces keep to one script
    split_by_number: whether pieces keep digits apart from letters
    split_digits: whether each digit is a piece
    """

    makes: ClassVar[tuple[str, ...]] = ("unigram", "bpe")

    vocab_size: int = 32_000
    learn_from: Literal["counts", "text"] = "counts"
    character_coverage: float = 0.9995
    max_piece_length: int = 16
    split_by_unicode_script: bool = True
    split_by_number: bool = True
    split_digits: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.character_coverage <= 1:
            raise ValueError("character_coverage must be above 0, and 1 at most")
        for name in ("vocab_size", "max_piece_length"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: {getattr(self, name)} is below 1")

    def train_corpus(self, corpus: TrainingCorpus, model: Any, reserved: Sequence[str], report: Report) -> hf.Model:
        """Return the trained model; raises `TrainingError` where SentencePiece refuses the words or the size."""
        byte_fallback, unknown = model.byte_fallback, model.unk_token
        if isinstance(model.build(), hf.BPE):
            if not model.fuse_unk:
                report(Note("trainer: sentencepiece takes unknown characters in a row for one; fuse_unk is set"))
            pieces = self._pieces("bpe", corpus, reserved, report)
            return models.bpe(pieces, unknown, byte_fallback=byte_fallback)
        checks.empty_model(model, hf.Unigram)
        pieces = exactly_summed(self._pieces("unigram", corpus, reserved, report))
        return models.unigram(pieces, unknown, byte_fallback=byte_fallback)

    def _pieces(self, kind: str, corpus: TrainingCorpus, reserved: Sequence[str], report: Report) -> list[Piece]:
        """Return the reserved tokens and then the pieces that SentencePiece finds; what it refuses is an error."""
        import sentencepiece
        from sentencepiece import sentencepiece_model_pb2

        written = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=self._sentences(corpus),
                model_writer=written,
                model_type=kind,
                vocab_size=self.vocab_size - len(reserved) + 1,  # its unknown token, which is left out again
                required_chars="".join(sorted({*"".join(reserved)} - {" ", "\t"})),
                **self._told(),
            )
        except (RuntimeError, ValueError) as error:
            raise TrainingError(f"trainer: sentencepiece: {str(error).strip().splitlines()[-1]}") from error
        proto = sentencepiece_model_pb2.ModelProto()
        proto.ParseFromString(written.getvalue())
        kept = set(reserved)
        found = [Piece(piece.piece, piece.score) for piece in proto.pieces if piece.type == models.NORMAL]
        pieces = [*(Piece(token, 0.0, models.CONTROL) for token in reserved), *(p for p in found if p.text not in kept)]
        checks.note_size(len(pieces), self.vocab_size, report, "sentencepiece finds no more pieces")
        return pieces

    def _told(self) -> dict[str, Any]:
        return {
            "input_format": "tsv" if self.learn_from == "counts" else "text",
            "character_coverage": self.character_coverage,
            "max_sentencepiece_length": self.max_piece_length,
            "split_by_unicode_script": self.split_by_unicode_script,
            "split_by_number": self.split_by_number,
            "split_digits": self.split_digits,
            "max_sentence_length": LONGEST,
            "num_threads": THREADS,
            "hard_vocab_limit": False,
            "normalization_rule_name": "identity",
            "add_dummy_prefix": False,
            "remove_extra_whitespaces": False,
            "bos_id": -1,
            "eos_id": -1,
            "pad_id": -1,
            "unk_id": 0,
            "minloglevel": 2,
        }

    def _sentences(self, corpus: TrainingCorpus) -> Iterator[str]:
        """Yield ``word TAB count``, or normalized lines of text."""
        if self.learn_from == "counts":
            checks.require_words(len(corpus.words))
            for word, count in corpus.words:
                yield from (f"{part}\t{count}" for part in SEPARATORS.split(word) if part)
            return
        normalizer = corpus.tokenizer.normalizer
        for text in corpus.texts():
            for line in text.split("\n"):
                normalized = normalizer.normalize_str(line) if normalizer else line
                if normalized:
                    yield normalized.replace("\0", "")
