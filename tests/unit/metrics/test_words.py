"""Words are those of Unicode, and the tokens that each takes are found by where they stand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

from tokbench.metrics.words import pieces, words


def shown(text: str) -> list[str]:
    """Return the words themselves."""
    return [text[begin:end] for begin, end in words(text)]


def test_words_are_those_of_unicode() -> None:
    """Apostrophes and points inside stay, punctuation is no word: the examples of UAX #29, and some more."""
    quick = "The quick (“brown”) fox can’t jump 32.3 feet, right?"  # UAX #29, table 1
    assert shown(quick) == ["The", "quick", "brown", "fox", "can’t", "jump", "32.3", "feet", "right"]
    assert shown("naïve-ish foo_bar") == ["naïve", "ish", "foo_bar"]
    assert shown("мир हिन्दी 数学") == ["мир", "हिन्दी", "数", "学"]
    assert shown(" ?! \n") == shown("") == []


@given(st.text(max_size=40))
def test_words_are_in_order_and_apart(text: str) -> None:
    """Words do not overlap, and every letter and digit of a text is in one."""
    found = list(words(text))
    assert all(begin < end for begin, end in found)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(found))
    inside = {place for begin, end in found for place in range(begin, end)}
    assert all(place in inside for place, character in enumerate(text) if character.isalnum())


def wordpiece() -> Tokenizer:
    """Return a tokenizer that lowers, strips accents, and knows few pieces."""
    vocabulary = ["[UNK]", "play", "##ing", "chess", "naive", "'", ".", "don", "t"]
    tokenizer = Tokenizer(models.WordPiece({token: index for index, token in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def byte_level() -> Tokenizer:
    """Return a tokenizer of bytes that knows one merge, of a space and an `a`."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: index for index, token in enumerate([*alphabet, "Ġa"])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [("Ġ", "a")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def metaspace() -> Tokenizer:
    """Return a tokenizer that writes spaces as "▁", also before the first word, and knows characters."""
    vocabulary = {token: index for index, token in enumerate(["<unk>", "▁", "a", "b", "▁a"])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [("▁", "a")], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


@pytest.mark.parametrize(
    ("tokenizer", "text", "expected"),
    [
        pytest.param(wordpiece(), "Playing chess.", [2, 1], id="pieces"),
        pytest.param(wordpiece(), "Naïve  don't", [1, 3], id="accents and apostrophes"),
        pytest.param(byte_level(), "a a ab é", [1, 1, 2, 3], id="bytes: two for a character, one for a space"),
        pytest.param(metaspace(), "a ab", [1, 2], id="a space in the token"),
        pytest.param(metaspace(), "bb", [3], id="a prefix that is not in the text"),
    ],
)
def test_tokens_of_a_word_are_those_that_hold_some_of_it(tokenizer: Tokenizer, text: str, expected: list[int]) -> None:
    """Counted by hand, for each way to mark words."""
    assert list(pieces(text, tokenizer.encode(text, add_special_tokens=False))) == expected
