"""The compiled chunk counter, held against its specification: `Counter` over `cuts.cut`."""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokbench.contracts import Cut
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.cuts import cut
from tokbench.counting.spread import count_batches
from tokbench.documents import Documents
from tokbench.errors import CorpusError
from tokbench.kernels import _kernels
from tokbench.strings import Strings

PLACES: list[Cut] = ["space", "ascii-space", "never"]
ODD = st.text(st.sampled_from("   abcdefgh\x00\x1f\x7f\x80\u00a0é中\u200b\u2581😀\U000e0000"), max_size=200)


def batch(documents: list[str], weights: list[int] | None = None) -> Documents:
    return Documents(Strings.of(documents), None if weights is None else memoryview(array("q", weights)))


def expected(documents: list[str], where: Cut, weights: list[int] | None = None) -> tuple[Counter[str], Counter[str]]:
    first: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for text, weight in zip(documents, weights or [1] * len(documents), strict=True):
        chunks = cut(text, where)
        for index, chunk in enumerate(chunks):
            (inside if index else first)[chunk] += weight
    return +first, +inside


def counted(counter: ChunkCounter) -> tuple[Counter[str], Counter[str]]:
    both = []
    for first in (True, False):
        chunks, counts = counter.chunks(first=first)
        assert list(chunks) == sorted(chunks)
        both.append(Counter(dict(zip(chunks, counts, strict=True))))
    return both[0], both[1]


def count(batches: Iterable[Documents], threads: int) -> Sequence[ChunkCounter]:
    return count_batches(batches, [ChunkCounter("space") for _ in range(threads)], lambda counter: None)


@given(documents=st.lists(st.text() | ODD, max_size=6), shares=st.sampled_from([1, 2, 4]), first=st.booleans())
def test_shares_have_every_chunk_once(documents: list[str], shares: int, first: bool) -> None:
    """Each sorted, and told by the chunk alone, in whatever order chunks were counted."""
    counters = [ChunkCounter("space") for _ in range(2)]
    for counter, order in zip(counters, (documents, documents[::-1]), strict=True):
        counter.add(batch(order))
    parts = [
        [dict(zip(*counter.chunks(first=first, share=share, shares=shares), strict=True)) for share in range(shares)]
        for counter in counters
    ]
    assert parts[0] == parts[1]
    assert all(list(part) == sorted(part) for part in parts[0])
    assert sorted(pair for part in parts[0] for pair in part.items()) == sorted(counted(counters[0])[not first].items())
    with pytest.raises(ValueError, match="a power of two"):
        counters[0].chunks(first=first, shares=3)


@pytest.mark.parametrize("where", PLACES)
@given(documents=st.lists(st.text() | ODD, max_size=6), data=st.data())
@settings(max_examples=150, deadline=None)
def test_chunks_are_those_of_the_specification(where: Cut, documents: list[str], data: st.DataObject) -> None:
    """Chunks, their counts and their order are those of the plain-Python cut, weighted or not."""
    weights = data.draw(st.none() | st.lists(st.integers(0, 2**50), min_size=len(documents), max_size=len(documents)))
    counter = ChunkCounter(where)
    counter.add(batch(documents, weights))
    assert counted(counter) == expected(documents, where, weights)


def test_every_code_point_is_solid_or_not_as_specified() -> None:
    """The compiled ranges of characters that a cut may follow are those of `cuts.UNSOLID`."""
    codes = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    documents = ["".join(f"{code} x" for code in codes[start : start + 4096]) for start in range(0, len(codes), 4096)]
    counter = ChunkCounter("space")
    counter.add(batch(documents))
    chunks, counts = counter.chunks(first=False)
    # A code point that is not solid stays in one chunk with the space behind it.
    uncut = [chunk for chunk in chunks if " " in chunk[1:]]
    pieces = [piece for text in documents for piece in cut(text, "space")[1:]]
    assert sum(counts) == len(pieces)
    assert uncut == sorted(piece for piece in pieces if " " in piece[1:])


@given(st.lists(st.integers(0, 70), min_size=1, max_size=40))
def test_places_are_found_across_blocks(lengths: list[int]) -> None:
    """Cuts are found wherever they fall in the 64 bytes that are looked at together."""
    documents = [" ".join("é" * (length % 9) + "x" * length for length in lengths)]
    counter = ChunkCounter("space")
    counter.add(batch(documents))
    assert counted(counter) == expected(documents, "space")


