"""Rows of named fields: tokens with tags, or text with spans; a wrong one is named by its place."""

from __future__ import annotations

import json
from collections import Counter

import datasets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.errors import DataError
from tokbench.labelled.data import Data
from tokbench.labelled.reading import read
from tokbench.labelled.spans import tag_words
from tokbench.tasks.words import NamedEntities, PartsOfSpeech, spans_of

NAMES = ["O", "B-PER", "I-PER"]


def read_rows(folder, rows, task=None, **keys):
    """Return the sentences of rows that are written as JSON lines."""
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (folder / "dev.jsonl").write_text(json.dumps(rows[0]), encoding="utf-8")
    found = read(Data(train="a.jsonl", dev="dev.jsonl", **keys), task or NamedEntities(), folder)
    return [(sentence.words, sentence.tags) for sentence in found.train]


EXPECTED = [(("Ada", "sang"), ("B-PER", "O"))]


@pytest.mark.parametrize(
    ("row", "keys"),
    [
        ({"tokens": ["Ada", "sang"], "ner_tags": ["B-PER", "O"]}, {}),
        ({"words": ["Ada", "sang"], "tags": ["B-PER", "O"]}, {}),
        ({"tokens": ["Ada", "sang"], "ner_tags": [1, 0]}, {"labels": tuple(NAMES)}),
        ({"w": ["Ada", "sang"], "t": ["B-PER", "O"], "tags": [0]}, {"words": "w", "column": "t"}),
        ({"text": "Ada sang", "spans": [{"start": 0, "end": 3, "label": "PER"}]}, {}),
        ({"text": "Ada sang", "label": [[0, 3, "PER"]]}, {}),
        ({"text": "Ada sang", "entities": [{"start": 0, "end": 4, "type": "PER"}]}, {}),
    ],
)
def test_rows_as_people_write_them(tmp_path, row, keys):
    """Every usual name of a field, or the one that is said."""
    assert read_rows(tmp_path, [row], **keys) == EXPECTED


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"tokens": ["Ada"], "ner_tags": ["O", "O"]}, "there are 1 words and 2 tags; each word needs one"),
        ({"tokens": ["Ada"], "ner_tags": [1]}, "the tags are numbers; list in 'labels' what 0, 1, … are called"),
        ({"tokens": ["Ada"], "ner_tags": [None]}, "None is no tag"),
        ({"tokens": [1], "ner_tags": ["O"]}, "the words are no list of strings"),
        ({"name": "Ada"}, "has no field 'tokens' or 'words' or 'text'; say in 'words' which field has the words"),
        ({"tokens": ["Ada"]}, "has no field 'ner_tags' or 'tags' or 'labels'; say in 'column'"),
        ({"text": "Ada", "spans": [[0, 9, "PER"]]}, "the span 0–9 is not inside the text, which has 3 characters"),
        ({"text": "Ada", "spans": [{"start": 0, "label": "PER"}]}, 'a span is {"start": 0'),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path, row, sentence):
    """File, line, and what to do."""
    with pytest.raises(DataError) as caught:
        read_rows(tmp_path, [row])
    assert "a.jsonl:1: " in str(caught.value)
    assert sentence in str(caught.value)


def test_a_line_that_is_no_object_is_named(tmp_path):
    """JSON lines, not JSON."""
    for text, sentence in (("{", "not JSON"), ("[]", "not an object")):
        (tmp_path / "a.jsonl").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=sentence):
            read(Data(train="a.jsonl"), NamedEntities(), tmp_path)


@pytest.fixture
def dataset():
    """Return a dataset whose tags are numbers of class labels."""
    features = datasets.Features(
        {
            "tokens": datasets.List(datasets.Value("string")),
            "ner_tags": datasets.List(datasets.ClassLabel(names=NAMES)),
            "pos_tags": datasets.List(datasets.Value("string")),
        }
    )
    rows = {"tokens": [["Ada", "sang"]] * 4, "ner_tags": [[1, 0]] * 4, "pos_tags": [["PROPN", "VERB"]] * 4}
    return datasets.Dataset.from_dict(rows, features=features)


def test_class_labels_have_their_names(tmp_path, dataset):
    """In a dataset, in its folder, and in the Parquet file that it writes; strings are tags as they are."""
    datasets.disable_progress_bars()
    dataset.to_parquet(tmp_path / "a.parquet")
    datasets.DatasetDict(train=dataset, validation=dataset).save_to_disk(tmp_path / "saved")
    for data in (Data(train="a.parquet", dev="a.parquet"), Data(dataset="saved")):
        assert read(data, NamedEntities(), tmp_path).train[0].tags == ("B-PER", "O")
        assert read(data, PartsOfSpeech(), tmp_path).train[0].tags == ("PROPN", "VERB")


def test_a_split_that_a_dataset_lacks_is_told(tmp_path, dataset):
    """With those that there are; and a dataset that is not there."""
    datasets.disable_progress_bars()
    dataset.save_to_disk(tmp_path / "saved")
    with pytest.raises(DataError, match="has no split 'dev'; there are: train"):
        read(Data(dataset=str(tmp_path / "saved"), dev="dev"), NamedEntities())
    with pytest.raises(DataError, match="cannot be loaded"):
        read(Data(dataset=str(tmp_path / "none")), NamedEntities())


# ---------------------------------------------------------------- spans of characters

TEXT = st.text(st.sampled_from("aß b,.นร日本हि\u00a0"), min_size=1, max_size=20)


@given(TEXT, st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=3))
def test_spans_that_do_not_overlap_come_back(text, drawn):
    """Words lie in the text, hold all of it but white space, and their tags give the spans, trimmed."""
    edges = sorted({min(edge, len(text)) for pair in drawn for edge in pair})
    spans = [(start, end, "X") for start, end in zip(edges[::2], edges[1::2], strict=False)]
    mended = Counter()
    words, tags, offsets = tag_words(text, spans, mended)
    assert [text[start:end] for start, end in offsets] == list(words)
    assert "".join(words) == "".join(text.split())
    trimmed = [text[start:end].strip() for start, end, _ in spans]
    found = [text[offsets[first][0] : offsets[last - 1][1]] for _, first, last in spans_of(tags)]
    assert found == [span for span in trimmed if span]


def test_words_of_scripts_without_spaces_are_letters():
    """A Thai or Chinese sentence is no single word; marks stay with their letter."""
    words, _, _ = tag_words("เที่ยว 日本で हिन्दी Straße-7", [], Counter())
    assert words == ("เ", "ที่", "ย", "ว", "日", "本", "で", "हिन्दी", "Straße", "-", "7")


def test_of_spans_that_overlap_the_longest_is_kept():
    """And the others are counted."""
    mended = Counter()
    _, tags, _ = tag_words("a b c", [(0, 1, "X"), (0, 3, "Y"), (2, 5, "Z"), (4, 5, "X")], mended)
    assert tags == ("B-Y", "I-Y", "B-X")
    assert mended == {"overlapping": 2}
