"""Chunk counts on disk: in parts, by the hashes of the chunks, so that many runs are summed a part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
VERSION = 1
"""Raised when the hash, the cuts or the layout change: what is on disk then is not read any more."""

SCHEMA = pa.schema({"chunk": pa.large_string(), "count": pa.int64(), "first": pa.uint8()})


@dataclass(frozen=True)
class Run:
    """A file of counted chunks: an Arrow IPC file of `PARTS` batches, which `after` bytes may follow."""

    path: Path
    after: int = 0

    @property
    def size(self) -> int:
        """Return how many bytes it takes on disk."""
        return self.path.stat().st_size

    def parts(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches, one after another."""
        with self._reader() as reader:
            for part in range(PARTS):
                yield reader.get_batch(part)

    def metadata(self) -> dict[bytes, bytes]:
        """Return what was written with the batches."""
        with self._reader() as reader:
            return dict(reader.schema.metadata or {})

    def _reader(self) -> pa.RecordBatchFileReader:
        return pa.ipc.open_file(pa.memory_map(str(self.path)), footer_offset=self.size - self.after)


def parts_of(counter: ChunkCounter) -> list[pa.RecordBatch]:
    """Return what a counter has counted, as `PARTS` batches."""
    offsets, data, counts, flags, starts = counter.kernel.dump()
    whole = pa.record_batch([strings(offsets, data), numbers(counts), numbers(flags, pa.uint8())], schema=SCHEMA)
    return [whole.slice(start, end - start) for start, end in pairwise(starts.tolist())]


def write(path: Path, parts: Iterable[pa.RecordBatch], metadata: Mapping[str, str] | None = None) -> None:
    """Write batches as an Arrow IPC file."""
    schema = SCHEMA.with_metadata(dict(metadata or {}))
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for part in parts:
            writer.write_batch(part.replace_schema_metadata(schema.metadata))


def load(counter: ChunkCounter, part: pa.RecordBatch) -> None:
    """Add the counts of a part to a counter."""
    chunks = part.column("chunk")
    _, offsets, data = chunks.buffers()
    if len(chunks):
        places = np.frombuffer(offsets, np.int64)[chunks.offset : chunks.offset + len(chunks) + 1]
        columns = (part.column(name).to_numpy() for name in ("count", "first"))
        counter.kernel.add_counted(places, np.frombuffer(data, np.uint8), *columns)


def merged(runs: Sequence[Run], where: Cut) -> Iterator[ChunkCounter]:
    """Yield the sum of several runs, in `PARTS` counters of distinct chunks."""
    for parts in zip(*(run.parts() for run in runs), strict=True):
        counter = ChunkCounter(where)
        for part in parts:
            load(counter, part)
        yield counter
