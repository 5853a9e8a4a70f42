"""What a round trip promises, and whether a text kept it.

exact        "A  word"  →  "A  word"
normalized   "A  word"  →  "a  word"      where the normalizer lowers
spaces       "A, word"  →  "a , word"     the same characters, but for white space
none         anything
"""

from __future__ import annotations

from tokbench.recipe.tables import RoundTrip

WRITTEN_SPACE = "▁"
"""U+2581, which stands for a space in tokens of SentencePiece's kind; in text it cannot be told from one."""


def holds(promise: RoundTrip, text: str, normalized: str, decoded: str) -> bool:
    """Tell whether `decoded`, what came back for `text`, is what was promised.

    `normalized` is the text after the normalizer. White space is what `str.split` takes for it, and U+2581. A promise
    is about text inside the alphabet: leave out what was encoded with an unknown token.
    """
    if promise == "exact":
        return decoded == text
    if promise == "normalized":
        return decoded == normalized
    if promise == "spaces":
        return _without_spaces(decoded) == _without_spaces(normalized)
    return True


def _without_spaces(text: str) -> str:
    return "".join(text.replace(WRITTEN_SPACE, " ").split())
