"""Chunk counts on disk: in parts, by the hashes of the chunks, so that many runs are summed a part at a time.

A run has 64 parts, told apart by the highest bits of the hashes, and each may be split further, by the lowest bits: two
for twice as many. Runs of any split go together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.run_files import Batch, Run, write_batches
from tokbench.kernels import _kernels
from tokbench.strings import Strings

if TYPE_CHECKING:
    from tokbench.contracts import Cut

PARTS = _kernels.PARTS
TOGETHER = 8
"""Parts that are taken out of a counter at once: each time, all of it is looked at."""
MOST_SPLITS = 256
VERSION = 2
"""Raised when the hash, the cuts or the layout change: what is on disk then is not read any more."""
LEAST_ROOM = 1 << 20
"""Bytes of memory for which it is not worth while to split a part."""
SWELLING = 4
"""How much larger a table of chunks is in memory than on disk, at most."""


def write(path: Path, parts: Iterable[Batch], metadata: Mapping[str, str] | None = None) -> Run:
    """Write the parts of chunk counts."""
    return write_batches(path, parts, metadata)


def parts_of(counter: ChunkCounter) -> Iterator[Batch]:
    """Yield what a counter has counted, as `PARTS` batches, of which some are in memory at a time."""
    for first in range(0, PARTS, TOGETHER):
        several, starts = _dumped(counter, first, first + TOGETHER)
        yield from (several[start:end] for start, end in pairwise(starts))


def whole_of(counter: ChunkCounter) -> Batch:
    """Return what a counter has counted, as one batch."""
    return _dumped(counter, 0, PARTS)[0]


def _dumped(counter: ChunkCounter, first: int, last: int) -> tuple[Batch, list[int]]:
    offsets, data, counts, flags, starts = counter.kernel.dump(first, last)
    return Batch(Strings(offsets, data), counts, flags), starts.tolist()


def load(counter: ChunkCounter, part: Batch, split: int = 0, splits: int = 1) -> None:
    """Add the counts of a part to a counter, or one of its splits."""
    counter.kernel.add_counted(part.strings.offsets, part.strings.data, part.counts, part.flags, split, splits)


def merged(runs: Sequence[Run], where: Cut, room: int) -> Iterator[ChunkCounter]:
    """Yield the sum of several runs, in counters that have no chunk in common, each of some `room` bytes.

    There is one for each part, and split of a part, in the order in which a run has them.
    """
    splits = _splits_for(sum(run.size for run in runs), room)
    with ExitStack() as stack:
        readers = [stack.enter_context(run.open()) for run in runs]
        for part in range(PARTS):
            for split in range(splits):
                counter = ChunkCounter(where)
                for reader in readers:
                    for index in _batches_with(part, split, splits, len(reader) // PARTS):
                        load(counter, reader[index], split, splits)
                yield counter
                _kernels.give_back()


def _splits_for(size: int, room: int) -> int:
    splits = 1
    while splits < MOST_SPLITS and SWELLING * size // PARTS > splits * max(room, LEAST_ROOM):
        splits *= 2
    return splits


def _batches_with(part: int, split: int, splits: int, theirs: int) -> range:
    """Return which batches of a run with `theirs` splits hold a split of a part; both are powers of two."""
    first = part * theirs
    return (
        range(first + split % theirs, first + theirs, splits)
        if splits < theirs
        else range(first + split % theirs, first + split % theirs + 1)
    )
