"""Spans of running text that a tokenizer cannot mark exactly: an edge falls inside one of its tokens.

    text "un-Roman", span (3, 8): tokens un / -Ro / man  → cut;  tokens un / - / Roman  → not cut

This is a property of the tokenizer, whatever the model learns. Where a set gives words and no text, each word is
encoded on its own and nothing can be cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tokbench.labelled.sentences import Sentence

if TYPE_CHECKING:
    from tokbench.contracts import TaskPart

AT_ONCE = 1000


def cut_spans(task: TaskPart, sentences: Sequence[Sentence], tokenizer: Any) -> int:
    """Return how many spans have an edge inside a token of this `transformers` tokenizer."""
    texts = iter([sentence for sentence in sentences if sentence.text is not None])
    cut = 0
    while batch := list(islice(texts, AT_ONCE)):
        encoded = tokenizer(
            [sentence.text for sentence in batch], add_special_tokens=False, return_offsets_mapping=True
        )
        pairs = zip(batch, encoded["offset_mapping"], strict=True)
        cut += sum(_cut(task, sentence, offsets) for sentence, offsets in pairs)
    return cut


def _cut(task: TaskPart, sentence: Sentence, tokens: Iterable[tuple[int, int]]) -> int:
    inside = {place for start, end in tokens for place in _inside(sentence.text or "", start, end)}
    found = task.found(sentence.tags)
    places = sentence.offsets
    return sum(places[start][0] in inside or places[end - 1][1] in inside for _, start, end in found)


def _inside(text: str, start: int, end: int) -> range:
    """Return the places strictly inside a token; white space at its edges is not of it."""
    covered = text[start:end]
    return range(end - len(covered.lstrip()) + 1, start + len(covered.rstrip()))
