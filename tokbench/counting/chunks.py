"""Distinct chunks and how often each occurs: what is left of a corpus before any pre-tokenizer has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tokbench.errors import CorpusError
from tokbench.kernels import _kernels

if TYPE_CHECKING:
    from tokbench.contracts import Cut

Counts = npt.NDArray[np.int64]

_CUTS = {
    "never": _kernels.Cut.never,
    "space": _kernels.Cut.space,
    "ascii-space": _kernels.Cut.ascii_space,
}


class ChunkCounter:
    """Counts the chunks of documents: ``"on and on" → on (at the beginning) 1, " and" 1, " on" 1``.

    `counting.cuts` says what a chunk is. One counter belongs to one thread.
    """

    def __init__(self, where: Cut) -> None:
        self._where = where
        self.clear()

    def clear(self) -> None:
        """Forget all that was counted."""
        self.kernel = _kernels.ChunkCounter(_CUTS[self._where])

    def add(self, batch: pa.RecordBatch) -> None:
        """Count the chunks of a batch, each row as often as its `count` says; a null is no document.

        Raises `CorpusError` where the text is not UTF-8 or a count is negative or over 2⁶³ - 1.
        """
        texts, weights = columns(batch)
        try:
            self.kernel.add(*layout(texts), weights)
        except (ValueError, OverflowError) as error:
            raise CorpusError(f"the text of a batch cannot be counted: {error}") from error

    def absorb(self, other: ChunkCounter) -> None:
        """Add all that another counter has counted."""
        self.kernel.absorb(other.kernel)

    def stop(self) -> None:
        """Make an `add` that another thread is in raise within milliseconds."""
        self.kernel.stop()

    def chunks(self, *, first: bool) -> tuple[pa.LargeStringArray, Counts]:
        """Return the chunks that begin documents, or those that do not, sorted, and their counts (int64)."""
        offsets, data, counts = self.kernel.sorted(first)
        return strings(offsets, data), counts

    def not_plain(self, kernel: _kernels.Pipeline, *, first: bool) -> tuple[pa.LargeStringArray, Counts]:
        """Return those chunks, and their counts, that the kernel's normalizer cannot normalize."""
        offsets, data, counts = self.kernel.not_plain(first, kernel)
        return strings(offsets, data), counts

    def __len__(self) -> int:
        """Return the number of distinct chunks."""
        return len(self.kernel)


def strings(offsets: npt.NDArray[np.int64], data: npt.NDArray[np.uint8]) -> pa.LargeStringArray:
    """Return the strings of an Arrow layout, without copying: offsets of shape (n + 1,), and the bytes."""
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, buffers)


def numbers(values: npt.NDArray[Any], kind: pa.DataType | None = None) -> pa.Array:
    """Return an array of NumPy's numbers, by default int64, without copying; `pa.array` would import pandas."""
    return pa.Array.from_buffers(kind or pa.int64(), len(values), [None, pa.py_buffer(values)])


def columns(batch: pa.RecordBatch) -> tuple[pa.Array, Counts | None]:
    """Return the documents of a batch, nulls left out, and how often each counts (None: once)."""
    texts = batch.column("text")
    weights = batch.column("count") if "count" in batch.schema.names else None
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        texts = texts.cast(pa.large_string())
    if texts.null_count:
        kept = texts.is_valid()
        texts, weights = texts.filter(kept), None if weights is None else weights.filter(kept)
    if weights is None:
        return texts, None
    if weights.null_count:
        raise CorpusError("column count: a cell is null; every row with text needs a count")
    return texts, np.ascontiguousarray(weights.cast(pa.int64()).to_numpy(zero_copy_only=False))


def layout(texts: pa.Array) -> tuple[npt.NDArray[np.int32 | np.int64], npt.NDArray[np.uint8]]:
    """Return the offsets and bytes of an array of strings, as they lie in memory."""
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, offsets, data = texts.buffers()
    if len(texts) == 0 or offsets is None:
        return np.zeros(1, kind), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, kind)[texts.offset : texts.offset + len(texts) + 1]
    return places, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
