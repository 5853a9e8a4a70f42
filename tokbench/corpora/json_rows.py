"""JSON with columns beside the text, in Arrow batches.

Arrow reads blocks of lines. A block that it does not take, or in which a text column has no text, is read again line
by line with the standard library; see `json_values`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.json

from tokbench.corpora.cells import checked
from tokbench.corpora.columns import documents
from tokbench.corpora.json_values import ABSENT, cells, items, place_of, told_apart, values_of_lines, walked
from tokbench.corpora.lines import Block, line_blocks
from tokbench.corpora.rules import Rules, numbered


def read_json_lines(
    blocks: Iterable[bytes], text: Sequence[str], others: Sequence[str], shown: str, rules: Rules
) -> Iterator[pa.RecordBatch]:
    """Yield documents, a row for each line that is not blank."""
    for block in line_blocks(blocks, shown, rules):
        batch = _parsed(block, text, others)
        if batch is None:
            yield _documents(values_of_lines(block, shown, rules), text, others, f"{shown}: line", rules)
        else:
            yield documents(batch, text, others, numbered(f"{shown}: line", block.line), rules)


def read_json(
    blocks: Iterable[bytes], text: Sequence[str], others: Sequence[str], shown: str, rules: Rules
) -> Iterator[pa.RecordBatch]:
    """Yield documents, a row for each item of a list; a file of JSON lines is read as such."""
    is_lines, again = told_apart(blocks)
    if is_lines:
        yield from read_json_lines(again, text, others, shown, rules)
        return
    for several in items(again, shown, rules):
        yield _documents(several, text, others, f"{shown}: item", rules)


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


def _documents(
    numbered: Iterable[tuple[int, Any]], text: Sequence[str], others: Sequence[str], row: str, rules: Rules
) -> pa.RecordBatch:
    """Return the documents of (number, value) pairs: `text`, and the other columns spelt as strings."""
    found = list(cells(numbered, text, row, rules))
    column = pa.array([each.cell for each in found], pa.large_binary())
    texts, kept = checked(column, place_of(found, row), rules)
    arrays = [pa.array([_spelt(walked(each.value, name)) for each in found], pa.large_string()) for name in others]
    if kept is not None:
        arrays = [array.filter(kept) for array in arrays]
    return pa.record_batch([texts, *arrays], names=["text", *others])


def _spelt(value: Any) -> str | None:
    if value is ABSENT or value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value)
