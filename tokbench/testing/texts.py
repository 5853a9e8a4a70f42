"""Text that tells a false promise: scripts, marks, white space of every kind, and what normalizers drop or make."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tokbench.counting.cuts import is_solid

if TYPE_CHECKING:
    from tokbench.contracts import Place

ODD = [
    *(" " * 6),
    *"aAés'ſKǅ中あアー한ไ\u0e49ابהחव्१Ⅻ²½0129-_.,!?/$+|`'’",
    *"\t\n\r\v\f\x1c\x85\xa0\u1680\u2003\u2028\u202f\u3000",
    *"\x00\x01\x7f\xad\u0301\u0308\u20d2\u180e\u200b\u200c\u200d\u2060\ufeff\ufffd\ufffe\ue000\U000e0041",
    *"▁Ġ¨´\u0344\u1fc1ﱞﬁ①㎏ﬅİ가\u1100\u1161\u3164\uffa0\u0600\u0d4e🇫👩🏽❤\ufe0f\U0001f1ee",
    "'s",
    "'LL",
    "12345",
    "camelCase",
    "\r\n",
    "  ",
    "``",
]
"""Pieces of text on which stages disagree."""

EDGES = ["", *"a.'1!s", "\u0301", "中", "ไ\u0e49", "¨", "👩", "ﱞ", "  ", " ", "\n", "\u200b", "\u200b \u200b", "\x00"]
"""What may stand beside a place: of each kind that a normalizer drops, pads or makes a space, or that a split joins."""

texts = st.lists(st.sampled_from(ODD) | st.characters(codec="utf-8"), max_size=16).map("".join)
"""Any text, the odd pieces often."""


def is_place(before: str, place: Place) -> bool:
    """Tell whether a space behind this text would be such a place."""
    if place == "any-space":
        return before != ""
    return before != "" and is_solid(before, "space" if place == "space" else "ascii-space")


def are_sides(sides: tuple[str, str], place: Place) -> bool:
    """Tell whether these may be the two sides of such a place, the second of which begins with the space."""
    return is_place(sides[0], place) and sides[1].startswith(" ")


@st.composite
def halves(draw: st.DrawFn, place: Place) -> tuple[str, str]:
    """Return the two sides of a place in text, the second of which begins with the space."""
    left = draw(texts)
    if not is_place(left, place):
        left += "a"
    return left, " " + draw(texts)


def edges(place: Place) -> Iterator[tuple[str, str]]:
    """Yield the two sides of a place between any two of the edges, in text that goes on with and without spaces."""
    for left, right in itertools.product(EDGES, EDGES):
        for before, after in (("", ""), ("x ", "x"), ("x", "  x")):
            if is_place(before + left, place):
                yield before + left, " " + right + after


def windows(place: Place, documents: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the two sides of every place in documents, in narrow and in wide windows, so that a small one is found."""
    for text, size in itertools.product(documents, (1, 2, 4, 8, 16, 64)):
        for space in (index for index, character in enumerate(text) if character == " "):
            left = text[max(0, space - size) : space]
            if is_place(left, place):
                yield left, text[space : space + size + 1]
