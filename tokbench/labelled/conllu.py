"""CoNLL-U, the format of Universal Dependencies: ten columns, `#` comments, ranges of words and empty nodes.

    # newdoc id = weblog-1
    1   From  from  ADP  IN  _  3  case  3:case  NER=O

https://universaldependencies.org/format.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tokbench.errors import DataError
from tokbench.labelled.raw import RawSentence, lines_of
from tokbench.labelled.sentences import OUTSIDE
from tokbench.registry import suggestion

FIELDS = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")
_NEW_DOCUMENT = re.compile(r"#\s*newdoc\b")
_NO_WORD = re.compile(r"\d+[-.]\d+")
"""A range (`3-4`), whose words follow, or an empty node (`5.1`), which is not in the text."""


def read_conllu(path: Path, column: str) -> Iterator[RawSentence]:
    """Yield the sentences of a CoNLL-U file, with the tags of `column`: a field, `FEATS:Number`, or `MISC:NER`.

    A word without that feature has the tag `_`, one without that key in MISC is outside of all spans, `O`.
    """
    tag_of = _tagging(column, path)
    words: list[str] = []
    tags: list[str] = []
    document = 0
    for number, line in enumerate(lines_of(path), 1):
        if line.startswith("#"):
            document += bool(_NEW_DOCUMENT.match(line))
            continue
        if line.strip():
            cells = _cells(line, path, number)
            if not _NO_WORD.fullmatch(cells[0]):
                words.append(cells[1])
                tags.append(tag_of(cells))
        elif words:
            yield RawSentence(tuple(words), tuple(tags), document)
            words, tags = [], []
    if words:
        yield RawSentence(tuple(words), tuple(tags), document)


def _cells(line: str, path: Path, number: int) -> list[str]:
    cells = line.split("\t")
    if len(cells) != len(FIELDS):
        raise DataError(f"{path}:{number}: has {len(cells)} columns, and CoNLL-U has 10, with a tab between them")
    return cells


def _tagging(column: str, path: Path) -> Callable[[list[str]], str]:
    """Return the function that draws a word's tag from its columns."""
    field, _, key = column.partition(":")
    if field not in FIELDS:
        raise DataError(f"{path}: CoNLL-U has no column '{column}'; {suggestion(field, FIELDS)}")
    place = FIELDS.index(field)
    if not key:
        return lambda cells: cells[place]
    missing = OUTSIDE if field == "MISC" else "_"
    return lambda cells: _value(cells[place], key, missing)


def _value(pairs: str, key: str, missing: str) -> str:
    """Return the value of a key: ``("Case=Nom|Number=Sing", "Number") → Sing``."""
    found = (pair.partition("=") for pair in pairs.split("|"))
    return next((value for name, _, value in found if name == key), missing)
