"""Documents in an order: shuffled, skipped and taken by `datasets`, in Arrow tables.

This is the one module that hands our batches to `datasets.IterableDataset`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.compute as pc
from datasets.iterable_dataset import ArrowExamplesIterable

from tokbench.contracts import Tally, Unit
from tokbench.corpora.interleaved import interleaved
from tokbench.corpora.source import Mix, Source

ROWS = 1000
"""Documents in a batch."""


def in_order(sources: Sequence[tuple[Source, tuple[Unit, ...]]], mix: Mix, tally: Tally) -> Iterator[pa.RecordBatch]:
    """Yield the documents of one source after its settings, or those of several, drawn by their weights."""
    counted = any(source.counted for source, _ in sources)
    streams = [_dataset(source, units, counted, tally) for source, units in sources]
    if len(streams) == 1:
        whole = _tables(streams[0])
    else:
        started = [functools.partial(_tables, stream) for stream in streams]
        weights = [source.settings.weight or 0.0 for source, _ in sources]
        named = zip((units[0].name for _, units in sources), started, strict=True)
        whole = interleaved(list(named), [weight / sum(weights) for weight in weights], mix)
    for table in whole:
        yield from table.combine_chunks().to_batches()


def _tables(stream: datasets.IterableDataset) -> Iterator[pa.Table]:
    """Yield the stream from its beginning."""
    yield from stream.with_format("arrow").iter(ROWS)


def _dataset(source: Source, units: Sequence[Unit], counted: bool, tally: Tally) -> datasets.IterableDataset:
    """Return a source as `datasets` streams it; its units are the shards, whose order is shuffled too."""

    def tables(units: Sequence[Unit]) -> Iterator[tuple[str, pa.Table]]:
        for unit in units:
            for batch in source.read(unit, tally):
                yield unit.name, pa.Table.from_batches([_with_counts(batch) if counted else batch])

    settings = source.settings
    stream = _streamed(tables, {"units": list(units)}, counted)
    if settings.shuffle_buffer:
        stream = stream.shuffle(seed=settings.seed, buffer_size=settings.shuffle_buffer)
    if settings.skip:
        stream = stream.skip(settings.skip)
    if settings.take is not None:
        stream = stream.take(settings.take)
    return stream if settings.max_bytes is None else _within(stream, settings.max_bytes, counted)


def _within(stream: datasets.IterableDataset, limit: int, counted: bool) -> datasets.IterableDataset:
    """Return the stream up to the last document that ends within `limit` bytes of UTF-8."""

    def tables(streams: Sequence[datasets.IterableDataset]) -> Iterator[tuple[int, pa.Table]]:
        left = limit
        for number, table in enumerate(_tables(streams[0])):
            ends = pc.cumulative_sum(pc.binary_length(table["text"]))
            rows = pc.sum(pc.less_equal(ends, left)).as_py()
            yield number, table.slice(0, rows)
            if rows < table.num_rows:
                return
            left -= ends[-1].as_py()

    return _streamed(tables, {"streams": [stream]}, counted)


def _streamed(tables: Callable[..., Any], arguments: dict[str, Any], counted: bool) -> datasets.IterableDataset:
    columns = {"text": datasets.Value("large_string")}
    features = datasets.Features({**columns, "count": datasets.Value("int64")} if counted else columns)
    return datasets.IterableDataset(ArrowExamplesIterable(tables, arguments), datasets.DatasetInfo(features=features))


def _with_counts(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with a count of 1 where it has none."""
    if "count" in batch.schema.names:
        return batch
    return batch.append_column("count", pa.array([1] * batch.num_rows, pa.int64()))