def test_slices_nulls_and_kinds_of_strings_are_read_as_they_are() -> None:
    """Sliced, 32-bit, viewed and dictionary-encoded strings count alike; nulls do not count."""
    documents = ["never seen", "a b", None, "", "a b c"]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        texts = pa.array(documents, kind)[1:]
        counter = ChunkCounter("space")
        counter.add(Documents.of_arrow(pa.record_batch({"text": texts})))
        assert counted(counter) == expected(["a b", "", "a b c"], "space")
    counter = ChunkCounter("space")
    counter.add(Documents.of_arrow(pa.record_batch({"text": pa.array(documents).dictionary_encode()})))
    assert counted(counter) == expected(["never seen", "a b", "", "a b c"], "space")


def test_long_documents_and_many_distinct_chunks() -> None:
    """Chunks longer than a block of the arena, and enough of them for the table to grow many times."""
    documents = ["x" * 3_000_000 + " y", " ".join(str(number) for number in range(200_000)), "z" * 1_048_568]
    counter = ChunkCounter("space")
    counter.add(batch(documents))
    counter.add(batch(documents))
    assert counted(counter) == expected(documents * 2, "space")


@pytest.mark.parametrize(
    "bad", [b"a \xff", b"a \xed\xa0\x80 b", b"\xc0\x80", b"ab \xe4\xb8", b"\xf4\x90\x80\x80", b"x" * 40 + b"\xe4"]
)
def test_text_that_is_not_utf8_is_an_error(bad: bytes) -> None:
    """Bytes that are not UTF-8 are refused with their place, wherever they stand."""
    texts = Strings(memoryview(array("q", [0, 2, 2 + len(bad)])), memoryview(b"ok" + bad))
    place = len(bad.decode("utf-8", "ignore").encode())
    try:
        bad.decode()
    except UnicodeDecodeError as error:
        place = error.start
    with pytest.raises(CorpusError, match=f"row 1, byte {place}: not UTF-8"):
        ChunkCounter("space").add(Documents(texts))


def test_counts_that_overflow_are_an_error() -> None:
    """A sum of weights over 2⁶³ - 1 is refused, in one batch and when counters are summed."""
    counter, other = ChunkCounter("space"), ChunkCounter("space")
    counter.add(batch(["a"], [2**63 - 1]))
    assert counted(counter)[0] == {"a": 2**63 - 1}
    other.add(batch(["a"]))
    with pytest.raises(OverflowError, match="2\\^63"):
        other.absorb(counter)
    with pytest.raises(CorpusError, match="2\\^63"):
        counter.add(batch(["a"]))
    with pytest.raises(CorpusError, match="negative"):
        counter.add(batch(["a"], [-1]))


def test_offsets_that_are_not_arrows_are_an_error() -> None:
    """Offsets out of order or past the data never reach memory."""
    counter = _kernels.ChunkCounter(_kernels.Cut.space)
    for offsets in ([0, 4], [2, 1], [-1, 2], []):
        with pytest.raises(ValueError, match="offsets"):
            counter.add(memoryview(array("q", offsets)), memoryview(b"abc"), None)


@given(st.lists(st.lists(ODD, max_size=4), max_size=8), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_threads_change_nothing(batches: list[list[str]], threads: int) -> None:
    """The sum over any number of threads is the count on one."""
    counter, *others = count(map(batch, batches), threads)
    for other in others:
        counter.absorb(other)
    assert counted(counter) == expected([text for texts in batches for text in texts], "space")


def test_an_error_in_a_thread_stops_the_counting() -> None:
    """The first error of a thread is raised, and the threads have ended by then."""
    texts = Strings(memoryview(array("q", [0, 1])), memoryview(b"\xff"))
    batches = [batch(["fine"]), Documents(texts), batch(["fine"])]
    with pytest.raises(CorpusError, match="UTF-8"):
        count(batches, 2)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("counting")]


def test_a_counter_stops_when_told() -> None:
    """A stopped counter raises at its next look, after a few megabytes."""
    counter = ChunkCounter("space")
    counter.stop()
    with pytest.raises(RuntimeError, match="stopped"):
        counter.add(batch(["word " * 2_000_000]))
