"""Scores of Unigram that SentencePiece and `tokenizers` sum alike, whatever the length of the text.

SentencePiece sums the scores of a whole text in 32 bits; `tokenizers` sums those of a word in 64. After some thousand
pieces the first has lost so many digits that it takes another of two ways that are nearly as good. Two steps help:

* Scores are rounded to multiples of 1/64: below 2¹⁸ in size, 32 bits hold every such sum exactly.
* Every character gets a toll, which each piece is paid for each of its characters. All ways to split a text are paid
  the same, so the best one stays the best, and every share of a sampled one too; but as the tolls are what characters
  cost on average, sums stay about 0 instead of falling by some 8 with each piece, and so below 2¹⁸ for megabytes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tokbench_sentencepiece.models import NORMAL, Piece

STEPS = 64
"""Scores are multiples of one over this."""


def exactly_summed(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with scores that are rounded and tolls that are paid: ``-7.3217 → -0.140625``, say."""
    normal = [piece for piece in pieces if piece.kind == NORMAL]
    paid = tolls(normal)
    scores = {piece: rounded(piece.score) + sum(paid[character] for character in piece.text) for piece in normal}
    return [replace(piece, score=scores.get(piece, piece.score)) for piece in pieces]


def tolls(pieces: Sequence[Piece]) -> dict[str, float]:
    """Return what each character costs on average, where pieces occur as often as their scores say."""
    shares: Counter[str] = Counter()
    costs: Counter[str] = Counter()
    for piece in pieces:
        probability = math.exp(piece.score)
        for character in piece.text:
            shares[character] += probability
            costs[character] += probability * -piece.score / len(piece.text)
    return {character: rounded(costs[character] / share) if share else 0.0 for character, share in shares.items()}


def rounded(score: float) -> float:
    """Return the nearest multiple of 1/64."""
    return round(score * STEPS) / STEPS
