"""JSON: an object a line, or one document that is a list of objects; a bare string stands for its text.

Arrow reads blocks of lines. A block that it does not take, or in which a text column has no text, is read again line
by line with the standard library, which is the definition of what a line means, and says where it stands.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.json

from tokbench.corpora.cells import NOT_TEXT, NULL, Rules, checked, place_in
from tokbench.corpora.columns import documents, numbered, unknown_column
from tokbench.corpora.growing import values
from tokbench.corpora.lines import Block, line_blocks

NOT_JSON = "not JSON"
ROWS = 100
"""How many values of a JSON document make a batch."""

REMEDY = 'mend it, or set errors = "skip" to leave such documents out'
_ABSENT = object()


def read_json_lines(
    blocks: Iterable[bytes], text: Sequence[str], others: Sequence[str], shown: str, rules: Rules
) -> Iterator[pa.RecordBatch]:
    """Yield documents, a row for each line that is not blank."""
    for block in line_blocks(blocks, shown, rules):

        def place(number: int) -> str:
            return f"{shown}: line {number}"

        batch = _parsed(block, text, others)
        if batch is None:
            yield _documents(_values_of_lines(block, place, rules), text, others, place, rules)
        else:
            yield documents(batch, text, others, numbered(f"{shown}: line", block.line), rules)


def read_json(
    blocks: Iterable[bytes], text: Sequence[str], others: Sequence[str], shown: str, rules: Rules
) -> Iterator[pa.RecordBatch]:
    """Yield documents, a row for each item of a list; a file of JSON lines is read as such."""
    blocks = iter(blocks)
    first = next(blocks, b"")
    again = itertools.chain([first], blocks)
    if _starts_with_a_line_of_json(first):
        yield from read_json_lines(again, text, others, shown, rules)
        return
    items = values(again, shown, rules.max_bytes)
    while several := list(itertools.islice(items, ROWS)):
        yield _documents(several, text, others, lambda number: f"{shown}: item {number}", rules)


def _parsed(block: Block, text: Sequence[str], others: Sequence[str]) -> pa.RecordBatch | None:
    """Return the block as Arrow reads it, where each line is an object with a string in every text column."""
    data = block.data
    if not data.startswith(b"{") or any("." in name for name in text):  # Arrow crashes on a first line `null`
        return None
    options = pa.json.ParseOptions(
        explicit_schema=pa.schema([(name, pa.string()) for name in text]),
        unexpected_field_behavior="infer" if others else "ignore",
    )
    reading = pa.json.ReadOptions(use_threads=False, block_size=len(data))
    try:
        table = pa.json.read_json(pa.BufferReader(data), read_options=reading, parse_options=options)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    lines = block.ends + (not data.endswith(b"\n"))
    if table.num_rows != lines or not set(others) <= set(table.column_names):
        return None
    if any(table[name].null_count for name in text):
        return None
    return table.combine_chunks().to_batches()[0]


def _values_of_lines(block: Block, place: Callable[[int], str], rules: Rules) -> Iterator[tuple[int, Any]]:
    """Yield (number of the line, its value)."""
    for number, line in enumerate(block.data.split(b"\n"), start=block.line):
        if line.strip():
            try:
                yield number, json.loads(line.decode("utf-8", "surrogateescape"))
            except json.JSONDecodeError as error:
                problem = f"{error.msg} at column {error.colno}"
                rules.give_up(NOT_JSON, f"{place(number)} is not JSON ({problem}); {REMEDY}")


def _documents(
    numbered: Iterable[tuple[int, Any]],
    text: Sequence[str],
    others: Sequence[str],
    place: Callable[[int], str],
    rules: Rules,
) -> pa.RecordBatch:
    """Return the documents of (number, value) pairs: `text`, and the other columns spelt as strings."""
    found = [
        (cell, number, value)
        for number, value in numbered
        for column in text
        if (cell := _cell(value, column, place(number), rules)) is not _ABSENT
    ]
    cells = pa.array([cell for cell, _, _ in found], pa.large_binary())
    texts, kept = checked(cells, place_in(lambda row: place(found[row][1])), rules)
    arrays = [pa.array([_spelt(_walked(value, name)) for *_, value in found], pa.large_string()) for name in others]
    if kept is not None:
        arrays = [array.filter(kept) for array in arrays]
    return pa.record_batch([texts, *arrays], names=["text", *others])


def _cell(value: Any, column: str, where: str, rules: Rules) -> Any:
    """Return the text of a value as bytes, None where it is null, or `_ABSENT` where it was left out."""
    cell = value if isinstance(value, str) else _walked(value, column)
    if isinstance(cell, str):
        return _bytes(cell)
    if cell is None:
        return None
    if cell is not _ABSENT:
        kind = json.dumps(cell)
        rules.give_up(NOT_TEXT, f"{where}: the column '{column}' holds {kind:.40}, not text; {REMEDY}")
    elif isinstance(value, dict):
        rules.give_up(NULL, str(unknown_column(where, column, list(value))))
    else:
        rules.give_up(NOT_TEXT, f"{where} is {json.dumps(value):.40}, not an object with a '{column}'; {REMEDY}")
    return _ABSENT


def _walked(value: Any, column: str) -> Any:
    """Return the field of an object by its name, or by the steps of a name with dots; `_ABSENT` where it has none."""
    if isinstance(value, dict) and column in value:
        return value[column]
    for step in column.split("."):
        if not isinstance(value, dict) or step not in value:
            return _ABSENT
        value = value[step]
    return value


def _bytes(text: str) -> bytes:
    """Return the bytes that the text was read from; an escaped lone surrogate becomes bytes that are not UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _spelt(value: Any) -> str | None:
    if value is _ABSENT or value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _starts_with_a_line_of_json(data: bytes) -> bool:
    line, newline, _ = data.partition(b"\n")
    try:
        return bool(newline) and isinstance(json.loads(line.decode("utf-8", "surrogateescape")), dict)
    except json.JSONDecodeError:
        return False
