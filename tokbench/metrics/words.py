"""The words of a text, as a reader sees them, and how many tokens each of them takes.

    "Don't stop: 3.14"  →  Don't, stop, 3.14

Words are those of Unicode's text segmentation (UAX #29) that have a letter or a digit, so that tokenizers with
different pre-tokenizers are measured by the same words. Where a script writes no spaces between words, as Chinese and
Thai do, UAX #29 stops at characters or syllables.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Encoding

Span = tuple[int, int]
"""Where something begins and ends in a text, in characters."""


def words(text: str) -> Iterator[Span]:
    """Yield where each word begins and ends: ``"a bc." → (0, 1), (2, 4)``."""
    begin = 0
    for boundary in _boundaries().finditer(text):
        end = boundary.start()
        word = text[begin:end]
        if word[:1].isalnum() or any(map(str.isalnum, word)):
            yield begin, end
        begin = end


def pieces(text: str, encoding: Encoding) -> Iterator[int]:
    """Yield, for each word, how many tokens hold some of it or of the space before it; needs offsets.

    ``"a zoo"`` in ``a, Ġ, zoo`` → 1, 2. A word of which the tokenizer drops everything yields 0; a token that holds
    several words counts for each.
    """
    found = [(begin - (text[begin - 1 : begin] == " "), end) for begin, end in words(text)]
    return _pieces(found, encoding.offsets)


def _pieces(found: Sequence[Span], offsets: Sequence[Span]) -> Iterator[int]:
    first = 0
    for begin, end in found:
        while first < len(offsets) and offsets[first][1] <= begin:
            first += 1
        number, token = 0, first
        while token < len(offsets) and offsets[token][0] < end:
            number += offsets[token][0] < offsets[token][1] and offsets[token][1] > begin
            token += 1
        yield number


@functools.lru_cache(maxsize=1)
def _boundaries() -> Any:
    """Return the expression of a word boundary, and of the end of the text."""
    import regex

    return regex.compile(r"(?w)\b|\Z")
