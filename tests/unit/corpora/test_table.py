"""Word–count tables of every shape give words with their counts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench import options
from tokbench.contracts import Tally
from tokbench.corpora.source import Source
from tokbench.corpora.stream import work_units
from tokbench.corpora.table import Table

ENTRIES = [("the", 27), ("New York", 3), ("ö", 2**40)]


def entries(part: Table, tally: Tally | None = None) -> list[tuple[str, int]]:
    units = work_units([Source(part)])
    batches = [batch for unit in units for batch in unit.read(Tally() if tally is None else tally)]
    assert all(batch.counts is not None for batch in batches)
    return [pair for batch in batches for pair in batch]


def as_parquet(path: Path) -> None:
    words, counts = zip(*ENTRIES, strict=True)
    pq.write_table(pa.table({"count": pa.array(counts, pa.uint64()), "word": words}), path)


def as_json_lines(path: Path) -> None:
    path.write_text("".join(json.dumps({"word": word, "count": count}) + "\n" for word, count in ENTRIES))


def as_text(pattern: str, header: str = "") -> Callable[[Path], None]:
    text = header + "".join(pattern.format(word=word, count=count) for word, count in ENTRIES)

    def write(path: Path) -> None:
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())

    return write


SHAPES: dict[str, Callable[[Path], None]] = {
    "words.parquet": as_parquet,
    "header.tsv": as_text("{word}\t{count}\n", "word\tcount\n"),
    "others.tsv": as_text("x\t{count}\ty\t{word}\n", "a\tcount\tb\tword\n"),
    "word-first.tsv": as_text("{word}\t{count}\n"),
    "count-first.tsv.gz": as_text("{count}\t{word}\n"),
    "words.csv": as_text('"{word}",{count}\n', "word,count\n"),
    "list.txt": as_text("{word} {count}\n"),
    "list.freq": as_text("{word}\t{count}\n"),
    "uniq.txt": as_text("{count:>9} {word}\n"),
    "words.jsonl": as_json_lines,
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_gives_the_same_entries(tmp_path: Path, name: str) -> None:
    """The order of columns, a header or none, and how a file is written make no difference."""
    SHAPES[name](tmp_path / name)
    assert entries(Table(tmp_path / name)) == ENTRIES
    assert entries(Table(tmp_path / name, prefix="▁")) == [("▁" + word, count) for word, count in ENTRIES]


def test_names_and_delimiters_can_be_said(tmp_path: Path) -> None:
    """Columns have any names, and files without a header any order."""
    (tmp_path / "a.csv").write_text("token;n;freq\n1;9;2\n")
    (tmp_path / "b.csv").write_text("7;x;1\n")
    (tmp_path / "c.txt").write_text("1 2\n")
    assert entries(Table(tmp_path / "a.csv", word="token", count="freq", delimiter=";")) == [("1", 2)]
    assert entries(Table(tmp_path / "b.csv", columns=("word", "tag", "count"), delimiter=";")) == [("7", 1)]
    assert entries(Table(tmp_path / "c.txt", columns=("count", "word"))) == [("2", 1)]
    with pytest.raises(options.OptionErrors, match="columns: must name 'word' and 'count'"):
        options.make(Table, {"path": "a.csv", "columns": ["word", "n"]})


def test_words_that_count_nothing_are_left_out(tmp_path: Path) -> None:
    """A count of 0 is no word, and is counted as left out."""
    (tmp_path / "a.tsv").write_text("the\t27\nof\t0\n")
    tally = Tally()
    assert entries(Table(tmp_path / "a.tsv"), tally) == [("the", 27)]
    assert tally.skipped == {"count 0": 1}


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1)


@given(st.dictionaries(words, st.integers(1, 2**63 - 1), min_size=1))
def test_any_word_keeps_its_count(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    """Words of any script, digits and quotes among them, come back from a TSV file and from a list."""
    folder = tmp_path_factory.mktemp("table")
    lines = "".join(f"{word}\t{count}\n" for word, count in counts.items())
    (folder / "a.tsv").write_text("word\tcount\n" + lines, "utf-8")
    (folder / "b.txt").write_text(lines, "utf-8")
    assert dict(entries(Table(folder / "a.tsv"))) == counts
    assert dict(entries(Table(folder / "b.txt", columns=("word", "count")))) == counts
