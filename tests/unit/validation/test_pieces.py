"""Tokens of different vocabularies that stand for the same are the same, however they are marked."""

from __future__ import annotations

import json

import pytest

from tests.unit.shapes import SHAPES
from tokbench.validation.pieces import Piece, Spelling

TOKENIZERS = {shape: SHAPES[shape]().tokenizer for shape in SHAPES}
SPELLINGS = {shape: Spelling(made, json.loads(made.to_str())) for shape, made in TOKENIZERS.items()}
WORD_PIECE, BYTES, UNIGRAM = (SPELLINGS[name] for name in ("word-piece", "byte-level", "unigram"))


def test_the_start_of_a_word_is_marked_in_three_ways():
    """`fox`, `Ġfox` and `▁fox` are one piece; `##o`, `o` and `o` another."""
    starts = {WORD_PIECE.read("fox"), BYTES.read("Ġfox"), UNIGRAM.read("▁fox")}
    inside = {WORD_PIECE.read("##o"), BYTES.read("o"), UNIGRAM.read("o")}
    assert starts == {Piece(b"fox", "start")}
    assert inside == {Piece(b"o", "inside")}


def test_bytes_are_bytes_in_both_spellings():
    """`<0xE2>` is the byte that byte-level vocabularies write as a letter."""
    assert WORD_PIECE.read("<0xE2>") == BYTES.read("â") == Piece(b"\xe2", "byte")
    assert BYTES.read("â").text is None


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_token_of_its_own_is_cut_into_itself(shape):
    """A piece that the vocabulary has is one token, that one."""
    spelling = SPELLINGS[shape]
    assert all(spelling.cut(piece) == [number] for piece, number in spelling.pieces.items())


@pytest.mark.parametrize("shape", ["word-piece", "byte-level", "unigram"])
@pytest.mark.parametrize("place", ["start", "inside"])
def test_a_new_piece_is_cut_as_the_old_tokenizer_would(shape, place):
    """The tokens together spell the text; the first is marked as the place says, the others as inside."""
    spelling = SPELLINGS[shape]
    names = {number: token for token, number in spelling.vocabulary.items()}
    pieces = [spelling.read(names[number]) for number in spelling.cut(Piece(b"foxdog", place))]
    assert len(pieces) > 1
    spelled = b"".join(piece.data for piece in pieces).decode()
    assert spelled.removeprefix("▁") == "foxdog"  # the mark alone may be a piece
    assert [piece.place for piece in pieces][1:] == ["inside"] * (len(pieces) - 1)
    assert pieces[0].place == place


def test_what_an_old_tokenizer_does_not_know_is_nothing():
    """The unknown token says nothing of a text."""
    assert WORD_PIECE.cut(Piece("日本".encode(), "start")) == []
    assert WORD_PIECE.cut(Piece("日本".encode(), "inside")) == []


def test_special_tokens_stand_for_no_text():
    """`[SEP]` is no piece."""
    assert not any(b"SEP" in piece.data for piece in WORD_PIECE.pieces)
