"""Cuts a set into splits by a seed, without a document on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tokbench.labelled.raw import RawSentence


def cut(sentences: Sequence[RawSentence], share: float, seed: int, purpose: str) -> tuple[list[RawSentence], ...]:
    """Return the sentences but for a share of them, and that share, both in their order.

    Whole documents are taken, in an order drawn from the seed, until they hold the share; where no documents are
    marked each sentence is one. `purpose` keeps two cuts by one seed apart. At least one document stays on each side.
    """
    documents = _documents(sentences)
    sizes: dict[int, int] = {}
    for document in documents:
        sizes[document] = sizes.get(document, 0) + 1
    taken: set[int] = set()
    held = 0
    for document in sorted(sizes, key=lambda number: _rank(seed, purpose, number))[:-1]:
        if held >= share * len(sentences):
            break
        taken.add(document)
        held += sizes[document]
    left = [sentence for sentence, document in zip(sentences, documents, strict=True) if document not in taken]
    right = [sentence for sentence, document in zip(sentences, documents, strict=True) if document in taken]
    return left, right


def marked(sentences: Sequence[RawSentence]) -> int:
    """Return how many documents are marked; 0 where none are."""
    numbers = {sentence.document for sentence in sentences}
    return len(numbers) if numbers != {0} else 0


def _documents(sentences: Sequence[RawSentence]) -> Sequence[int]:
    if marked(sentences):
        return [sentence.document for sentence in sentences]
    return range(len(sentences))


def _rank(seed: int, purpose: str, document: int) -> bytes:
    """Return what orders documents at random, the same in every version of Python."""
    return hashlib.sha256(f"{seed} {purpose} {document}".encode()).digest()
