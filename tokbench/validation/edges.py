"""Spans that a tokenizer cannot mark exactly: an edge falls inside one of its tokens.

    text "un-Roman", span (3, 8): tokens un / -Ro / man  → cut;  tokens un / - / Roman  → not cut

This is a property of the tokenizer, whatever the model learns. The text is the one that the model sees: that of the
set, or its words with a space between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tokbench.labelled.sentences import Sentence
from tokbench.validation.windows import laid_out

if TYPE_CHECKING:
    from tokbench.contracts import TaskPart

AT_ONCE = 1000
Place = tuple[int, int]


def cut_spans(task: TaskPart, sentences: Sequence[Sentence], tokenizer: Any) -> int:
    """Return how many spans have an edge inside a token of this `transformers` tokenizer."""
    cut = 0
    waiting = iter(sentences)
    while batch := list(islice(waiting, AT_ONCE)):
        laid = [laid_out(sentence) for sentence in batch]
        texts = [text for text, _ in laid]
        offsets = tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        for sentence, (text, places), tokens in zip(batch, laid, offsets, strict=True):
            cut += _cut(task.found(sentence.tags), text, places, tokens)
    return cut


def _cut(found: Iterable[tuple[str, int, int]], text: str, places: Sequence[Place], tokens: Iterable[Place]) -> int:
    inside = {place for start, end in tokens for place in _inside(text, start, end)}
    return sum(places[start][0] in inside or places[end - 1][1] in inside for _, start, end in found)


def _inside(text: str, start: int, end: int) -> range:
    """Return the places strictly inside a token; white space at its edges is not of it."""
    covered = text[start:end]
    return range(end - len(covered.lstrip()) + 1, start + len(covered.rstrip()))
