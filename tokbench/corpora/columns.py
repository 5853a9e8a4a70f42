"""Columns of a table made into documents: each text column's cell is a document of its own, row by row.

text = ["title", "body"]:  title a, body b → a, b
text = "translation.en":   {"translation": {"en": "a", "fi": "b"}} → a
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tokbench.corpora.cells import checked, is_textual
from tokbench.corpora.rules import Rules, place_in, unknown_column
from tokbench.errors import CorpusError


def roots(columns: Sequence[str], names: Sequence[str], shown: str) -> list[str]:
    """Return the top-level columns that hold these columns, each once.

    A name with dots is a field of a column of tables where no column has that name whole.
    Raises `CorpusError` with the columns that exist.
    """
    return list(dict.fromkeys(_root(column, names, shown) for column in columns))


def documents(
    batch: pa.RecordBatch, text: Sequence[str], others: Sequence[str], row_name: Callable[[int], str], rules: Rules
) -> pa.RecordBatch:
    """Return the batch as documents: a column `text`, and the other columns as they are.

    `row_name(3)` names a row for a message: ``"rows.csv: row 12"``.
    """
    pieces = [_piece(batch, column, others, row_name, rules) for column in text]
    return pieces[0][0] if len(pieces) == 1 else _interleaved(pieces)


def cells_of(batch: pa.RecordBatch, column: str) -> pa.Array:
    """Return a column, or a field of a column of tables, by its name with dots."""
    if column in batch.schema.names:
        return batch.column(column)
    root = _root(column, batch.schema.names, "batch")
    return pc.struct_field(batch.column(root), column[len(root) + 1 :].split("."))


def _root(column: str, names: Sequence[str], shown: str) -> str:
    if column in names:
        return column
    steps = column.split(".")
    starts = (".".join(steps[:length]) for length in range(len(steps) - 1, 0, -1))
    found = next((start for start in starts if start in names), None)
    if found is None:
        raise unknown_column(shown, column, names)
    return found


def _piece(
    batch: pa.RecordBatch, column: str, others: Sequence[str], row_name: Callable[[int], str], rules: Rules
) -> tuple[pa.RecordBatch, np.ndarray]:
    """Return the documents of one text column, and the rows they came from."""
    cells = cells_of(batch, column)
    if not is_textual(cells.type):
        raise CorpusError(f"{row_name(0)}: the column '{column}' holds {cells.type}, not text; name a column of text")
    texts, kept = checked(cells, place_in(lambda row: f"{row_name(row)}, column '{column}'"), rules)
    arrays = [cells_of(batch, name) for name in others]
    rows = np.arange(len(cells))
    if kept is not None:
        arrays = [array.filter(kept) for array in arrays]
        rows = rows[kept.to_numpy(zero_copy_only=False)]
    return pa.record_batch([texts, *arrays], names=["text", *others]), rows


def _interleaved(pieces: Sequence[tuple[pa.RecordBatch, np.ndarray]]) -> pa.RecordBatch:
    """Return the documents of several text columns in the order of the rows."""
    rows = np.concatenate([rows for _, rows in pieces])
    whole = pa.Table.from_batches([batch for batch, _ in pieces]).combine_chunks()
    return whole.take(np.argsort(rows, kind="stable")).combine_chunks().to_batches()[0]
