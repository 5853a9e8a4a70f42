"""From distinct chunks to word counts: by kernels where there are some, by `tokenizers` where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from tokbench.contracts import CountingPlan, Cut
from tokbench.counting.chunks import ChunkCounter, Counts, numbers
from tokbench.counting.cuts import is_solid
from tokbench.counting.documents import add_documents
from tokbench.counting.recognition import recognize
from tokbench.counting.splitter import Splitter
from tokbench.counting.word_total import WordTotal
from tokbench.kernels import _kernels

BATCH = 4096
"""Characters of chunks that are handed over in one call, as a call costs as much as a few chunks; also, rows held."""
SLICE = 8 << 20
"""Bytes of a table of chunks whose words are counted between two looks at the memory that they take."""


def add_words(total: WordTotal, chunks: ChunkCounter, splitter: Splitter, plan: CountingPlan) -> None:
    """Add the words of distinct chunks, each as often as it occurs, to a total."""
    recognized = recognize(plan.pipeline)
    if recognized is None:
        add_documents(total, splitter, *chunks.chunks(first=True))
        for text, count in joined(*chunks.chunks(first=False), plan.cut):
            total.counter.add(splitter.words_inside(text), count)
            total.relieve()
        return
    kernel = recognized.kernel()
    total.add(_plain(total, chunks, kernel, plan.threads))
    if recognized.effects is not None:
        add_others(total, chunks, splitter, kernel, plan.cut)


def _plain(
    total: WordTotal, chunks: ChunkCounter, kernel: _kernels.Pipeline, threads: int
) -> list[_kernels.WordCounter]:
    """Count the words of the chunks whose normalizer has a kernel: all chunks, where there is no normalizer.

    Returns what is not on disk.
    """
    slices = threads * max(1, chunks.kernel.bytes // (SLICE * threads))

    def work(thread: int) -> _kernels.WordCounter:
        counter = _kernels.WordCounter()
        for part in range(thread, slices, threads):
            counter.add_chunks(chunks.kernel, kernel, part, slices)
            counter = total.relieved(counter)
        return counter

    with ThreadPoolExecutor(threads, "counting") as pool:
        return list(pool.map(work, range(threads)))


def add_others(total: WordTotal, chunks: ChunkCounter, splitter: Splitter, kernel: _kernels.Pipeline, cut: Cut) -> None:
    """Add the words of the other chunks: normalized by `tokenizers`, and split by the kernel."""
    texts, counts = chunks.not_plain(kernel, first=True)
    for index in range(len(texts)):
        total.counter.add_text(splitter.normalized(texts[index].as_py()), kernel, True, int(counts[index]))
        total.relieve()
    for text, count in joined(*chunks.not_plain(kernel, first=False), cut):
        total.counter.add_text(splitter.normalized_inside(text), kernel, False, count)
        total.relieve()


def joined(chunks: pa.LargeStringArray, counts: Counts, cut: Cut) -> Iterator[tuple[str, int]]:
    """Join chunks that occur equally often: ``" a" 2, " b" 3, " c" 2 → (" a c", 2), (" b", 3)``.

    Their words are the same, joined or apart: that is what a cut promises. A chunk that ends in white space ends
    its batch.
    """
    order = np.argsort(counts, kind="stable")
    edges = np.flatnonzero(np.diff(counts[order])) + 1
    for alike in np.split(order, edges):
        for start in range(0, len(alike), BATCH):
            some = alike[start : start + BATCH]
            for batch in _batches(chunks.take(numbers(some)).to_pylist(), cut):
                yield batch, int(counts[some[0]])


def _batches(chunks: Iterable[str], cut: Cut) -> Iterator[str]:
    batch: list[str] = []
    size = 0
    for chunk in chunks:
        batch.append(chunk)
        size += len(chunk)
        if size >= BATCH or not is_solid(chunk, cut):
            yield "".join(batch)
            batch, size = [], 0
    if batch:
        yield "".join(batch)
