"""Parquet and Arrow files: only the columns asked for are read, a few MB at a time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa

from tokbench.corpora.columns import documents, roots
from tokbench.corpora.rules import Rules, numbered
from tokbench.errors import CorpusError

BATCH_BYTES = 2**21
"""About how much text a batch holds; rows are counted by what the file says of their size.

Memory that the system has to find costs more than decoding what goes there: batches of 8 MB took up to twice the time.
"""

BUFFER_BYTES = 2**18
"""How much of a column is read from the file at a time, where otherwise all of a row group's would be held."""


def read_parquet(
    file: pa.NativeFile, text: Sequence[str], others: Sequence[str], shown: str, rules: Rules
) -> Iterator[pa.RecordBatch]:
    """Yield the documents of a Parquet file."""
    import pyarrow.parquet as pq

    try:
        parquet = pq.ParquetFile(file, buffer_size=BUFFER_BYTES, pre_buffer=False)
        wanted = roots([*text, *others], parquet.schema_arrow.names, shown)
        # One call for all row groups keeps what it has read of each until the end.
        rows, groups = _rows(parquet.metadata), range(parquet.num_row_groups)
        each = (parquet.iter_batches(rows, [group], wanted, use_threads=False) for group in groups)
        batches = itertools.chain.from_iterable(each)
        yield from _documents(batches, text, others, shown, rules)
    except (pa.ArrowInvalid, OSError) as error:
        raise _broken("Parquet", shown, error) from error


def read_arrow(
    file: pa.NativeFile, text: Sequence[str], others: Sequence[str], shown: str, rules: Rules
) -> Iterator[pa.RecordBatch]:
    """Yield the documents of an Arrow IPC file or stream, told apart by the first bytes."""
    try:
        schema, batches = _ipc(file)
        wanted = roots([*text, *others], schema.names, shown)
        selected = (batch.select(wanted) for batch in batches)
        yield from _documents(selected, text, others, shown, rules)
    except (pa.ArrowInvalid, OSError) as error:
        raise _broken("Arrow", shown, error) from error


def _ipc(file: pa.NativeFile) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
    magic = file.read(6)
    file.seek(0)
    if magic != b"ARROW1":
        stream = pa.ipc.open_stream(file)
        return stream.schema, stream
    whole = pa.ipc.open_file(file)
    return whole.schema, (whole.get_batch(number) for number in range(whole.num_record_batches))


def _documents(
    batches: Iterable[pa.RecordBatch], text: Sequence[str], others: Sequence[str], shown: str, rules: Rules
) -> Iterator[pa.RecordBatch]:
    first = 1
    for batch in batches:
        yield documents(batch, text, others, numbered(f"{shown}: row", first), rules)
        first += batch.num_rows


def _rows(metadata: Any) -> int:
    """Return how many rows hold about `BATCH_BYTES`, after the row group with the widest rows."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    widest = max((group.total_byte_size / max(group.num_rows, 1) for group in groups), default=1.0)
    return max(1, min(2**16, int(BATCH_BYTES / max(widest, 1.0))))


def _broken(kind: str, shown: str, error: Exception) -> CorpusError:
    said = str(error).strip().splitlines()[0].rstrip(".")
    return CorpusError(f"{shown}: this is not a whole {kind} file ({said}); write or fetch it again")
