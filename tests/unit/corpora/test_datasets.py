"""Datasets, of the Hub or from Python, give their documents as they are, in shards or ranges."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tokbench.contracts import Tally
from tokbench.corpora import python
from tokbench.corpora.hub import Hub
from tokbench.corpora.python import from_python
from tokbench.corpora.source import Source, SourceSettings
from tokbench.corpora.stream import work_units

ROWS = [{"text": f"text {number}", "lang": "fi" if number % 3 else "en", "nested": {"en": "x"}} for number in range(9)]


@pytest.fixture(params=["jsonl", "parquet"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder that `datasets` loads as it loads a dataset of the Hub: two training shards, a test split."""
    for name, rows in (("train-0", ROWS[:5]), ("train-1", ROWS[5:8]), ("test-0", ROWS[8:])):
        if request.param == "parquet":
            pq.write_table(pa.Table.from_pylist(rows), tmp_path / f"{name}.parquet")
        else:
            (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_shards_are_units(folder: Path, documents: Callable) -> None:
    """Every shard is a unit, and together they are the split, in order."""
    units = work_units([Source(Hub(str(folder)))])
    assert [unit.name for unit in units] == [f"{folder.name} (train) {number}/2" for number in (1, 2)]
    assert len({unit.fingerprint for unit in units}) == 2
    assert documents(Hub(str(folder))) == [row["text"] for row in ROWS[:8]]
    assert documents(Hub(str(folder), split="test")) == ["text 8"]
    assert documents(Hub(str(folder), split="train+test")) == [row["text"] for row in ROWS]


def test_columns_of_a_dataset(folder: Path, documents: Callable) -> None:
    """Text columns, nested ones too, and those that a filter asks for, are the only ones read."""
    found = documents(Hub(str(folder), text=("text", "nested.en")), where={"lang": "en"})
    assert found == ["text 0", "x", "text 3", "x", "text 6", "x"]


def test_a_dataset_that_changed_is_noticed(tmp_path: Path) -> None:
    """The fingerprint of a shard changes with its file."""
    path = tmp_path / "train.jsonl"
    path.write_text('{"text": "one"}\n')
    (before,) = work_units([Source(Hub(str(tmp_path)))])
    path.write_text('{"text": "other"}\n')
    (after,) = work_units([Source(Hub(str(tmp_path)))])
    assert before.fingerprint != after.fingerprint


def test_memory_mapped_datasets(documents: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `Dataset` is read in ranges of rows, also after it was shuffled, and knows its fingerprint."""
    monkeypatch.setattr(python, "RANGE", 4)
    dataset = datasets.Dataset.from_list(ROWS)
    units = work_units([Source(from_python(dataset))])
    assert [unit.name for unit in units] == ["dataset [0:4]", "dataset [4:8]", "dataset [8:9]"]
    assert all(unit.fingerprint for unit in units)
    assert documents(from_python(dataset)) == dataset["text"][:]
    assert documents(from_python(dataset.shuffle(seed=1))) == dataset.shuffle(seed=1)["text"][:]
    assert documents(from_python(dataset, text="nested.en"), where={"lang": "en"}) == ["x"] * 3


def test_streamed_datasets(documents: Callable) -> None:
    """An `IterableDataset` is read in its shards; what it holds is known to nobody."""
    stream = datasets.Dataset.from_list(ROWS).to_iterable_dataset(num_shards=3)
    units = work_units([Source(from_python(stream))])
    assert [unit.fingerprint for unit in units] == ["", "", ""]
    assert documents(from_python(stream)) == [row["text"] for row in ROWS]
    assert documents(from_python(stream), take=2, skip=1) == ["text 1", "text 2"]


def test_strings_from_python(documents: Callable) -> None:
    """Lists, generators, and lists of lists as `train_from_iterator` takes them, are documents in order."""
    rows = ["a", "", "ö 😀"]
    assert documents(from_python(rows)) == rows
    assert documents(from_python(row for row in rows)) == rows
    assert documents(from_python([rows, ("d",)])) == [*rows, "d"]
    (unit,), (same,) = (work_units([Source(from_python(list(rows)))]) for _ in range(2))
    assert unit.fingerprint == same.fingerprint != ""


def test_strings_come_in_batches_that_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """By how many they are and by how long, so that memory does not grow with the corpus."""
    monkeypatch.setattr(python, "ROWS", 3)
    monkeypatch.setattr(python, "CHARACTERS", 10)
    rows = ["a", "b", "c", "d" * 10, "", "é" * 9, "f", "g"]
    (unit,) = work_units([Source(from_python(rows))])
    assert [list(documents.texts) for documents in unit.read(Tally())] == [rows[:3], rows[3:4], rows[4:7], rows[7:]]


def test_strings_that_are_not_text_are_replaced_or_skipped(documents: Callable) -> None:
    """Lone surrogates and NULs cannot be UTF-8 text; the caller chooses what becomes of them."""
    rows = ["a", "\ud800", "b\0"]
    tally = Tally()
    assert documents(from_python(rows, errors="skip"), tally) == ["a"]
    assert tally.skipped == {"not UTF-8": 1, "NUL": 1}
    assert documents(from_python(rows, errors="replace"), tally) == ["a", "\ufffd" * 3, "b\ufffd"]


def test_shards_of_a_dataset_are_shuffled_too(folder: Path) -> None:
    """Shuffling draws the shards in another order before it fills its buffer."""
    shuffled = SourceSettings(shuffle_buffer=1, seed=3)
    (unit,) = work_units([Source(Hub(str(folder)), shuffled)])
    found = [text for documents in unit.read(Tally()) for text in documents.texts]
    assert sorted(found) == [row["text"] for row in ROWS[:8]]
