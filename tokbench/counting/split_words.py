"""Words that `tokenizers` finds, in whole documents and in distinct chunks, added to a total."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from tokbench.contracts import Cut
from tokbench.counting.cuts import is_solid
from tokbench.counting.splitter import Splitter
from tokbench.counting.word_total import WordTotal
from tokbench.documents import Documents
from tokbench.errors import CorpusError
from tokbench.strings import Numbers, Strings

ROWS = 1024
"""Documents that are looked at together."""
BATCH = 4096
"""Bytes of chunks that are handed over in one call, as a call costs as much as a few chunks."""


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


def add_chunks(total: WordTotal, splitter: Splitter, chunks: Strings, counts: Numbers, cut: Cut) -> None:
    """Add the words of chunks that other text precedes in their documents; raises `Crossing` where a cut is wrong."""
    for text, count in joined(chunks, counts, cut):
        total.counter.add(splitter.words_inside(text), count)
        total.relieve()


def joined(chunks: Strings, counts: Numbers, cut: Cut) -> Iterator[tuple[str, int]]:
    """Join chunks that occur equally often: ``" a" 2, " b" 3, " c" 2 → (" a c", 2), (" b", 3)``.

    Their words are the same, joined or apart: that is what a cut promises. A chunk that ends in white space ends
    its batch.
    """
    data, ends = chunks.data, chunks.offsets
    for count, alike in itertools.groupby(by_count(counts), key=counts.__getitem__):
        for batch in _batches((bytes(data[ends[row] : ends[row + 1]]) for row in alike), cut):
            yield str(batch, "utf-8"), count


def by_count(counts: Numbers) -> list[int]:
    """Return the rows, those of equal counts one after another, in their order: ``2 3 2 → 0 2 1``."""
    return sorted(range(len(counts)), key=counts.__getitem__)


def _batches(chunks: Iterable[bytes], cut: Cut) -> Iterator[bytes]:
    batch: list[bytes] = []
    size = 0
    for chunk in chunks:
        batch.append(chunk)
        size += len(chunk)
        # What ends in a printable character of ASCII is solid at every place.
        if size >= BATCH or not (0x20 < chunk[-1] < 0x7F or is_solid(str(chunk, "utf-8"), cut)):
            yield b"".join(batch)
            batch, size = [], 0
    if batch:
        yield b"".join(batch)
