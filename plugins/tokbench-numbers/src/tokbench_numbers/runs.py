"""Runs of digits: 0 to 9 only, which are digits in every version of Python."""

from __future__ import annotations

import re
from itertools import pairwise

DIGITS = re.compile("[0-9]+")


def groups(start: int, end: int, size: int) -> list[tuple[int, int]]:
    """Return the spans of a run of digits in groups, full from the right: ``(0, 7), size 3 → 0-1 1-4 4-7``."""
    bounds = [start, *range(end - (end - start - 1) // size * size, end, size), end]
    return list(pairwise(bounds))


def turned(text: str) -> str:
    """Return the text with every run of digits backwards: ``"in 1984" → "in 4891"``."""
    return DIGITS.sub(lambda run: run[0][::-1], text)
