"""Scores that 32 bits sum exactly, and text that is never a special piece."""

import itertools

import numpy as np
import pytest
import sentencepiece
from tokbench_sentencepiece import models
from tokbench_sentencepiece.models import CONTROL, UNKNOWN, Piece
from tokbench_sentencepiece.scores import STEPS, exactly_summed
from tokenizers import Tokenizer

from tokbench import formats
from tokbench.artifact import Artifact

PIECES = [
    Piece("<unk>", 0.0, UNKNOWN),
    Piece("<s>", 0.0, CONTROL),
    *(
        Piece(text, -3.0 - 0.37 * place)
        for place, text in enumerate(["a", "b", "<", "s", ">", "ab", "ba", "abb", "bab"])
    ),
]


def splits(text, scores):
    """Yield every way to split a text, and the sum of its scores."""
    if not text:
        yield (), 0.0
    for end in range(1, len(text) + 1):
        if text[:end] in scores:
            yield from (((text[:end], *rest), scores[text[:end]] + total) for rest, total in splits(text[end:], scores))


def test_every_way_to_split_a_text_is_paid_the_same():
    """So the best one stays the best, but for what rounding to 1/64 does."""
    before = {piece.text: piece.score for piece in PIECES[2:]}
    after = {piece.text: piece.score for piece in exactly_summed(PIECES)[2:]}
    assert all((score * STEPS).is_integer() for score in after.values())
    for letters in itertools.product("ab", repeat=6):
        text = "".join(letters)
        old, new = dict(splits(text, before)), dict(splits(text, after))
        paid = [new[way] - old[way] for way in old]
        assert max(paid) - min(paid) <= len(text) / STEPS


def test_sums_stay_small():
    """Where pieces occur as often as their scores say, a piece adds nothing on average."""
    normal = [piece for piece in exactly_summed(PIECES) if piece.kind == models.NORMAL]
    shares = np.exp([piece.score for piece in PIECES[2:]])
    average = float(shares @ [piece.score for piece in normal] / shares.sum())
    assert abs(average) < 0.1
    assert float(shares @ [piece.score for piece in PIECES[2:]] / shares.sum()) < -3


def test_special_pieces_are_never_found_in_text():
    """They score too low for that; where a character of a piece is no piece itself, scores are left alone."""
    tokenizer = Tokenizer(models.unigram(PIECES, "<unk>", byte_fallback=False))
    assert tokenizer.encode("ab<s>").tokens == ["ab", "<", "s", ">"]
    open_end = [*PIECES, Piece("xy", -9.0)]
    kept = Tokenizer(models.unigram(open_end, "<unk>", byte_fallback=False))
    assert kept.encode("ax").ids == [2, 0]


@pytest.mark.parametrize("text", ["<s> a fox </s>", "the <unk> dog", "<0x41> words"])
def test_text_that_spells_a_special_token_is_text(artifact, tmp_path, text):
    """To both, where `transformers` is told so."""
    from transformers import AutoTokenizer

    model = formats.export(artifact, "sentencepiece", tmp_path / "out").path / "spiece.model"
    ids = sentencepiece.SentencePieceProcessor(model_file=str(model)).encode(text)
    told = AutoTokenizer.from_pretrained(artifact, split_special_tokens=True)
    assert told(text, add_special_tokens=False)["input_ids"] == ids
    assert Artifact.open(artifact).tokenizer(text, add_special_tokens=False)["input_ids"] != ids or "x41" in text
