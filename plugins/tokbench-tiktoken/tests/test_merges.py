"""Ranks and merges: what tiktoken does without a list is what tokenizers does with it."""

import random

import pytest
from tokbench_tiktoken import files
from tokbench_tiktoken.importer import tokenizer_of
from tokbench_tiktoken.spelling import byte_characters, spelled

BYTES = {bytes([byte]): byte for byte in range(256)}


def test_bytes_are_written_as_tokenizers_writes_them():
    """A space is Ġ."""
    assert spelled(b" word\n", byte_characters()) == "ĠwordĊ"


@pytest.mark.parametrize("seed", range(12))
def test_any_ranks_give_the_same_ids(seed):
    """Also ranks that no training ever made: words of two letters, drawn at random."""
    draw = random.Random(seed)
    drawn = {bytes(draw.choices(b"ab ", k=draw.randint(2, 6))) for _ in range(60)}
    ranks = {**BYTES, **{token: 256 + place for place, token in enumerate(sorted(drawn, key=lambda _: draw.random()))}}
    described = files.Description("random", r"\w+| +\w*")
    encoding, tokenizer = files.encoding(ranks, described), tokenizer_of(ranks, described)
    for _ in range(200):
        text = "".join(draw.choices("ab ", k=draw.randint(1, 40)))
        assert tokenizer.encode(text).ids == encoding.encode_ordinary(text)
