"""Pieces and scores: the models of SentencePiece, and those of `tokenizers`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import models

from tokbench.merging import merges_of

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
"""The kinds of pieces (sentencepiece_model.proto, ModelProto.SentencePiece.Type)."""
UNIGRAM, BPE = 1, 2
"""The kinds of models (TrainerSpec.ModelType)."""


@dataclass(frozen=True)
class Piece:
    """A token, its score, and its kind."""

    text: str
    score: float
    kind: int = NORMAL


def unigram(pieces: Sequence[Piece], unknown: str | None, *, byte_fallback: bool) -> models.Unigram:
    """Return the Unigram model; ids are places in the list.

    SentencePiece finds normal pieces in text and no others, `tokenizers` all; so the others score so low that any other
    way to spell them is better. That lowers the score of an unknown character too, which `tokenizers` derives from the
    lowest of all; it changes nothing where every piece can be spelled by pieces of one character, as an unknown one is
    in no piece then and cannot be avoided. Where not, scores stay, and text that spells a special piece may be it.
    """
    unk_id = next((index for index, piece in enumerate(pieces) if piece.text == unknown), None)
    normal = {piece.text: piece.score for piece in pieces if piece.kind in (NORMAL, USER_DEFINED)}
    lowest = min(normal.values(), default=0.0)
    spelled = all(character in normal for text in normal for character in text)

    def score(piece: Piece) -> float:
        if piece.text in normal:
            return piece.score
        return min(lowest, 0.0) * len(piece.text) - 1 if spelled else lowest

    return models.Unigram([(piece.text, score(piece)) for piece in pieces], unk_id, byte_fallback)


def bpe(pieces: Sequence[Piece], unknown: str | None, *, byte_fallback: bool) -> models.BPE:
    """Return the BPE model; ids are places in the list.

    SentencePiece merges the neighbors that together are the piece of the highest score, and has no list of merges.
    Unknown characters in a row are one unknown token.
    """
    vocabulary = {piece.text: index for index, piece in enumerate(pieces)}
    merged = [piece for piece in pieces if piece.kind in (NORMAL, USER_DEFINED)]
    merged.sort(key=lambda piece: -piece.score)  # stable: of equals the first
    ranks = {piece.text: rank for rank, piece in enumerate(merged)}
    merges = list(merges_of(ranks).values())
    return models.BPE(vocabulary, merges, unk_token=unknown, fuse_unk=True, byte_fallback=byte_fallback)


def reach_across(pieces: Iterable[Piece]) -> bool:
    """Tell whether any piece has a space behind its beginning, so that words cannot be told apart beforehand."""
    return any("▁" in piece.text[1:] for piece in pieces if piece.kind == NORMAL)
