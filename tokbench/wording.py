"""Words and numbers in sentences."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, one: str) -> str:
    """Return a number with what it counts: ``1, "word" → "1 word"``, ``2000, "word" → "2,000 words"``."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Return which of the known words a misspelt one may mean: ``"byte-levl", … → "byte-level"``."""
    import difflib  # where a word is wrong, only

    return next(iter(difflib.get_close_matches(word, known, n=1)), None)
