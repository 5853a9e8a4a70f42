"""Labelled sets: the real ones have the sentences they should, cuts keep documents whole, bad ones are refused."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.errors import DataError
from tokbench.labelled.cutting import cut
from tokbench.labelled.data import Data
from tokbench.labelled.raw import RawSentence
from tokbench.labelled.reading import read
from tokbench.options import OptionErrors, make
from tokbench.tasks.words import Chunks, NamedEntities, PartsOfSpeech

NER, POS = NamedEntities(), PartsOfSpeech()


def counts(data, task, folder):
    """Return how many sentences the splits of a set have."""
    return tuple(found.sentences for found in read(data, task, folder).findings.values())


@pytest.mark.parametrize(
    ("task", "table", "expected"),
    [
        (
            NER,
            ("wnut17/wnut17train.conll", "wnut17/emerging.dev.conll", "wnut17/emerging.test.annotated"),
            (3394, 1009, 1287),
        ),
        (NER, ("turku-fi/train.tsv", "turku-fi/dev.tsv", "turku-fi/test.tsv"), (12217, 1364, 1555)),
        (NER, ("bc5cdr-iob2/train.tsv", "bc5cdr-iob2/devel.tsv", "bc5cdr-iob2/test.tsv"), (4560, 4581, 4797)),
        (POS, ("ud-english-ewt/en_ewt-ud-dev.conllu", "ud-english-ewt/en_ewt-ud-test.conllu"), (2001, 2077)),
    ],
    ids=["wnut17", "turku", "bc5cdr", "ud"],
)
def test_real_sets_have_all_their_sentences(shared, task, table, expected):
    """With the counts of their own documentation: words that are `#`, lines of one tab and all."""
    files = dict(zip(("train", "dev", "test"), table, strict=False))
    assert counts(Data(**files), task, shared / "data" / "ner") == expected


@pytest.mark.parametrize(
    ("file", "sentences", "documents", "scheme"),
    [("wikigold/wikigold.conll.txt", 1696, 145, "IOB1"), ("thainer-th/data.conll", 6348, 0, "IOB2")],
)
def test_single_files_are_cut(shared, file, sentences, documents, scheme):
    """Nothing is lost, and no document is on two sides."""
    found = read(Data(train=file, test_share=0.2), NER, shared / "data" / "ner").findings
    assert sum(one.sentences for one in found.values()) == sentences
    assert sum(one.documents for one in found.values()) == documents
    assert found["train"].scheme == scheme


def test_words_that_are_a_space_are_kept(shared):
    """40,568 words of the Thai set are a space, or hold one."""
    found = read(Data(train="thainer-th/data.conll"), NER, shared / "data" / "ner")
    assert sum(" " in word for split in (found.train, found.dev) for one in split for word in one.words) == 40_568


def test_twins_have_the_same_entities(shared):
    """bc5cdr in IOB2 and in IOBES."""
    names = {"train": "train.tsv", "dev": "devel.tsv", "test": "test.tsv"}
    first, second = (
        read(Data(**{split: f"bc5cdr-{scheme}/{name}" for split, name in names.items()}), NER, shared / "data" / "ner")
        for scheme in ("iob2", "iobes")
    )
    assert (first.train, first.dev, first.test, first.labels) == (second.train, second.dev, second.test, second.labels)
    assert "the tags are IOBES, converted to IOB2" in second.notes[0]


@given(st.lists(st.integers(0, 5), min_size=2), st.floats(0.05, 0.9), st.integers(0, 3))
def test_a_cut_keeps_documents_whole(documents, share, seed):
    """Every sentence is on one side, in its order, with all of its document, and the same cut comes again."""
    sentences = [RawSentence((str(place),), ("O",), document) for place, document in enumerate(sorted(documents))]
    left, right = cut(sentences, share, seed, "dev")
    assert sorted([*left, *right], key=sentences.index) == sentences
    assert left == sorted(left, key=sentences.index)
    assert left
    if set(documents) != {0}:
        assert not {one.document for one in left} & {one.document for one in right}
        assert right or len(set(documents)) == 1
    assert cut(sentences, share, seed, "dev") == (left, right)


def test_another_seed_cuts_elsewhere():
    """And so does another purpose."""
    sentences = [RawSentence((str(place),), ("O",)) for place in range(50)]
    cuts = {tuple(cut(sentences, 0.2, seed, purpose)[1]) for seed in (0, 1) for purpose in ("dev", "test")}
    assert len(cuts) == 4
    assert {len(found) for found in cuts} == {10}


# ---------------------------------------------------------------- what is told and refused


def labelled(folder, train, dev, task=NER, **keys):
    """Return the set of two column files."""
    (folder / "train.conll").write_text(train, encoding="utf-8")
    (folder / "dev.conll").write_text(dev, encoding="utf-8")
    return read(Data(train="train.conll", dev="dev.conll", **keys), task, folder)


def test_labels_hold_both_letters_of_each_type(tmp_path):
    """A word of several pieces may need I-, even where every entity of the training split is one word."""
    found = labelled(tmp_path, "a B-Y\nb B-X\n", "a B-Y\n")
    assert found.labels == ("O", "B-X", "B-Y", "I-X", "I-Y")
    assert labelled(tmp_path, "a NN X\nb VB X\n", "a NN X\n", POS).labels == ("NN", "VB")
    assert labelled(tmp_path, "a NN B-NP B-X\n", "a NN B-NP O\n", Chunks()).train[0].tags == ("B-NP",)


def test_a_label_that_train_lacks_is_told(tmp_path):
    """No model can learn it, and it counts: which, where and how often is said."""
    found = labelled(tmp_path, "a B-X\n", "a B-Y\nb I-Y\nc B-Z\n\nc B-X\na B-Y\n")
    (note,) = found.notes
    assert note == (
        f"{tmp_path / 'dev.conll'}: 3 of 4 spans have a label that {tmp_path / 'train.conll'} lacks ('Y' 2, 'Z' 1);"
        " no model can find them, and each is an error; mend the labels if that is not meant"
    )
    assert found.dev[0].tags == ("B-Y", "I-Y", "B-Z")
    assert found.findings["dev"].unlearned == {"Y": 2, "Z": 1}
    assert found.findings["train"].unlearned == {}
    (note,) = labelled(tmp_path, "a NN X\nb VB X\n", "a NN X\nb JJ X\n", POS).notes
    assert "dev.conll: 1 of 2 words have a label that " in note


def test_splits_without_a_common_label_are_refused(tmp_path):
    """They are of different sets, or spelled otherwise; both are named."""
    with pytest.raises(DataError, match=r"dev.conll: none of its labels \(PERS\) is one of .*train.conll \(LOC, PER\)"):
        labelled(tmp_path, "a B-PER\nb B-LOC\n", "a B-PERS\n")


def test_what_was_mended_is_told(tmp_path):
    """How often, where, by which rule."""
    found = labelled(tmp_path, "a B-X\nb O\nc I-X\n", "a B-X\n")
    assert found.findings["train"].mended == {"begun": 1}
    assert found.notes[0].endswith(
        "train.conll: 1 time mended by the rule 'begun': a tag that continues no span of its type begins one"
    )


@pytest.mark.parametrize(
    ("train", "dev", "keys", "sentence"),
    [
        ("", "a B-X\n", {}, "train.conll: there is no sentence in it; name another file for 'train'"),
        ("a B-X\n", "\n\n", {}, "dev.conll: there is no sentence in it; name another file for 'dev'"),
        ("a O\n", "a O\n", {}, "train.conll: there is no entity, every tag is O; say in 'column' which tags to read"),
        ("a B-X\n", "a O\n", {}, "dev.conll: there is no entity, every tag is O"),
        ("a PER\n", "a O\n", {}, "train.conll: the tags 'PER' follow no scheme"),
        ("a B-X\nb\n", "a O\n", {}, "train.conll:2: has one column"),
        ("a B-X\n", "a B-X\n", {"column": "ner"}, "column = 'ner': the columns of these files have no names"),
    ],
)
def test_bad_data_are_told_in_a_sentence(tmp_path, train, dev, keys, sentence):
    """Which file, what is wrong, what to do."""
    with pytest.raises(DataError) as caught:
        labelled(tmp_path, train, dev, **keys)
    assert sentence in str(caught.value)


def test_a_single_document_cannot_be_cut(tmp_path):
    """There would be nothing left to learn from."""
    (tmp_path / "a.conll").write_text("-DOCSTART- O\n\na B-X\n\nb O\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"10% of .*a\.conll: there is no sentence in it; give 'dev'"):
        read(Data(train="a.conll"), NER, tmp_path)


def test_where_the_data_are_must_be_said():
    """A file or a dataset; shares below one."""
    with pytest.raises(OptionErrors, match="say which file to train on"):
        make(Data, {})
    with pytest.raises(OptionErrors, match="dev_share: must be at least 0 and below 1"):
        make(Data, {"train": "a", "dev_share": 1.5})


def test_reading_columns_imports_nothing_heavy(tmp_path):
    """Neither torch nor Arrow is needed to read a file of columns, nor to know what will be done with it."""
    (tmp_path / "a.conll").write_text("a B-X\n\nb O\n\nc B-X\n\nd B-X\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; import tokbench.validation.running;"
        "from tokbench.labelled.data import Data; from tokbench.labelled.reading import read;"
        "from tokbench.tasks.words import NamedEntities;"
        "read(Data(train='a.conll', dev='a.conll'), NamedEntities());"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert {"torch", "transformers", "datasets", "pyarrow", "pydantic", "rich"}.isdisjoint(done.stdout.split())
