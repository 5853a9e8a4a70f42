"""Words counted straight from documents, held to `tokenizers`: no chunks are counted where the words are known."""

from __future__ import annotations

from array import array
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.test_splits import KERNELS, SPECIAL, representatives
from tests.unit.counting.pipelines import Case
from tokbench.contracts import Cut
from tokbench.counting.recognition import Recognized, recognize
from tokbench.counting.splitter import Splitter
from tokbench.kernels import _kernels
from tokbench.strings import Strings

CUTS: dict[Cut, _kernels.Cut] = {
    "space": _kernels.Cut.space,
    "ascii-space": _kernels.Cut.ascii_space,
    "never": _kernels.Cut.never,
}
RUNS = ("a" * 70, " " * 5, "it's", " 'll", "we'RE", "x'", "12", "1" * 66, "\r\n", "_-_", "é", "A" * 20)
"""Pieces that put words and white space wherever a block of 64 bytes may end."""
LONG = st.lists(st.sampled_from([*SPECIAL, *representatives(), *RUNS, *RUNS, *RUNS]), max_size=60).map("".join)
ASCII = st.text(st.sampled_from("  ''''\n\tsStTrReEvVmMlLdDaz09_!\x00\x7f"), max_size=300)


def counted(recognized: Recognized, case: Case, documents: list[str], weights: list[int] | None) -> Counter[str]:
    """Return the words of documents, those of chunks that no kernel normalizes being found by `tokenizers`."""
    words, others = _kernels.WordCounter(), _kernels.ChunkCounter(CUTS[case.cut])
    kernel, splitter = recognized.kernel(), Splitter.of(case.json)
    texts, counts = Strings.of(documents), None if weights is None else memoryview(array("q", weights))
    words.add_documents(texts.offsets, texts.data, counts, kernel, others)
    for first in (True, False):
        normalized = splitter.normalized if first else splitter.normalized_inside
        offsets, data, counts = others.sorted(first)
        for text, count in zip(Strings(offsets, data), counts, strict=True):
            words.add_text(normalized(text), kernel, first, count)
    offsets, data, counts = words.sorted(recognized.as_bytes)
    return Counter(dict(zip(Strings(offsets, data), counts, strict=True)))


@pytest.mark.parametrize("case", KERNELS.values(), ids=KERNELS)
@given(documents=st.lists(LONG | ASCII, max_size=4), data=st.data())
@settings(max_examples=60, deadline=None)
def test_words_are_those_of_tokenizers(case: Case, documents: list[str], data: st.DataObject) -> None:
    """Documents of all lengths, weighted or not, have the words that `tokenizers` finds in them."""
    recognized = recognize(case.json)
    assert recognized is not None
    weights = data.draw(st.none() | st.lists(st.integers(0, 2**40), min_size=len(documents), max_size=len(documents)))
    expected: Counter[str] = Counter()
    splitter = Splitter.of(case.json)
    for text, weight in zip(documents, weights or [1] * len(documents), strict=True):
        for word in splitter.words(text):
            expected[word] += weight
    assert counted(recognized, case, documents, weights) == +expected


@given(st.lists(st.tuples(st.sampled_from([0, 1, 15, 16, 17, 32, 1023, 1024, 1040]), st.text("\x00aé", max_size=18))))
@settings(max_examples=100, deadline=None)
def test_words_come_sorted_however_far_they_agree(ends: list[tuple[int, str]]) -> None:
    """The order is that of the bytes as written, whether words differ early, late, or in their lengths alone."""
    words = _kernels.WordCounter()
    distinct = {"a" * length + end for length, end in ends} - {""}
    words.add(list(distinct), 1)
    for as_bytes in (False, True):
        offsets, data, _ = words.sorted(as_bytes)
        found = list(Strings(offsets, data))
        assert found == sorted(found)
        assert len(found) == len(distinct)
