"""Distinct chunks and how often each occurs: what is left of a corpus before any pre-tokenizer has seen it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tokbench.counting.cuts import cut

if TYPE_CHECKING:
    from tokbench.contracts import Cut


@dataclass
class ChunkCounts:
    """Chunks that begin a document, and chunks inside one: a prefix space or the like tells them apart."""

    first: Counter[str] = field(default_factory=Counter)
    inside: Counter[str] = field(default_factory=Counter)

    def add(self, document: str, where: Cut, count: int = 1) -> None:
        """Count the chunks of a document that occurs `count` times."""
        chunks = cut(document, where)
        for chunk in chunks[:1]:
            self.first[chunk] += count
        for chunk in chunks[1:]:
            self.inside[chunk] += count
