"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, one: str) -> str:
    """Return a number with what it counts: ``1, "word" → "1 word"``, ``2000, "word" → "2,000 words"``."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
