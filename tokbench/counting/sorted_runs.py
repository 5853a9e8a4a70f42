"""Word counts on disk: sorted, so that many runs are summed in one pass, a few words of each at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa

from tokbench.counting.chunks import ChunkCounter, numbers, strings
from tokbench.counting.runs import Run, write_batches
from tokbench.counting.words import WordCounts

SCHEMA = pa.schema({"word": pa.large_string(), "count": pa.int64()})
ROWS = 1 << 13
"""Words in a batch, or fewer where they are long: a batch of each run that is merged is in memory."""
BYTES = 1 << 18
"""Bytes after which a batch ends."""


def write(path: Path, pieces: Iterable[WordCounts], metadata: Mapping[str, str] | None = None) -> Run:
    """Write word counts that are sorted, piece by piece."""
    return write_batches(path, (batch for piece in pieces for batch in _batches(piece)), SCHEMA, metadata)


def _batches(words: WordCounts) -> Iterator[pa.RecordBatch]:
    whole = pa.record_batch([words.words, words.counts], schema=SCHEMA)
    ends = words.ends()
    start = 0
    while start < len(words):
        room = int(np.searchsorted(ends, ends[start] + BYTES, "right")) - 1
        end = min(max(room, start + 1), start + ROWS)
        yield whole.slice(start, end - start)
        start = end


def merged(runs: Sequence[Run]) -> Iterator[WordCounts]:
    """Yield the sum of sorted runs, sorted, in pieces."""
    with ExitStack() as stack:
        cursors = [_Cursor(stack.enter_context(run.open())) for run in runs]
        while cursors := [cursor for cursor in cursors if cursor.fill()]:
            if len(cursors) == 1:
                yield cursors[0].take()
                continue
            # What comes after the batch that ends first may be preceded by words that are not in memory yet.
            last = min(cursor.last for cursor in cursors)
            yield _sum(cursor.take(last) for cursor in cursors)


class _Cursor:
    """A place in a run."""

    def __init__(self, reader: pa.RecordBatchFileReader) -> None:
        self._batches = iter(map(reader.get_batch, range(reader.num_record_batches)))
        self._batch: pa.RecordBatch | None = None
        self._at = 0

    def fill(self) -> bool:
        """Have words at hand; False at the end of the run."""
        while self._batch is None or self._at == len(self._batch):
            self._batch, self._at = next(self._batches, None), 0
            if self._batch is None:
                return False
        return True

    @property
    def _words(self) -> pa.LargeStringArray:
        return self._held.column(0)

    @property
    def _held(self) -> pa.RecordBatch:
        if self._batch is None:
            raise ValueError("a cursor is filled before it is read")
        return self._batch

    @property
    def last(self) -> str:
        """Return the last word at hand."""
        return str(self._words[-1].as_py())

    def take(self, last: str | None = None) -> WordCounts:
        """Return the words at hand, up to and with `last`, and go on behind them."""
        rows, words = len(self._held), self._words
        end = rows
        if last is not None:
            end = bisect_right(range(rows), last, lo=self._at, key=lambda row: words[row].as_py())
        taken = self._held.slice(self._at, end - self._at)
        self._at = end
        return WordCounts(taken.column(0), taken.column(1))


def _sum(parts: Iterable[WordCounts]) -> WordCounts:
    counter = ChunkCounter("never")  # a table of counts as any
    for part in parts:
        if len(part):
            texts = part.text()
            counter.kernel.add_counted(part.ends(), texts, part.numbers(), np.zeros(len(part), np.uint8), 0, 1)
    offsets, data, counts = counter.kernel.sorted(False)
    return WordCounts(strings(offsets, data), numbers(counts))
