"""From distinct chunks to word counts, by kernels."""

from __future__ import annotations

from tokbench.contracts import CountingPlan, Cut
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.recognition import Recognized
from tokbench.counting.split_words import joined
from tokbench.counting.splitter import Splitter
from tokbench.counting.word_total import WordTotal
from tokbench.kernels import _kernels

SLICE = 8 << 20
"""Bytes of a table of chunks whose words are counted between two looks at the memory that they take."""


def add_words(
    total: WordTotal, chunks: ChunkCounter, splitter: Splitter, plan: CountingPlan, recognized: Recognized
) -> None:
    """Add the words of distinct chunks, each as often as it occurs, to a total."""
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

    if threads == 1:
        return [work(0)]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads, "counting") as pool:
        return list(pool.map(work, range(threads)))


def add_others(total: WordTotal, chunks: ChunkCounter, splitter: Splitter, kernel: _kernels.Pipeline, cut: Cut) -> None:
    """Add the words of the other chunks: normalized by `tokenizers`, and split by the kernel."""
    texts, counts = chunks.not_plain(kernel, first=True)
    for text, count in zip(texts, counts, strict=True):
        total.counter.add_text(splitter.normalized(text), kernel, True, count)
        total.relieve()
    for text, count in joined(*chunks.not_plain(kernel, first=False), cut):
        total.counter.add_text(splitter.normalized_inside(text), kernel, False, count)
        total.relieve()
