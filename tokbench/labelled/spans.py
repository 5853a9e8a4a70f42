"""Spans of characters in running text, as tags of its words.

    "Ada lives in Rome.", [(0, 3, PER), (13, 17, LOC)]  →  Ada/B-PER lives/O in/O Rome/B-LOC ./O

The words are what is scored, and the same for every tokenizer: runs of letters, marks and digits; a letter alone in
scripts that write no spaces; any other character alone. A word is cut where a span begins or ends inside it, so that no
label is lost; a model reads the text, not the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

import regex

from tokbench.labelled.sentences import OUTSIDE

Span: TypeAlias = tuple[int, int, str]
"""First character, character after the last, label."""

NO_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_WORD = regex.compile(rf"[{NO_SPACES}]\p{{M}}*|[[\w\p{{M}}]--[{NO_SPACES}]]+|\S", regex.VERSION1)


def tag_words(
    text: str, spans: Iterable[Span], mended: Counter[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Return the words, their IOB2 tags and their places; counts in `mended` what was trimmed or overlaps."""
    kept = _apart([trimmed for span in spans if (trimmed := _trimmed(text, span, mended))], mended)
    edges = sorted({edge for start, end, _ in kept for edge in (start, end)})
    offsets = tuple(piece for found in _WORD.finditer(text) for piece in _cut(found.start(), found.end(), edges))
    return tuple(text[start:end] for start, end in offsets), tuple(_tags(offsets, kept)), offsets


def _trimmed(text: str, span: Span, mended: Counter[str]) -> Span | None:
    """Return the span without white space at its edges; None where there is nothing else in it."""
    start, end, label = span
    covered = text[start:end]
    start, end = end - len(covered.lstrip()), start + len(covered.rstrip())
    if (start, end) != span[:2]:
        mended["trimmed"] += 1
    return (start, end, label) if start < end else None


def _apart(spans: Sequence[Span], mended: Counter[str]) -> list[Span]:
    """Return spans that do not overlap, in order: the longest first, then the first, are kept."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span[0] - span[1], span)):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
        else:
            mended["overlapping"] += 1
    return sorted(kept)


def _cut(start: int, end: int, edges: Sequence[int]) -> list[tuple[int, int]]:
    inside = [edge for edge in edges if start < edge < end]
    places = [start, *inside, end]
    return list(pairwise(places))


def _tags(offsets: Sequence[tuple[int, int]], spans: Sequence[Span]) -> list[str]:
    tags = []
    for start, end in offsets:
        span = next((span for span in spans if span[0] <= start and end <= span[1]), None)
        tags.append(OUTSIDE if span is None else f"{'B' if start == span[0] else 'I'}-{span[2]}")
    return tags
