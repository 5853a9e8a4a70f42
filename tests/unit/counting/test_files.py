"""Word counts survive a file, and a file that holds other words is refused."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.counting.files import read_counts, require_file, write_counts
from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError

COUNTS = st.dictionaries(st.text(), st.integers(1, 2**63 - 1), max_size=20)


@given(COUNTS)
def test_what_was_written_is_read(tmp_path_factory, counts):
    """Words of any characters and counts of 63 bits come back."""
    path = tmp_path_factory.mktemp("counts") / "words.parquet"
    words = WordCounts.of(counts.items())
    write_counts(words, path, "{}")
    again = read_counts(path, "{}")
    assert dict(again) == counts
    assert again.digest() == words.digest()
    assert [file.name for file in path.parent.iterdir()] == ["words.parquet"]


@given(COUNTS, st.integers(0, 20))
def test_the_digest_is_of_the_counts_alone(counts, cut):
    """However the arrays lie in memory, the same counts have the same digest, and others another."""
    words = WordCounts.of(counts.items())
    assert WordCounts.of_arrow(*words.arrow().columns).digest() == words.digest()
    assert WordCounts(words.words[cut:], words.counts[cut:]).digest() == WordCounts.of(list(words)[cut:]).digest()
    assert WordCounts(words.words[1:], words.counts[1:]).digest() == WordCounts.of(list(words)[1:]).digest()
    assert WordCounts.of([*counts.items(), ("another word", 1)]).digest() != words.digest()


def test_words_of_another_pipeline_are_refused(tmp_path):
    """Counts of other words would train another tokenizer without a sign."""
    write_counts(WordCounts.of([("a", 1)]), tmp_path / "w.parquet", "one")
    with pytest.raises(CorpusError, match="another normalizer or pre-tokenizer; count again with this recipe"):
        read_counts(tmp_path / "w.parquet", "other")


def test_counts_from_a_cluster_are_taken_as_they_are(tmp_path):
    """Plain strings and 32-bit counts do, and words that come twice are summed."""
    table = pa.table({"count": pa.array([1, 2, 5], pa.int32()), "word": ["b", "a", "b"], "more": [0, 0, 0]})
    pq.write_table(table, tmp_path / "w.parquet")
    assert list(read_counts(tmp_path / "w.parquet", "any")) == [("a", 2), ("b", 6)]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"token": ["a"], "count": [1]}, "has no column 'word'; it has token, count"),
        ({"word": ["a"], "count": ["x"]}, "counts whole numbers"),
        ({"word": ["a", None], "count": [1, 1]}, "is null; leave such rows out"),
        ({"word": ["a"], "count": [0]}, "a count is below 1"),
        ({"word": ["a"] * 2, "count": [2**63 - 1] * 2}, "are over 2⁶³ - 1 in sum"),
        ({"word": ["a"] * 3, "count": [2**63 - 1] * 3}, "are over 2⁶³ - 1 in sum"),
    ],
)
def test_other_tables_are_refused(tmp_path, table, said):
    """A table that is no list of word counts says what it lacks."""
    pq.write_table(pa.table(table), tmp_path / "w.parquet")
    with pytest.raises(CorpusError, match=said):
        read_counts(tmp_path / "w.parquet", "")


def test_what_is_no_table_is_refused(tmp_path):
    """A missing file and a file of another kind each have their sentence."""
    with pytest.raises(CorpusError, match="there is no such file"):
        read_counts(tmp_path / "w.parquet", "")
    (tmp_path / "w.parquet").write_text("word count")
    with pytest.raises(CorpusError, match="is not a Parquet file"):
        read_counts(tmp_path / "w.parquet", "")


def test_a_folder_is_refused_before_anything_is_counted(tmp_path):
    """A parent folder is made, the file's own name must be free."""
    require_file(tmp_path / "new" / "words.parquet")
    with pytest.raises(CorpusError, match="is a folder; give -o for a file"):
        require_file(tmp_path)
