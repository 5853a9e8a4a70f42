"""Words that `tokenizers` finds, in whole documents and in distinct chunks, added to a total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np
import pyarrow as pa

from tokbench.contracts import Cut
from tokbench.counting.chunks import Counts, numbers
from tokbench.counting.cuts import is_solid
from tokbench.counting.splitter import Splitter
from tokbench.counting.word_total import WordTotal
from tokbench.errors import CorpusError

ROWS = 1024
"""Documents that are looked at together."""
BATCH = 4096
"""Characters of chunks that are handed over in one call, as a call costs as much as a few chunks; also, rows held."""


def add_documents(total: WordTotal, splitter: Splitter, texts: pa.LargeStringArray, weights: Counts | None) -> None:
    """Add the words of documents, each as often as its weight says, to a total."""
    for index in range(0, len(texts), ROWS):
        for row, text in enumerate(_decoded(texts[index : index + ROWS]), index):
            total.counter.add(splitter.words(text), 1 if weights is None else int(weights[row]))
        total.relieve()


def _decoded(texts: pa.LargeStringArray) -> list[str]:
    try:
        return cast("list[str]", texts.to_pylist())
    except UnicodeDecodeError as error:
        raise CorpusError(f"the text of a batch cannot be counted: {error}") from error


def add_chunks(total: WordTotal, splitter: Splitter, chunks: pa.LargeStringArray, counts: Counts, cut: Cut) -> None:
    """Add the words of chunks that other text precedes in their documents; raises `Crossing` where a cut is wrong."""
    for text, count in joined(chunks, counts, cut):
        total.counter.add(splitter.words_inside(text), count)
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
