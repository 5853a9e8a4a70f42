"""Maps mend text, and mended text needs no mending."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.maps.mending import HtmlUnescape, Nfc, Replace, Strip


def test_examples() -> None:
    """Each does what its one line says."""
    assert HtmlUnescape().apply("caf&eacute; &amp; bar") == "café & bar"
    assert Nfc().apply("e\u0301") == "é"
    assert Strip().apply(" \u3000text\n") == "text"
    assert Replace(r"\[\d+\]").apply("a fact[12]") == "a fact"
    assert Replace(r"(\w)-\n(\w)", r"\1\2").apply("hy-\nphen") == "hyphen"


@given(st.text())
def test_text_without_anything_to_mend_is_not_changed(text: str) -> None:
    """No map touches what it is not about, and none needs a second turn, but that entities may hide entities."""
    assert HtmlUnescape().apply(text.replace("&", "")) == text.replace("&", "")
    assert unicodedata.is_normalized("NFC", Nfc().apply(text))
    assert Strip().apply(f"x{text}x") == f"x{text}x"
    assert Replace("\x00nowhere").apply(text) == text


@pytest.mark.parametrize("options", [{"pattern": "("}, {"pattern": "a", "content": r"\2"}])
def test_a_wrong_expression_is_refused_before_any_text(options: dict[str, str]) -> None:
    """A recipe with a wrong expression fails when it is checked."""
    with pytest.raises(ValueError, match="not a regular expression"):
        Replace(**options)
