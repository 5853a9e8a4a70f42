"""The expressions of tiktoken, read by another engine."""

import itertools

import pytest
from tokbench_tiktoken import files
from tokbench_tiktoken.importer import tokenizer_of
from tokbench_tiktoken.patterns import PATTERNS, for_tokenizers

BYTES = {bytes([byte]): byte for byte in range(256)}


def test_what_the_engines_read_otherwise_is_rewritten():
    """A repetition that gives nothing back, and the end of the text."""
    assert for_tokenizers(r"\p{N}{1,3}+|[^\s$]{2}+|\s++$|\$") == r"(?>\p{N}{1,3})|(?>[^\s$]{2})|\s++\z|\$"


def test_what_cannot_be_rewritten_is_refused():
    """A group has no end that a few lines could find."""
    with pytest.raises(ValueError, match="cannot be told to tokenizers"):
        for_tokenizers(r"(?:ab){1,3}+")


@pytest.mark.parametrize("name", ["gpt2", "cl100k", "o200k"])
def test_both_engines_split_alike(name):
    """Every character of the Basic Multilingual Plane that can be text, and a tenth of the others, in three places."""
    described = files.Description(name, PATTERNS[name])
    # With these pairs the ids tell where words end.
    pairs = {bytes(pair): 0 for pair in itertools.product(b"a1 .", repeat=2)}
    ranks = {**BYTES, **{pair: 256 + place for place, pair in enumerate(pairs)}}
    encoding, tokenizer = files.encoding(ranks, described), tokenizer_of(ranks, described)
    points = [*range(0xD800), *range(0xE000, 0x10000, 3), *range(0x10000, 0x110000, 97)]
    texts = [f"a{chr(point)}a 1{chr(point)}1 {chr(point)}{chr(point)}.\n{chr(point)} " for point in points]
    found = tokenizer.encode_batch_fast(texts)
    assert [one.ids for one in found] == [encoding.encode_ordinary(text) for text in texts]


@pytest.mark.parametrize("text", ["1234567", "a  \n\n b", "end  ", "end \n ", "it'S 'LL", "\r\n\r\n x", "  \u3000"])
def test_what_the_rewriting_is_about(text):
    """Digits by threes, and white space at the end of a line and of the text."""
    described = files.Description("cl100k", PATTERNS["cl100k"])
    ranks = {**BYTES, **{token: 256 + place for place, token in enumerate((b"12", b"  ", b"\n\n", b" \n", b"45"))}}
    assert tokenizer_of(ranks, described).encode(text).ids == files.encoding(ranks, described).encode_ordinary(text)
