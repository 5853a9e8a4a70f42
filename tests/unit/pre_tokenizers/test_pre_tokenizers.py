"""What the pre-tokenizers do, on the examples of their docstrings, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import pre_tokenizers

from tokbench.decoders.bytes import ByteLevel as BytesBack
from tokbench.decoders.words import Metaspace as SpacesBack
from tokbench.options import make
from tokbench.pre_tokenizers.patterns import CharDelimiterSplit, FixedLength, Split
from tokbench.pre_tokenizers.spaces import ByteLevel, Metaspace
from tokbench.pre_tokenizers.words import BertPreTokenizer, Digits, Punctuation, UnicodeScripts, Whitespace
from tokbench.pre_tokenizers.words import WhitespaceSplit as AtSpaces


@pytest.mark.parametrize(
    ("part", "text", "words"),
    [
        (BertPreTokenizer(), "Don't go.", ["Don", "'", "t", "go", "."]),
        (ByteLevel(), "Hé you", ["ĠHÃ©", "Ġyou"]),
        (ByteLevel(add_prefix_space=False), "Hé you", ["HÃ©", "Ġyou"]),
        (ByteLevel(use_regex=False), "Hé you", ["ĠHÃ©Ġyou"]),
        (CharDelimiterSplit("|"), "a|b c", ["a", "b c"]),
        (Digits(), "room 101b", ["room ", "101", "b"]),
        (Digits(individual_digits=True), "101", ["1", "0", "1"]),
        (FixedLength(3), "ACGTAC!", ["ACG", "TAC", "!"]),
        (Metaspace(), "Hi you", ["▁Hi", "▁you"]),
        (Metaspace(prepend_scheme="never"), "Hi you", ["Hi", "▁you"]),
        (Metaspace(split=False), "Hi you", ["▁Hi▁you"]),
        (Punctuation(), "yes, sir", ["yes", ",", " sir"]),
        (Punctuation("removed"), "yes, sir", ["yes", " sir"]),
        (Punctuation("merged_with_previous"), "yes, sir", ["yes,", " sir"]),
        (Punctuation("merged_with_next"), "yes, sir", ["yes", ", sir"]),
        (Punctuation("contiguous"), "yes?! sir", ["yes", "?!", " sir"]),
        (Split(regex=r"\d+"), "ab12c", ["ab", "12", "c"]),
        (Split(regex=r"\d+", behavior="removed", invert=True), "ab12c", ["12"]),
        (Split(pattern="."), "a.b", ["a", ".", "b"]),
        (UnicodeScripts(), "どこで生れ。Yes", ["どこで生れ", "。", "Yes"]),
        (Whitespace(), "Hi!! you", ["Hi", "!!", "you"]),
        (AtSpaces(), "Hi!! you", ["Hi!!", "you"]),
    ],
)
def test_pre_tokenizers_do_what_they_say(part: Any, text: str, words: list[str]) -> None:
    """Each example of a docstring is true."""
    assert [word for word, _ in part.build().pre_tokenize_str(text)] == words


@pytest.mark.parametrize(
    ("part", "options", "what"),
    [
        (CharDelimiterSplit, {"delimiter": "ab"}, "delimiter: must be one character, not 'ab'"),
        (CharDelimiterSplit, {"delimiter": ""}, "delimiter: must be one character, not ''"),
        (FixedLength, {"length": 0}, "length: must be 1 or more, not 0"),
        (Metaspace, {"replacement": "__"}, "replacement: must be one character, not '__'"),
        (Metaspace, {"prepend_scheme": "last"}, "prepend_scheme: "),
        (Punctuation, {"behavior": "dropped"}, "behavior: "),
        (Split, {}, "give either 'pattern'"),
        (Split, {"pattern": "a", "regex": "a"}, "and not both"),
        (Split, {"regex": "[a"}, "regex: premature end of char-class, in '\\[a'"),
    ],
)
def test_options_that_cannot_be_are_refused_when_they_are_read(part: type, options: dict[str, Any], what: str) -> None:
    """No such option waits for text to fail on; a length of zero would be a panic of the library then."""
    with pytest.raises(ValueError, match=what):
        make(part, options)


@given(text=st.text(), prefix=st.booleans(), regex=st.booleans())
def test_the_decoder_that_byte_level_suggests_gives_the_text_again(text: str, prefix: bool, regex: bool) -> None:
    """Any text comes back, with the space that was put before it; and its bytes are in the suggested alphabet."""
    part = ByteLevel(add_prefix_space=prefix, use_regex=regex)
    assert part.suggests() == {"decoder": [{"use": "byte-level"}], "trainer": {"initial_alphabet": "byte-level"}}
    words = [word for word, _ in part.build().pre_tokenize_str(text)]
    assert set("".join(words)) <= set(pre_tokenizers.ByteLevel.alphabet())
    added = " " if prefix and text and not text.startswith(" ") else ""
    assert BytesBack().build().decode(words) == added + text


@pytest.mark.parametrize("scheme", ["always", "first", "never"])
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="▁"), min_size=1))
def test_the_decoder_that_metaspace_suggests_gives_the_text_again(scheme: Any, text: str) -> None:
    """Text comes back, but for a space at its beginning where one would have been put there."""
    part = Metaspace(prepend_scheme=scheme)
    (suggested,) = part.suggests()["decoder"]
    decoder = make(SpacesBack, {key: value for key, value in suggested.items() if key != "use"})
    words = [word for word, _ in part.build().pre_tokenize_str(text)]
    expected = text if scheme == "never" or not text.startswith(" ") else text[1:]
    assert decoder.build().decode(words) == expected
