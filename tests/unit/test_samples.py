"""The sample corpora are what their grammars make, and the sample recipes build on them."""

from __future__ import annotations

import importlib.util
import re
import sys
import unicodedata
from pathlib import Path

import pytest

from tokbench import pipeline
from tokbench.artifact import Draft
from tokbench.labelled.reading import read
from tokbench.recipe import loader, presets, validation

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CORPORA = Path(__file__).parents[2] / "corpora"
RECIPES = sorted(CORPORA.glob("*.toml"))
BLOCKS = re.findall(r"```toml\n(.*?)```", (CORPORA / "README.md").read_text(encoding="utf-8"), re.DOTALL)
SAMPLES = sorted((CORPORA / "samples").glob("*.txt"))

specification = importlib.util.spec_from_file_location("generate", CORPORA / "samples" / "generate.py")
generate = importlib.util.module_from_spec(specification)
specification.loader.exec_module(generate)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_what_its_grammar_makes(sample):
    """Byte for byte; `python corpora/samples/generate.py` writes them."""
    assert sample.read_bytes() == generate.sample(sample.stem).encode()


def test_every_grammar_has_its_sample():
    """And no sample is without a grammar."""
    assert [path.stem for path in SAMPLES] == generate.languages()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_whole_sentences_of_composed_text(sample):
    """No placeholder is left, no line is empty, and characters have their usual spelling."""
    text = sample.read_text(encoding="utf-8")
    assert not {"{", "}"} & set(text)
    assert all(line and line == line.strip() for line in text.splitlines())
    assert "  " not in text
    assert unicodedata.is_normalized("NFC", text)


@pytest.fixture
def saved(monkeypatch, tmp_path):
    """Have every tokenizer that a build saves saved by `transformers` too, from its own class, and say what differs."""
    differing = []
    save = Draft.save_tokenizer

    def both(draft, tokenizer, code=None):
        save(draft, tokenizer, code)
        stock = Draft(tmp_path / "stock")
        stock.path.mkdir()
        save(stock, tokenizer.in_transformers(), code)
        names = sorted({path.name for folder in (draft.path, stock.path) for path in folder.iterdir()})
        differing.append([name for name in names if read_if_there(draft, name) != read_if_there(stock, name)])

    monkeypatch.setattr(Draft, "save_tokenizer", both)
    return differing


def read_if_there(draft, name):
    """Return the bytes of a file of a draft, None where there is none."""
    path = draft.path / name
    return path.read_bytes() if path.is_file() else None


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_sample_recipe_builds_to_the_size_that_it_asks_for(recipe, tmp_path, saved):
    """Its name is its file's, and its files are, byte for byte, those that `transformers` saves."""
    artifact = pipeline.build(recipe, tmp_path / "out", checks=False)
    assert saved == [[]]
    assert artifact.name == recipe.stem
    wanted = getattr(loader.load(recipe).trainer.part, "vocab_size", None)
    assert wanted in (None, len(artifact.tokenizer))


@pytest.mark.parametrize("family", presets.NAMES)
def test_a_preset_builds_on_the_samples(family, tmp_path, saved):
    """As it is written, but for the path; special tokens have the first ids, the files are those of transformers."""
    path = presets.write(tmp_path / "my", family, corpus=str(CORPORA / "samples" / "en.txt"))
    artifact = pipeline.build(path, tmp_path / "out", checks=False)
    assert saved == [[]]
    special = loader.load(path).special_tokens.contents
    assert artifact.tokenizer.convert_ids_to_tokens(range(len(set(special)))) == list(dict.fromkeys(special))


def test_the_preset_of_albert_has_its_first_ids(tmp_path):
    """Special tokens, then what is always a token of its own, as in ALBERT's vocabulary."""
    path = presets.write(tmp_path / "my", "albert", corpus=str(CORPORA / "samples" / "en.txt"))
    tokenizer = pipeline.build(path, tmp_path / "out", checks=False).tokenizer
    first = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]", "(", ")", '"', "-", ".", "–", "£", "€"]
    assert tokenizer.convert_ids_to_tokens(range(13)) == first
    assert tokenizer("a (b)", "c").token_type_ids == [0] * (len(tokenizer.tokenize("a (b)")) + 2) + [1, 1]


@pytest.mark.parametrize("family", ["t5", "xlm-r", "albert"])
def test_a_preset_builds_with_the_table_of_sentencepiece(family, tmp_path):
    """With `precompiled` in place of `nmt` and `nfkc`, as its comment says."""
    recipe = tomllib.loads(presets.text(family))
    kept = [stage for stage in recipe["normalizer"] if stage["use"] not in ("nmt", "nfkc")]
    recipe["normalizer"] = [*kept, {"use": "precompiled", "rule": "nmt_nfkc"}]
    recipe["corpus"][0]["path"] = str(CORPORA / "samples" / "en.txt")
    artifact = pipeline.build(recipe, tmp_path / "out", checks=False)
    assert artifact.tokenizer.tokenize("ﬁsh") == artifact.tokenizer.tokenize("fish")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: tomllib.loads(block)["corpus"][0]["dataset"])
def test_a_card_names_its_corpus_as_a_recipe_would(block):
    """What the page says can be copied; the Hub is not asked."""
    rest = {"name": "copied", "pre_tokenizer": {"use": "byte-level"}, "trainer": {"use": "bpe"}}
    assert loader.load({**tomllib.loads(block), **rest}).corpora[0].use.name == "hub"


def test_every_preset_is_there():
    """The names that the command offers are the files."""
    assert sorted(presets.NAMES) == sorted(path.stem for path in presets.FOLDER.glob("*.toml"))


ner = importlib.util.spec_from_file_location("generate_ner", CORPORA / "ner" / "generate.py")
names = importlib.util.module_from_spec(ner)
ner.loader.exec_module(names)


@pytest.mark.parametrize("split", names.SPLITS)
def test_the_sample_for_named_entities_is_what_its_grammars_make(split):
    """Byte for byte; `python corpora/ner/generate.py` writes it."""
    text = names.conll(round(names.SPLITS[split] * names.SENTENCES), f"0 {split}")
    assert (CORPORA / "ner" / f"{split}.conll").read_bytes() == text.encode()
    assert unicodedata.is_normalized("NFC", text)
    assert not {"{", "}"} & set(text)


def test_the_sample_for_named_entities_can_be_learned_from():
    """Read as its file says: every sentence, all labels in all splits, nothing mended; names that are new in test."""
    plan = validation.load(CORPORA / "ner" / "ner.toml")
    found = read(plan.data, plan.task.part, plan.folder)
    assert sum(one.sentences for one in found.findings.values()) == names.SENTENCES
    assert found.notes == ()
    assert not any(one.mended for one in found.findings.values())
    entities = [
        {sentence.words[start:end] for sentence in split for _, start, end in plan.task.part.found(sentence.tags)}
        for split in (found.train, found.test)
    ]
    assert len(entities[1] - entities[0]) > len(entities[1]) / 3
    for split in (found.train, found.dev, found.test):
        assert {tag for sentence in split for tag in sentence.tags} == set(found.labels)


def test_as_much_is_generated_as_is_wanted():
    """A seed gives the same text, another other text; documents hold one sentence or more."""
    made = list(names.documents(501, "a"))
    assert sum(map(len, made)) == 501
    assert all(made)
    assert made == list(names.documents(501, "a")) != list(names.documents(501, "b"))
