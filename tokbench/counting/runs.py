"""Chunk counts on disk: in parts, by the hashes of the chunks, so that many runs are summed a part at a time.

A run has 64 parts, told apart by the highest bits of the hashes, and each may be split further, by the lowest bits: two
for twice as many. Runs of any split go together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from tokbench.counting.chunks import ChunkCounter, numbers, strings
from tokbench.kernels import _kernels

if TYPE_CHECKING:
    from tokbench.contracts import Cut

PARTS = _kernels.PARTS
MOST_SPLITS = 256
VERSION = 1
"""Raised when the hash, the cuts or the layout change: what is on disk then is not read any more."""
LEAST_ROOM = 1 << 20
"""Bytes of memory for which it is not worth while to split a part."""
SWELLING = 4
"""How much larger a table of chunks is in memory than on disk, at most."""

SCHEMA = pa.schema({"chunk": pa.large_string(), "count": pa.int64(), "first": pa.uint8()})


@dataclass(frozen=True)
class Run:
    """A file of counts: an Arrow IPC file, which `after` bytes may follow."""

    path: Path
    after: int = 0

    @property
    def size(self) -> int:
        """Return how many bytes it takes on disk."""
        return self.path.stat().st_size

    def open(self) -> pa.RecordBatchFileReader:
        """Return the reader of its batches, of which only those that are asked for come into memory."""
        return pa.ipc.open_file(pa.OSFile(str(self.path)), footer_offset=self.size - self.after)

    def metadata(self) -> dict[bytes, bytes]:
        """Return what was written with the batches."""
        with self.open() as reader:
            return dict(reader.schema.metadata or {})


def write_batches(
    path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema, metadata: Mapping[str, str] | None = None
) -> Run:
    """Write batches as an Arrow IPC file."""
    described = schema.with_metadata(dict(metadata or {}))
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, described) as writer:
        for batch in batches:
            writer.write_batch(batch.replace_schema_metadata(described.metadata))
    return Run(path)


def write(path: Path, parts: Iterable[pa.RecordBatch], metadata: Mapping[str, str] | None = None) -> Run:
    """Write the parts of chunk counts."""
    return write_batches(path, parts, SCHEMA, metadata)


def parts_of(counter: ChunkCounter) -> list[pa.RecordBatch]:
    """Return what a counter has counted, as `PARTS` batches."""
    whole, starts = _dumped(counter)
    return [whole.slice(start, end - start) for start, end in pairwise(starts)]


def whole_of(counter: ChunkCounter) -> pa.RecordBatch:
    """Return what a counter has counted, as one batch."""
    return _dumped(counter)[0]


def _dumped(counter: ChunkCounter) -> tuple[pa.RecordBatch, list[int]]:
    offsets, data, counts, flags, starts = counter.kernel.dump()
    whole = pa.record_batch([strings(offsets, data), numbers(counts), numbers(flags, pa.uint8())], schema=SCHEMA)
    return whole, starts.tolist()


def load(counter: ChunkCounter, part: pa.RecordBatch, split: int = 0, splits: int = 1) -> None:
    """Add the counts of a part to a counter, or one of its splits."""
    chunks = part.column("chunk")
    _, offsets, data = chunks.buffers()
    if len(chunks):
        places = np.frombuffer(offsets, np.int64)[chunks.offset : chunks.offset + len(chunks) + 1]
        counts, flags = (part.column(name).to_numpy() for name in ("count", "first"))
        counter.kernel.add_counted(places, np.frombuffer(data, np.uint8), counts, flags, split, splits)


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
                    for index in _batches_with(part, split, splits, reader.num_record_batches // PARTS):
                        load(counter, reader.get_batch(index), split, splits)
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
