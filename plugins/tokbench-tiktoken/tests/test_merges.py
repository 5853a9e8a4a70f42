"""Ranks and merges: what tiktoken does without a list is what tokenizers does with it."""

import random

import pytest
from tokbench_tiktoken import files
from tokbench_tiktoken.importer import tokenizer_of
from tokbench_tiktoken.merges import byte_characters, last_pair, merges_of, spelled

BYTES = {bytes([byte]): byte for byte in range(256)}


def test_the_last_step_to_a_token_is_found():
    """Lower ranks are merged first, so `abc` is made of `ab` and `c`."""
    ranks = {**BYTES, b"ab": 256, b"bc": 257, b"abc": 258}
    assert merges_of(ranks) == {b"ab": (b"a", b"b"), b"bc": (b"b", b"c"), b"abc": (b"ab", b"c")}


def test_a_token_that_no_merging_makes_has_no_pair():
    """`abcd` cannot come of `bc`, which is taken first."""
    ranks = {**BYTES, b"bc": 256, b"ab": 257, b"cd": 258, b"abcd": 259}
    assert last_pair(b"abcd", ranks) is None


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
