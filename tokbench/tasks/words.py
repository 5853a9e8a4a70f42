"""Tasks that label words: one implementation, of which entities, chunks and parts of speech are three settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class NamedEntities:
    """Find named entities: spans of words with a type, `B-PER I-PER O` → (PER, 0, 2)."""

    spans: ClassVar[bool] = True
    metric: ClassVar[str] = "F1"
    columns: ClassVar[Mapping[str, str]] = {"conll": "-1", "conllu": "MISC:NER", "rows": "ner_tags"}

    def found(self, tags: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """Return the spans of IOB2 tags: (type, first word, word after the last)."""
        return list(spans_of(tags))


@dataclass(frozen=True)
class Chunks:
    """Find chunks, such as noun phrases: spans of words with a type."""

    spans: ClassVar[bool] = True
    metric: ClassVar[str] = "F1"
    columns: ClassVar[Mapping[str, str]] = {"conll": "2", "conllu": "MISC:Chunk", "rows": "chunk_tags"}

    def found(self, tags: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """Return the spans of IOB2 tags: (type, first word, word after the last)."""
        return list(spans_of(tags))


@dataclass(frozen=True)
class PartsOfSpeech:
    """Tell the part of speech of each word: `DET NOUN` → (DET, 0, 1), (NOUN, 1, 2)."""

    spans: ClassVar[bool] = False
    metric: ClassVar[str] = "accuracy"
    columns: ClassVar[Mapping[str, str]] = {"conll": "1", "conllu": "UPOS", "rows": "pos_tags"}

    def found(self, tags: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """Return each word with its label, as a span of one word."""
        return [(tag, place, place + 1) for place, tag in enumerate(tags)]


def spans_of(tags: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the spans of IOB2 tags; an `I-` that continues nothing of its type belongs to no span (strict IOB2)."""
    start, label = 0, ""
    for place, tag in enumerate(tags):
        if label and tag != f"I-{label}":
            yield label, start, place
            label = ""
        if tag.startswith("B-"):
            start, label = place, tag[2:]
    if label:
        yield label, start, len(tags)
