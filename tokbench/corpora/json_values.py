"""JSON as documents: an object a line, or one document that is a list of objects; a bare string stands for its text.

A kernel reads blocks of lines. A block that it does not take, or in which a text is not clean, is read again line by
line with the standard library, which is the definition of what a line means, and says where it stands.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tokbench.corpora.growing import UNREADABLE, problem_of, values
from tokbench.corpora.lines import Block, line_blocks
from tokbench.corpora.rules import NOT_TEXT, NULL, Place, Rules, cleaned, unknown_column
from tokbench.documents import Documents
from tokbench.kernels import _kernels
from tokbench.strings import Strings

NOT_JSON = "not JSON"
ROWS = 100
"""How many values of a JSON document make a batch."""

REMEDY = 'mend it, or set errors = "skip" to leave such documents out'
ABSENT = object()
"""What stands for a cell that was left out."""


@dataclass(frozen=True)
class Found:
    """A cell of text, and the value that it came from."""

    cell: bytes | None
    number: int
    """The number of the line, or of the item."""
    column: str
    value: Any


def line_documents(blocks: Iterable[bytes], text: Sequence[str], shown: str, rules: Rules) -> Iterator[Documents]:
    """Yield the documents of lines, one for each text column of each line that is not blank."""
    for block in line_blocks(blocks, shown, rules):
        documents = _by_kernel(block, text, rules)
        if documents is None:
            documents = _by_values(values_of_lines(block, shown, rules), text, f"{shown}: line", rules)
        yield documents


def json_documents(blocks: Iterable[bytes], text: Sequence[str], shown: str, rules: Rules) -> Iterator[Documents]:
    """Yield the documents of one list; a file of JSON lines is read as such."""
    is_lines, again = told_apart(blocks)
    if is_lines:
        yield from line_documents(again, text, shown, rules)
        return
    for several in items(again, shown, rules):
        yield _by_values(several, text, f"{shown}: item", rules)


def told_apart(blocks: Iterable[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Tell whether a file of JSON is one of JSON lines, and return its blocks from the beginning."""
    blocks = iter(blocks)
    first = next(blocks, b"")
    return _starts_with_a_line_of_json(first), itertools.chain([first], blocks)


def items(blocks: Iterable[bytes], shown: str, rules: Rules) -> Iterator[list[tuple[int, Any]]]:
    """Yield the items of a list with their numbers, some at a time."""
    found = values(blocks, shown, rules.max_bytes)
    while several := list(itertools.islice(found, ROWS)):
        yield several


def _by_kernel(block: Block, text: Sequence[str], rules: Rules) -> Documents | None:
    """Return the documents of a block of objects that have a string in the one column that is asked for."""
    if len(text) > 1 or "." in text[0]:
        return None
    block.ends, laid_out = _kernels.json_lines(block.before, block.text, block.size, text[0], rules.max_bytes)
    return None if laid_out is None else Documents(Strings(*laid_out))


def _by_values(numbered: Iterable[tuple[int, Any]], text: Sequence[str], row: str, rules: Rules) -> Documents:
    found = list(cells(numbered, text, row, rules))
    return cleaned((each.cell for each in found), place_of(found, row), rules)


def place_of(found: Sequence[Found], row: str) -> Place:
    """Return where cells stand: ``"a.jsonl: line 3"``, and ``"a.jsonl: line 3, column 'text', byte 14"``."""

    def place(index: int, byte: int | None) -> str:
        each = found[index]
        return f"{row} {each.number}" + ("" if byte is None else f", column '{each.column}', byte {byte}")

    return place


def values_of_lines(block: Block, shown: str, rules: Rules) -> Iterator[tuple[int, Any]]:
    """Yield (number of the line, its value)."""
    for number, line in enumerate(block.data.split(b"\n"), start=block.line):
        if line.strip():
            try:
                yield number, json.loads(line.decode("utf-8", "surrogateescape"))
            except UNREADABLE as error:
                problem = problem_of(error) + (f" at column {error.colno}" if hasattr(error, "colno") else "")
                rules.give_up(NOT_JSON, f"{shown}: line {number} is not JSON ({problem}); {REMEDY}")


def cells(numbered: Iterable[tuple[int, Any]], text: Sequence[str], row: str, rules: Rules) -> Iterator[Found]:
    """Yield the cells of the text columns of (number, value) pairs."""
    for number, value in numbered:
        for column in text:
            cell = _cell(value, column, f"{row} {number}", rules)
            if cell is not ABSENT:
                yield Found(cell, number, column, value)


def _cell(value: Any, column: str, where: str, rules: Rules) -> Any:
    """Return the text of a value as bytes, None where it is null, or `ABSENT` where it was left out."""
    cell = value if isinstance(value, str) else walked(value, column)
    if isinstance(cell, str):
        return _bytes(cell)
    if cell is None:
        return None
    if cell is not ABSENT:
        kind = json.dumps(cell)
        rules.give_up(NOT_TEXT, f"{where}: the column '{column}' holds {kind:.40}, not text; {REMEDY}")
    elif isinstance(value, dict):
        rules.give_up(NULL, str(unknown_column(where, column, list(value))))
    else:
        rules.give_up(NOT_TEXT, f"{where} is {json.dumps(value):.40}, not an object with a '{column}'; {REMEDY}")
    return ABSENT


def walked(value: Any, column: str) -> Any:
    """Return the field of an object by its name, or by the steps of a name with dots; `ABSENT` where it has none."""
    if isinstance(value, dict) and column in value:
        return value[column]
    for step in column.split("."):
        if not isinstance(value, dict) or step not in value:
            return ABSENT
        value = value[step]
    return value


def _bytes(text: str) -> bytes:
    """Return the bytes that the text was read from; an escaped lone surrogate becomes bytes that are not UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _starts_with_a_line_of_json(data: bytes) -> bool:
    line, newline, _ = data.partition(b"\n")
    try:
        return bool(newline) and isinstance(json.loads(line.decode("utf-8", "surrogateescape")), dict)
    except UNREADABLE:
        return False
