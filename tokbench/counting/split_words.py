"""Words that `tokenizers` finds, in whole documents and in distinct chunks, added to a total."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from tokbench.contracts import Cut
from tokbench.counting.chunks import CUTS
from tokbench.counting.splitter import Splitter
from tokbench.counting.word_total import WordTotal
from tokbench.documents import Documents
from tokbench.errors import CorpusError
from tokbench.kernels import _kernels
from tokbench.strings import Numbers, Strings

ROWS = 1024
"""Documents that are looked at together."""
JOINED = 4096
"""Bytes of chunks that are handed over in one call, as a call costs as much as a few chunks."""
BATCH = 1 << 16
"""Bytes of joined chunks that a thread or a process is given at a time: some hundredths of a second."""


def add_documents(total: WordTotal, splitter: Splitter, documents: Documents) -> None:
    """Add the words of documents, each as often as it stands for itself, to a total."""
    for start in range(0, len(documents), ROWS):
        for text, count in _decoded(documents[start : start + ROWS]):
            total.counter.add(splitter.words(text), count)
        total.relieve()


def _decoded(documents: Documents) -> list[tuple[str, int]]:
    try:
        return list(documents)
    except UnicodeDecodeError as error:
        raise CorpusError(f"the text of a batch cannot be counted: {error}") from error


def add_joined(total: WordTotal, splitter: Splitter, chunks: Documents) -> None:
    """Add the words of chunks that other text precedes in their documents; raises `Crossing` where a cut is wrong."""
    for text, count in chunks:
        total.counter.add(splitter.words_inside(text), count)
        total.relieve()


def joined(chunks: Strings, counts: Numbers, cut: Cut) -> Documents:
    """Join chunks that occur equally often: ``" a" 2, " b" 3, " c" 2 → " a c" 2, " b" 3``.

    Their words are the same, joined or apart: that is what a cut promises. A chunk that ends in white space ends
    its text.
    """
    offsets, data, times = _kernels.joined(chunks.offsets, chunks.data, counts, CUTS[cut], JOINED)
    return Documents(Strings(offsets, data), times)


def batches(chunks: Documents) -> Iterator[Documents]:
    """Yield joined chunks, as many as are handed over at a time."""
    offsets = chunks.texts.offsets
    start = 0
    while start < len(chunks):
        end = max(bisect_right(offsets, offsets[start] + BATCH) - 1, start + 1)
        yield chunks[start:end]
        start = end
