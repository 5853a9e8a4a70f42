"""Text that a terminal can show holds nothing that would move its cursor or hide."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.cli.visible import CIRCLE, visible, visible_token


@given(st.text())
def test_nothing_invisible_is_left(text):
    """No control or format characters, whatever the text."""
    assert not {unicodedata.category(c) for c in visible(text)} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert " " not in visible_token(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P"])))
def test_ordinary_text_stays(text):
    """Letters, digits and punctuation of every script are shown as they are."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\n", r"a\tb\r\n"),
        ("\x00\x1b", r"\x00\x1b"),
        ("👩\u200d👧", r"👩\u200d👧"),
        ("👍🏽", r"👍\U0001f3fd"),
        ("☂\ufe0f", r"☂\ufe0f"),
        ("a\u00a0b\u3000c", r"a\xa0b\u3000c"),
        ("\u0301e", f"{CIRCLE}\u0301e"),
        ("e\u0301", "e\u0301"),
        ("\ue000\udc80", r"\ue000\udc80"),
    ],
)
def test_examples(text, shown):
    """Named escapes, then by code point; a lone mark gets a circle to sit on."""
    assert visible(text) == shown
