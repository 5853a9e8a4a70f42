"""A wrapped tokenizer with Python in it: every way of copying and saving keeps it, and none loses it silently."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import dataclass
from typing import ClassVar

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from tokbench.carried import stages
from tokbench.carried.stages import VERSION, described, load, python_stages
from tokbench.carried.tokenizer import PythonTokenizerFast, require

TEXTS = ["ab aab 1b2", "", "b", "A [PAD] b"]


@dataclass(frozen=True)
class AtB:
    """Split at every "b"."""

    letters: tuple[str, ...] = ("b",)

    def build(self):
        return self

    def pre_tokenize(self, text):
        for letter in self.letters:
            text.split(lambda _, piece, letter=letter: piece.split(letter, "isolated"))


@dataclass(frozen=True)
class Lower:
    """Lower letters."""

    def build(self):
        return self

    def normalize(self, text):
        text.lowercase()


@dataclass(frozen=True)
class Loud:
    """Decode with an exclamation mark."""

    def build(self):
        return self

    def decode(self, tokens):
        return "".join(tokens) + "!"


class HaveTokenizerFast(PythonTokenizerFast):
    """What a tokenizer's own module has."""

    classes: ClassVar = {"t:AtB": AtB, "t:Lower": Lower, "t:Loud": Loud}


def python(name, **options):
    """Return the item of a part."""
    return {"type": "Python", "class": f"t:{name}", "options": options, "sha256": ""}


def document():
    """Return a tokenizer.json with Python in every stage that can have it, between stages of tokenizers."""
    vocabulary = {"[UNK]": 0, "a": 1, "b": 2, "1": 3, "2": 4}
    whole = json.loads(Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]")).to_str())
    split = [{"type": "Whitespace"}, python("AtB", letters=["b"]), {"type": "Digits", "individual_digits": True}]
    return {
        **whole,
        "version": VERSION,
        "normalizer": python("Lower"),
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": split},
        "decoder": {"type": "Sequence", "decoders": [{"type": "Fuse"}, python("Loud")]},
    }


@pytest.fixture
def tokenizer():
    return HaveTokenizerFast(tokenizer_object=document(), unk_token="[UNK]", pad_token="[PAD]")


def test_its_stages_run_in_their_order(tokenizer):
    """Python between components of tokenizers sees what those before it made, and offsets stay those of the text."""
    encoding = tokenizer("AB 1b2", return_offsets_mapping=True)
    assert tokenizer.convert_ids_to_tokens(encoding["input_ids"]) == ["a", "b", "1", "b", "2"]
    assert encoding["offset_mapping"] == [(0, 1), (1, 2), (3, 4), (4, 5), (5, 6)]
    assert tokenizer.decode([1, 2]) == "ab!"


@pytest.mark.parametrize("again", [copy.deepcopy, copy.copy, lambda it: pickle.loads(pickle.dumps(it))])
def test_copies_encode_the_same(tokenizer, again):
    """Python cannot be copied or pickled by tokenizers; the state holds its description instead."""
    twin = again(tokenizer)
    assert twin(TEXTS) == tokenizer(TEXTS)
    assert twin.decode([1, 2]) == "ab!"
    assert twin.document() == tokenizer.document()


def test_the_tokenizer_inside_is_pickled_and_copied_too(tokenizer):
    """`datasets` hashes what lies inside, without asking the wrapper."""
    for inner in (pickle._loads(pickle._dumps(tokenizer._tokenizer)), copy.deepcopy(tokenizer._tokenizer)):
        assert inner.encode("ab 1b2").ids == tokenizer._tokenizer.encode("ab 1b2").ids


def test_saving_does_not_touch_it(tokenizer, monkeypatch):
    """Threads that encode while it is saved see their own tokenizer all the time: nothing is taken out of it."""
    before = tokenizer._tokenizer
    monkeypatch.setattr(stages, "component", None)
    tokenizer.document()
    assert tokenizer._tokenizer is before
    assert tokenizer("ab")["input_ids"] == [1, 2]


def test_the_document_comes_back(tokenizer):
    """Truncation, padding, added tokens and stages: what is loaded from the document describes itself the same."""
    tokenizer.add_tokens(["xyz"])
    tokenizer(TEXTS, padding=True, truncation=True, max_length=3)
    saved = tokenizer.document()
    assert [token["content"] for token in saved["added_tokens"]] == ["[UNK]", "[PAD]", "xyz"]
    assert saved["truncation"]["max_length"] == 3
    assert described(load(saved, HaveTokenizerFast.classes), python_stages(saved)) == saved


def test_a_stage_that_was_replaced_is_saved_as_it_is_now(tokenizer):
    """A user who puts a component of tokenizers in the place of the Python gets that saved."""
    tokenizer._tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer._tokenizer.normalizer = None
    tokenizer._tokenizer.decoder = decoders.Fuse()
    saved = tokenizer.document()
    assert saved["pre_tokenizer"] == {"type": "Whitespace"}
    assert saved["normalizer"] is None
    assert saved["version"] == "1.0"
    assert Tokenizer.from_str(json.dumps(saved))


def test_without_its_code_it_is_refused_by_name():
    """Whatever reads such a tokenizer.json by itself fails at its version, and shows what to do."""
    with pytest.raises(Exception, match=r"which AutoTokenizer\.from_pretrained loads with trust_remote_code=True"):
        Tokenizer.from_str(json.dumps(document()))


def test_a_part_that_the_code_lacks_is_named():
    """A document beside code of another tokenizer."""
    with pytest.raises(ValueError, match="has no part 't:AtB'"):
        load(document(), {"t:Lower": Lower})


def test_transformers_own_training_is_refused(tokenizer):
    """It would train a copy without the Python, in silence."""
    with pytest.raises(NotImplementedError, match=r"\[base\] tokenizer"):
        tokenizer.train_new_from_iterator(["a b"], 10)


def test_without_a_file_it_says_so():
    """Its class alone makes no tokenizer, and no empty one."""
    with pytest.raises(ValueError, match="load it with from_pretrained"):
        HaveTokenizerFast()


def test_what_must_be_installed_is_said_in_one_sentence():
    """Missing packages with the versions that the tokenizer was built with, and how to get them."""
    require({"pytest": "0.0.1"}, by="thai")
    with pytest.raises(ImportError) as caught:
        require({"pytest": "1", "no-such-package": "5.1"}, by="thai")
    assert str(caught.value) == (
        "the tokenizer 'thai' needs no-such-package==5.1; run: pip install no-such-package==5.1"
    )
