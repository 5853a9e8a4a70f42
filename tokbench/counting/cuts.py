"""Where a document may be cut so that its pieces can be counted apart, and the proof that it may.

A pre-tokenizer whose words never reach across a place can be run on the pieces on each side of it. The place used
is the one before a space that follows a *solid* character: one that no normalizer turns into white space or drops.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokbench.contracts import Cut
    from tokbench.counting.splitter import Splitter

# Not solid: white space, controls, formats, surrogates, private use, non-characters, and the two that normalizers
# turn into spaces, "▁" and U+FFFD. A character listed here in vain costs a longer chunk, never a wrong count.
UNSOLID = (
    (0x00, 0x20),
    (0x7F, 0xA0),
    (0xAD, 0xAD),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x6DD, 0x6DD),
    (0x70F, 0x70F),
    (0x890, 0x891),
    (0x8E2, 0x8E2),
    (0x1680, 0x1680),
    (0x180B, 0x180F),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x2581, 0x2581),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xD800, 0xF8FF),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFF),
    (0x110BD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0x10FFFF),
)
"""Ranges of code points, first and last, in order."""

_PLACES = {
    "space": re.compile("(?<=[^" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in UNSOLID) + "])(?= )"),
    "ascii-space": re.compile("(?<=[!-~])(?= )"),
}

_ODD = (
    "\t\n\r\x00\x01\x0b\x1c\x85\xa0\xad\u00a8\u0301\u061c\u1680\u180e\u200b\u200d\u2028\u202f\u2581\u3000\ufeff\ufffd"
)
PROBES = tuple(
    text
    for odd in _ODD
    for text in (f"a{odd} b", f"a {odd} b", f"a{odd}  b", f" {odd}  b{odd}", f"1 {odd}a' s", f"{odd} 'll  {odd}")
)
"""Documents that tell a false claim: each odd character before one space and before two, after a letter or a space."""


def cut(text: str, where: Cut) -> list[str]:
    """Cut a document: ``"We say: go on" → ["We", " say:", " go", " on"]``; an empty one has no pieces."""
    if where == "never" or not text:
        return [text] if text else []
    return _PLACES[where].split(text)


def is_solid(chunk: str, where: Cut) -> bool:
    """Whether a space may follow the chunk without changing its words: all but the last of a document are."""
    return where != "never" and _may_end(chunk[-1:], where)


@functools.lru_cache(maxsize=1 << 14)
def _may_end(character: str, where: Cut) -> bool:
    return _PLACES[where].search(character + " ") is not None


def holds(splitter: Splitter, where: Cut, documents: Iterable[str], *, probes: bool = True) -> bool:
    """Whether cutting these documents, and the probes, leaves the words of each as they are."""
    inside = functools.lru_cache(maxsize=None)(splitter.words_behind)
    for text in (*(PROBES if probes else ()), *documents):
        chunks = cut(text, where)
        pieces = [splitter.words(chunk) for chunk in chunks[:1]] + [inside(chunk) for chunk in chunks[1:]]
        if None in pieces or splitter.words(text) != [word for words in pieces for word in words or ()]:
            return False
    return True
