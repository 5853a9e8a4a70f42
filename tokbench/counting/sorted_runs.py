"""Word counts on disk: sorted, so that many runs are summed in one pass, a few words of each at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tokbench.counting.run_files import Batch, Run, RunReader, write_batches
from tokbench.counting.words import WordCounts

ROWS = 1 << 13
"""Words in a batch, or fewer where they are long: a batch of each run that is merged is in memory."""
BYTES = 1 << 18
"""Bytes after which a batch ends."""


def write(path: Path, pieces: Iterable[WordCounts], metadata: Mapping[str, str] | None = None) -> Run:
    """Write word counts that are sorted, piece by piece."""
    return write_batches(path, (batch for piece in pieces for batch in _batches(piece)), metadata)


def _batches(words: WordCounts) -> Iterator[Batch]:
    offsets = words.words.offsets
    start = 0
    while start < len(words):
        room = bisect_right(offsets, offsets[start] + BYTES) - 1
        end = min(max(room, start + 1), start + ROWS)
        yield Batch(words.words[start:end], words.counts[start:end])
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
            yield WordCounts.merge(cursor.take(last) for cursor in cursors)


class _Cursor:
    """A place in a run."""

    def __init__(self, reader: RunReader) -> None:
        self._batches = map(reader.__getitem__, range(len(reader)))
        self._batch: Batch | None = None
        self._at = 0

    def fill(self) -> bool:
        """Have words at hand; False at the end of the run."""
        while self._batch is None or self._at == len(self._batch):
            self._batch, self._at = next(self._batches, None), 0
            if self._batch is None:
                return False
        return True

    @property
    def _held(self) -> Batch:
        if self._batch is None:
            raise ValueError("a cursor is filled before it is read")
        return self._batch

    @property
    def last(self) -> str:
        """Return the last word at hand."""
        return self._held.strings[-1]

    def take(self, last: str | None = None) -> WordCounts:
        """Return the words at hand, up to and with `last`, and go on behind them."""
        held = self._held
        end = len(held) if last is None else bisect_right(held.strings, last, lo=self._at)
        taken = held[self._at : end]
        self._at = end
        return WordCounts(taken.strings, taken.counts)
