"""Column files in the manner of CoNLL: a word a line with its tags beside it, an empty line between sentences.

    EU      NNP  B-ORG
    rejects VBZ  O

A line that starts with `#` is a word like any other, for the format has no comments; a separator of tabs leaves words
that are a space alone whole; a line of blanks ends a sentence; `-DOCSTART-` begins a document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokbench.errors import DataError
from tokbench.labelled.raw import RawSentence, lines_of

DOCUMENT = "-DOCSTART-"
BLANK = " \t"
"""What separates columns, and nothing else: other white space may be a word."""


@dataclass(frozen=True)
class Columns:
    """How the lines of a column file are read; columns count from 0, or from the end as -1, -2.

    `separator` None finds it out: a tab where most lines have one, else a run of spaces. `comment` is what lines that
    are no words start with, where the file has such lines.
    """

    word: int = 0
    tag: int = -1
    separator: str | None = None
    comment: str | None = None


def read_columns(path: Path, columns: Columns) -> Iterator[RawSentence]:
    """Yield the sentences of a column file; raises `DataError` with the file and line where a column is missing."""
    separator = columns.separator or _separator(path)
    words: list[str] = []
    tags: list[str] = []
    document = 0
    for number, line in enumerate(lines_of(path), 1):
        if columns.comment and line.startswith(columns.comment):
            continue
        cells = _cells(line, separator) if line.strip(BLANK) else []
        begins = bool(cells) and cells[0].startswith(DOCUMENT)
        if cells and not begins:
            words.append(_cell(cells, columns.word, path, number))
            tags.append(_cell(cells, columns.tag, path, number))
        elif words:
            yield RawSentence(tuple(words), tuple(tags), document)
            words, tags = [], []
        document += begins
    if words:
        yield RawSentence(tuple(words), tuple(tags), document)


def _separator(path: Path) -> str:
    """Return a tab where most lines that are not blank have one, else a space."""
    found = Counter("\t" in line for line in lines_of(path) if line.strip(BLANK))
    return "\t" if found[True] > found[False] else " "


def _cells(line: str, separator: str) -> Sequence[str]:
    """Return the columns of a line: ``"a  NN O" → [a, NN, O]``; spaces that pad a column say nothing."""
    if separator == " ":
        return re.split(f"[{BLANK}]+", line.strip(BLANK))
    return line.rstrip(BLANK).split(separator)


def _cell(cells: Sequence[str], column: int, path: Path, line: int) -> str:
    if len(cells) < 2:
        raise DataError(
            f"{path}:{line}: has one column, and a word and its tag are two; mend the line, or say the 'separator'"
        )
    if not -len(cells) <= column < len(cells):
        raise DataError(f"{path}:{line}: has {len(cells)} columns, and no column {column}; count them from 0")
    return cells[column]
