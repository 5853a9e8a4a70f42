"""Rows of named fields, from JSON lines, Parquet or `datasets`: words with tags, or text with spans of characters.

{"tokens": ["Ada", "sang"], "ner_tags": ["B-PER", "O"]}
{"text": "Ada sang", "spans": [{"start": 0, "end": 3, "label": "PER"}]}
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokbench.errors import DataError
from tokbench.labelled.raw import RawSentence, lines_of
from tokbench.labelled.spans import Span, tag_words

WORDS = ("tokens", "words", "text")
TAGS = ("tags", "labels")
SPANS = ("spans", "entities", "labels", "label")
LABELS = ("label", "type", "entity", "tag")


@dataclass(frozen=True)
class Row:
    """A row and where it stands, for messages."""

    where: str
    values: Mapping[str, Any]


@dataclass
class Fields:
    """Which fields are read; what is None is the first of the usual names that a row has.

    Numbers as tags are places in `labels`, or, where that is empty, in the `names` that the data give to a field
    (`ClassLabel`). `usual` is what the task expects its tags to be called.
    """

    words: str | None = None
    tags: str | None = None
    document: str | None = None
    labels: Sequence[str] = ()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    usual: tuple[str, ...] = ()
    documents: dict[Any, int] = field(default_factory=dict)

    def read(self, rows: Iterable[Row], mended: Counter[str]) -> Iterator[RawSentence]:
        """Yield a sentence a row; a row without words is none. Raises `DataError` where a field is not as expected."""
        for row in rows:
            words = row.values[_field(row, self.words, WORDS, "words")]
            document = self._document(row)
            if isinstance(words, str):
                sentence = self._of_text(row, words, document, mended)
            else:
                sentence = self._of_words(row, words, document)
            if sentence.words:
                yield sentence

    def _of_words(self, row: Row, words: Any, document: int) -> RawSentence:
        column = _field(row, self.tags, (*self.usual, *TAGS), "tags")
        tags, names = row.values[column], self.labels or self.names.get(column, ())
        if not _is_list(words) or not all(isinstance(word, str) for word in words):
            raise DataError(f"{row.where}: the words are no list of strings; say in 'words' which field has them")
        if not _is_list(tags) or len(tags) != len(words):
            many = f"{len(tags)} tags" if _is_list(tags) else "no list of tags"
            raise DataError(f"{row.where}: there are {len(words)} words and {many}; each word needs one")
        return RawSentence(tuple(words), tuple(_named(row, tag, names) for tag in tags), document)

    def _of_text(self, row: Row, text: str, document: int, mended: Counter[str]) -> RawSentence:
        spans = row.values[_field(row, self.tags, SPANS, "spans")]
        if not _is_list(spans):
            raise DataError(f"{row.where}: the spans are no list; say in 'column' which field has them")
        found = [_span(row, span, len(text)) for span in spans]
        words, tags, offsets = tag_words(text, found, mended)
        return RawSentence(words, tags, document, text, offsets)

    def _document(self, row: Row) -> int:
        if self.document is None:
            return 0
        value = row.values[_field(row, self.document, (), "document")]
        return self.documents.setdefault(str(value), len(self.documents) + 1)


def json_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file of JSON lines."""
    for number, line in enumerate(lines_of(path), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            values = json.loads(line)
        except ValueError as error:
            raise DataError(f"{where}: not JSON ({error}); each line is an object") from error
        if not isinstance(values, dict):
            raise DataError(f'{where}: not an object; write it as {{"tokens": […], "tags": […]}}')
        yield Row(where, values)


def _named(row: Row, tag: Any, names: Sequence[str]) -> str:
    """Return a tag as a string: ``(3, [O, B-PER, I-PER, B-LOC]) → B-LOC``."""
    if isinstance(tag, str):
        return tag
    if not isinstance(tag, int) or isinstance(tag, bool):
        raise DataError(f"{row.where}: {tag!r} is no tag; tags are strings, or numbers of labels")
    if not names:
        raise DataError(f"{row.where}: the tags are numbers; list in 'labels' what 0, 1, … are called")
    if not 0 <= tag < len(names):
        raise DataError(f"{row.where}: there is no label {tag}; there are {len(names)}, counted from 0")
    return names[tag]


def _field(row: Row, name: str | None, usual: Sequence[str], what: str) -> str:
    """Return the field of that name, or the first that has a usual name."""
    names = [name] if name else usual
    found = next((key for key in names if row.values.get(key) is not None), None)
    if found is None:
        option = what if what in ("words", "document") else "column"
        raise DataError(
            f"{row.where}: has no field {' or '.join(map(repr, names))}; say in '{option}' which field has the {what}"
            f" (there are: {', '.join(row.values)})"
        )
    return found


def _span(row: Row, span: Any, length: int) -> Span:
    """Return a span written as ``{"start": 0, "end": 3, "label": "PER"}`` or as ``[0, 3, "PER"]``."""
    if isinstance(span, Mapping):
        label = next((span[key] for key in LABELS if key in span), None)
        span = (span.get("start"), span.get("end"), label)
    if not _is_list(span) or list(map(type, span)) != [int, int, str]:
        raise DataError(f'{row.where}: a span is {{"start": 0, "end": 3, "label": "PER"}}, or [0, 3, "PER"]')
    start, end, label = span
    if not 0 <= start < end <= length:
        raise DataError(f"{row.where}: the span {start}–{end} is not inside the text, which has {length} characters")
    return start, end, label


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
