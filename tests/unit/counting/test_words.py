"""Word counts: sums that are exact, and pieces that are the whole."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.counting.words import WordCounts
from tokbench.errors import TrainingError

COUNTS = st.dictionaries(st.text(), st.integers(1, 2**63 - 1), max_size=20)


@given(COUNTS, st.integers(1, 7))
def test_pieces_and_total_are_of_all_words(counts, rows):
    """Pieces join to the whole, in order, and the total is exact beyond 64 bits."""
    words = WordCounts.of(counts.items())
    assert words.total == sum(counts.values())
    assert [pair for piece in words.pieces(rows) for pair in piece] == sorted(counts.items()) == list(words)
    assert all(0 < len(piece) <= rows for piece in words.pieces(rows))


@given(st.lists(COUNTS.map(lambda counts: {word: count >> 8 for word, count in counts.items()}), max_size=4))
def test_merging_sums(parts):
    """Counts of the same word are added, whoever has them; words that count 0 are not there."""
    pairs = [pair for part in parts for pair in part.items()]
    merged = WordCounts.merge([WordCounts.of(part.items()) for part in parts])
    assert list(merged) == list(WordCounts.of(pairs))


@pytest.mark.parametrize("pairs", [[("a", -1)], [("a", 2**63 - 1), ("a", 1)]])
def test_counts_that_cannot_be_are_refused(pairs):
    """Below 0, or over 2⁶³ - 1 in sum."""
    with pytest.raises(TrainingError, match=r"word counts: 'a': the count -?\d+ is"):
        WordCounts.of(pairs)
    if pairs[0][1] > 0:
        with pytest.raises(TrainingError, match="a sum is over"):
            WordCounts.merge([WordCounts.of([pair]) for pair in pairs])


@given(COUNTS)
def test_arrow_is_of_the_types_that_are_promised(counts):
    """Empty ones too."""
    batch = WordCounts.of(counts.items()).arrow()
    batch.validate(full=True)
    assert batch.schema == pa.schema({"word": pa.large_string(), "count": pa.int64()})
    assert dict(zip(*batch.to_pydict().values(), strict=True)) == counts


def test_no_words_have_no_total():
    """Counts of nothing are counts as any."""
    empty = WordCounts.of([])
    assert (list(empty), len(empty), empty.total) == ([], 0, 0)


def test_counts_import_neither_arrow_nor_numpy():
    """Importing them would take longer, and more memory, than a small build."""
    program = "import sys; from tokbench.counting.words import WordCounts; w = WordCounts.of([('a', 1)]);"
    program += "w.digest(); WordCounts.merge([w, w]); print(*{'pandas', 'pyarrow', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "\n"
