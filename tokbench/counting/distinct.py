"""From distinct chunks to word counts: by kernels where there are some, by `tokenizers` where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pyarrow as pa

from tokbench.contracts import CountingPlan, Cut
from tokbench.counting.chunks import ChunkCounter, Counts, columns, numbers, strings
from tokbench.counting.cuts import is_solid
from tokbench.counting.recognition import Recognized, recognize
from tokbench.counting.splitter import Splitter
from tokbench.counting.words import WordCounts
from tokbench.kernels import _kernels

BATCH = 4096
"""Characters of chunks that are handed over in one call, as a call costs as much as a few chunks; also, rows held."""


def words_of_documents(batches: Iterable[pa.RecordBatch], splitter: Splitter) -> WordCounts:
    """Return the counts of the words of whole documents."""
    words = _kernels.WordCounter()
    for batch in batches:
        _add_documents(words, splitter, *columns(batch))
    return _sorted(words)


def words_of_chunks(tables: Iterable[ChunkCounter], splitter: Splitter, plan: CountingPlan) -> WordCounts:
    """Return the counts of the words of distinct chunks, each as often as it occurs; a chunk is in one table only."""
    recognized = recognize(plan.pipeline)
    words = _kernels.WordCounter()
    for chunks in tables:
        if recognized is None:
            _add_chunks(words, chunks, splitter, plan.cut)
        else:
            _add_recognized(words, chunks, splitter, plan, recognized)
    return _sorted(words, as_bytes=recognized is not None and recognized.as_bytes)


def _add_chunks(words: _kernels.WordCounter, chunks: ChunkCounter, splitter: Splitter, cut: Cut) -> None:
    _add_documents(words, splitter, *chunks.chunks(first=True))
    for text, count in joined(*chunks.chunks(first=False), cut):
        words.add(splitter.words_inside(text), count)


def _add_recognized(
    words: _kernels.WordCounter, chunks: ChunkCounter, splitter: Splitter, plan: CountingPlan, recognized: Recognized
) -> None:
    kernel = recognized.kernel()
    words.absorb(_plain(chunks, kernel, plan.threads))
    if recognized.effects is not None:
        _add_others(words, chunks, splitter, kernel, plan.cut)


def _add_documents(
    words: _kernels.WordCounter, splitter: Splitter, texts: pa.LargeStringArray, weights: Counts | None
) -> None:
    for index in range(0, len(texts), BATCH):
        for row, text in enumerate(texts[index : index + BATCH].to_pylist(), index):
            words.add(splitter.words(text), 1 if weights is None else int(weights[row]))


def _plain(chunks: ChunkCounter, kernel: _kernels.Pipeline, threads: int) -> _kernels.WordCounter:
    """Return the words of the chunks whose normalizer has a kernel: all chunks, where there is no normalizer."""
    counters = [_kernels.WordCounter() for _ in range(threads)]
    work = partial(_kernels.WordCounter.add_chunks, chunks=chunks.kernel, pipeline=kernel, parts=threads)
    with ThreadPoolExecutor(threads, "counting") as pool:
        for done in [pool.submit(work, counter, part=part) for part, counter in enumerate(counters)]:
            done.result()
    for counter in counters[1:]:
        counters[0].absorb(counter)
    return counters[0]


def _add_others(
    words: _kernels.WordCounter, chunks: ChunkCounter, splitter: Splitter, kernel: _kernels.Pipeline, cut: Cut
) -> None:
    """Count the words of the other chunks: normalized by `tokenizers`, and split by the kernel."""
    texts, counts = chunks.not_plain(kernel, first=True)
    for index in range(len(texts)):
        words.add_text(splitter.normalized(texts[index].as_py()), kernel, True, int(counts[index]))
    for text, count in joined(*chunks.not_plain(kernel, first=False), cut):
        words.add_text(splitter.normalized_inside(text), kernel, False, count)


def _sorted(words: _kernels.WordCounter, *, as_bytes: bool = False) -> WordCounts:
    offsets, data, counts = words.sorted(as_bytes)
    return WordCounts(strings(offsets, data), numbers(counts))


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
