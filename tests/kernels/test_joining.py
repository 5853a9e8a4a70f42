"""Chunks joined by the compiled core are those that plain Python joins."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.contracts import Cut
from tokbench.counting.chunks import CUTS
from tokbench.counting.cuts import is_solid
from tokbench.counting.split_words import batches
from tokbench.documents import Documents
from tokbench.kernels import _kernels
from tokbench.strings import Strings

CHUNKS = st.text(st.sampled_from("ab é中\x00\x7f\n\u200b\u2581😀"), min_size=1, max_size=5)


def expected(chunks: list[tuple[str, int]], where: Cut, size: int) -> Iterator[tuple[str, int]]:
    """Yield the joined texts, the lowest count first: the specification."""
    for count, alike in itertools.groupby(sorted(chunks, key=lambda each: each[1]), key=lambda each: each[1]):
        text = ""
        for chunk, _ in alike:
            text += chunk
            if len(text.encode()) >= size or not is_solid(chunk, where):
                yield text, count
                text = ""
        if text:
            yield text, count


@pytest.mark.parametrize("where", CUTS)
@given(chunks=st.lists(st.tuples(CHUNKS, st.sampled_from([1, 2, 3, 2**62])), max_size=12), size=st.integers(0, 20))
def test_joined_chunks_are_those_of_the_specification(where: Cut, chunks: list[tuple[str, int]], size: int) -> None:
    """In the order of their counts, and then in their own, whatever they end in."""
    given_ = Documents.counted([(" before", 7), *chunks])[1:]
    counts = memoryview(array("q", (count for _, count in chunks)))
    offsets, data, times = _kernels.joined(given_.texts.offsets, given_.texts.data, counts, CUTS[where], size)
    assert list(Documents(Strings(offsets, data), times)) == list(expected(chunks, where, size))


@given(texts=st.lists(st.text("aé", max_size=4), max_size=12), size=st.integers(1, 20))
def test_batches_are_all_in_order_and_bounded(texts: list[str], size: int) -> None:
    """Or a single text, where it is larger."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tokbench.counting.split_words.BATCH", size)
        found = list(batches(Documents.of(texts)))
    assert [text for batch in found for text in batch.texts] == texts
    assert all(batch.texts.size <= size or len(batch) == 1 for batch in found)


def test_what_is_not_counts_is_refused() -> None:
    """Arrays that do not fit together, before anything is read from them."""
    texts = Strings.of(["a", "b"])
    with pytest.raises(ValueError, match="one for each"):
        _kernels.joined(texts.offsets, texts.data, memoryview(array("q", [1])), CUTS["space"], 10)
