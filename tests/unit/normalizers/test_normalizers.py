"""What the normalizers do, on the examples of their docstrings and on text that tells them apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.normalizers.cleaning import BertNormalizer, Lowercase, Nmt, Strip
from tokbench.normalizers.rewriting import ByteLevel, Prepend, Replace
from tokbench.normalizers.unicode import NFC, NFD, NFKC, NFKD, StripAccents


@pytest.mark.parametrize(
    ("part", "text", "normalized"),
    [
        (BertNormalizer(), "ÉTÉ\t中", "ete  中 "),
        (BertNormalizer(handle_chinese_chars=False), "ÉTÉ\t中", "ete 中"),
        (BertNormalizer(strip_accents=False), "ÉTÉ", "été"),
        (BertNormalizer(lowercase=False), "ÉTÉ", "ÉTÉ"),
        (BertNormalizer(clean_text=False), "a\tb\x00", "a\tb\x00"),
        (ByteLevel(), "é b", "Ã©Ġb"),
        (Lowercase(), "ΟΔΟΣ", "οδοσ"),
        (NFC(), "e\u0301", "é"),
        (NFD(), "é", "e\u0301"),
        (NFKC(), "ﬁ²", "fi2"),
        (NFKD(), "ﬁé", "fie\u0301"),
        (Nmt(), "a\u200bb", "a b"),
        (Prepend(), "a b", "▁a b"),
        (Prepend(), "", ""),
        (Replace(content='"', pattern="``"), "``so", '"so'),
        (Replace(content=" ", regex=" {2,}"), "a   b", "a b"),
        (Replace(content="$1", regex="(a)"), "a", "$1"),
        (Strip(), " a b ", "a b"),
        (Strip(right=False), " a b ", "a b "),
        (StripAccents(), "e\u0301", "e"),
        (StripAccents(), "é", "é"),
    ],
)
def test_normalizers_do_what_they_say(part: Any, text: str, normalized: str) -> None:
    """Each example of a docstring is true."""
    assert part.build().normalize_str(text) == normalized


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"content": "b"}, "give either 'pattern' \\(literal text\\) or 'regex', and not both"),
        ({"content": "b", "pattern": "a", "regex": "a"}, "and not both"),
        ({"content": "b", "pattern": ""}, "pattern: must not be empty"),
        ({"content": "b", "regex": ""}, "regex: must not be empty"),
        ({"content": "b", "regex": "(a"}, "regex: end pattern with unmatched parenthesis, in '\\(a'"),
    ],
)
def test_replace_wants_one_pattern(options: dict[str, str], what: str) -> None:
    """A pattern is literal text or a regular expression, and what is neither is refused when it is read."""
    with pytest.raises(ValueError, match=what):
        Replace(**options)


@given(st.characters(codec="utf-8"))
def test_a_literal_pattern_is_literal(character: str) -> None:
    """Characters that mean something in an expression mean nothing in a literal pattern."""
    assert Replace(content="_", pattern=character).build().normalize_str(f"a{character}") in ("a_", "__")


@given(st.text())
def test_byte_level_names_no_alphabet_that_it_does_not_need(text: str) -> None:
    """Whatever the text, what the byte-level normalizer gives is in the alphabet that it suggests."""
    from tokenizers.pre_tokenizers import ByteLevel as Bytes

    assert ByteLevel().suggests()["trainer"] == {"initial_alphabet": "byte-level"}
    assert set(ByteLevel().build().normalize_str(text)) <= set(Bytes.alphabet())
