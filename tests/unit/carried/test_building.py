"""A stage out of parts, some in Python; what no tokenizer could hold is refused, in a sentence."""

from __future__ import annotations

import json

import pytest
from tokenizers import pre_tokenizers, processors

from tokbench.carried.building import built_stage, is_python, unfit
from tokbench.carried.consent import code_beside, require_consent
from tokbench.errors import ArtifactError, PartError


class Splitting:
    """An object with the protocol of a pre-tokenizer."""

    def pre_tokenize(self, text):
        text.split(lambda _, piece: piece.split("b", "isolated"))


class Framing:
    """An object with the protocol of a post-processor."""

    def num_special_tokens_to_add(self, is_pair):
        return 0

    def process(self, first, second):
        return [[first]]


HIDDEN = pre_tokenizers.PreTokenizer.custom(Splitting())
REFUSED = {
    "post-processor": ("post_processor", Splitting()),
    "nothing": ("pre_tokenizer", None),
    "another-stage": ("decoder", Splitting()),
    "hidden": ("pre_tokenizer", HIDDEN),
    "hidden-in-a-sequence": ("pre_tokenizer", pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), HIDDEN])),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_tokenizer_can_hold_is_refused(name, golden):
    """The sentence says what it is and what to build instead."""
    golden(f"carried/{name}", unfit(*REFUSED[name]))


def test_what_a_tokenizer_can_hold_is_taken():
    """Components, and objects with the method of their stage."""
    assert unfit("pre_tokenizer", Splitting()) == ""
    assert unfit("pre_tokenizer", pre_tokenizers.Whitespace()) == ""
    assert unfit("post_processor", processors.ByteLevel()) == ""
    assert is_python("pre_tokenizer", Splitting())
    assert unfit("post_processor", Framing()) == ""
    assert is_python("post_processor", Framing())
    assert not is_python("pre_tokenizer", pre_tokenizers.Whitespace())


def test_a_list_runs_in_its_order(piece):
    """Components before and behind Python, as one component; its JSON names them all."""
    before, behind = pre_tokenizers.Whitespace(), pre_tokenizers.Split("3", "removed")
    stage = built_stage("pre_tokenizer", [before, piece(), behind])
    assert [word for word, _ in stage.component.pre_tokenize_str("ab 1234")] == ["ab", "12", "4"]
    assert stage.python is not None
    assert [item["type"] for item in stage.python["pretokenizers"]] == ["Whitespace", "Python", "Split"]
    assert built_stage("pre_tokenizer", [before]).python is None
    assert built_stage("pre_tokenizer", []).component is None


def test_sentences_of_what_cannot_travel(piece, golden):
    """A part whose options are no JSON ends in one."""
    with pytest.raises(PartError) as caught:
        built_stage("pre_tokenizer", [piece("Path")])
    golden("carried/option", str(caught.value))


@pytest.mark.parametrize(
    "named",
    [
        {"AutoTokenizer": [None, "tokenization_x.XTokenizerFast"]},
        {"AutoTokenizer": ["tokenization_x.XTokenizerFast", None]},
        {"AutoTokenizer": "tokenization_x.XTokenizerFast"},
        [None, "tokenization_x.XTokenizerFast"],
    ],
)
def test_code_is_seen_however_it_is_named(named, tmp_path):
    """Every form that transformers runs is asked about first."""
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"auto_map": named}))
    assert code_beside(tmp_path) == "tokenization_x.XTokenizerFast"
    assert require_consent(tmp_path, trusted=True)
    with pytest.raises(ArtifactError):
        require_consent(tmp_path, trusted=False)


def test_the_question_is_one_sentence(tmp_path, golden):
    """It names the folder, the class and both ways to say yes."""
    config = {"auto_map": {"AutoTokenizer": [None, "tokenization_x.XTokenizerFast"]}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    with pytest.raises(ArtifactError) as caught:
        require_consent(tmp_path, trusted=False, name="numbers")
    golden("carried/consent", str(caught.value))


def test_without_code_nobody_is_asked(tmp_path):
    """A folder without auto_map, or one for other classes, runs nothing."""
    assert not require_consent(tmp_path, trusted=False)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"auto_map": {"AutoModel": "modeling_x.X"}}))
    assert not require_consent(tmp_path, trusted=False)
