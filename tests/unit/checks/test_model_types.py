"""A config.json beside the tokenizer: what changes the ids is found, and told apart from what nothing can prevent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.shapes import Shape, byte_level, roles
from tokbench.checks.fresh_process import model_types
from tokbench.checks.fresh_process.proofs import Failed, load

from .jobs import edit, loaded


@pytest.fixture
def few_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let transformers know a few model types only, which takes a tenth of the time."""
    from transformers.models.auto import tokenization_auto as auto

    few = {name: auto.TOKENIZER_MAPPING_NAMES[name] for name in ("bert", "gpt2", "qwen2", "qwen3", "t5")}
    monkeypatch.setattr(auto, "TOKENIZER_MAPPING_NAMES", few)


@pytest.mark.usefixtures("few_types")
def test_overruled_types_are_a_limitation_with_a_way_out(tmp_path: Path) -> None:
    """For qwen2 transformers builds its own tokenizer whatever the folder says; it is named, and how to load there."""
    under_proof = loaded(byte_level(), tmp_path / "small")
    assert model_types.check_model_types(under_proof) == f"{len(model_types.COMMON)} model types"
    (limitation,) = under_proof.limitations
    assert limitation.startswith("beside a config.json of model_type qwen2, AutoTokenizer builds another tokenizer")
    assert "PreTrainedTokenizerFast.from_pretrained" in limitation


@pytest.mark.usefixtures("few_types")
def test_a_folder_that_lets_the_model_type_choose_is_found(tmp_path: Path) -> None:
    """Without its class in tokenizer_config.json the folder becomes what the config.json says."""
    spoil = edit("tokenizer_config.json", lambda told: told.pop("tokenizer_class"))
    with pytest.raises(Failed, match=r"beside a config\.json of model_type"):
        model_types.check_model_types(loaded(byte_level(), tmp_path / "small", spoil))


def test_every_type_that_transformers_knows(tmp_path: Path) -> None:
    """Of all its model types, only those that it overrules on purpose change the ids of a build."""
    from transformers.models.auto import tokenization_auto as auto

    under_proof = loaded(byte_level(), tmp_path / "small")
    known = {*auto.TOKENIZER_MAPPING_NAMES, *model_types.COMMON}
    assert model_types.check_model_types(under_proof) == f"{len(known)} model types"
    (limitation,) = under_proof.limitations
    named = limitation.removeprefix("beside a config.json of model_type ").partition(", AutoTokenizer")[0].split(", ")
    assert {"qwen2", "qwen3_5"} <= set(named) <= auto.MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS


def test_the_artifact_itself_gets_no_config(tmp_path: Path) -> None:
    """The proof works on a copy."""
    under_proof = loaded(byte_level(), tmp_path / "small")
    list(model_types._by_class(under_proof, copy_of(tmp_path), ["bert", "qwen2"]))
    assert not (tmp_path / "small" / "config.json").exists()
    assert type(load(tmp_path / "small")) is type(under_proof.tokenizer)


def copy_of(folder: Path) -> Path:
    """Return a folder with the tokenizer's configuration only."""
    copy = folder / "copy"
    copy.mkdir()
    (copy / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
    return copy


def test_a_tokenizer_in_the_shape_of_qwen2_has_no_limitation_there(tmp_path: Path) -> None:
    """Where transformers' own class does the same, ids and length stay, thanks to the roles that are null."""
    under_proof = loaded(qwen2_shape(), tmp_path / "small")
    (tmp_path / "small" / "config.json").write_text('{"model_type": "qwen2"}')
    beside = load(tmp_path / "small")
    assert type(beside).__name__ == "Qwen2Tokenizer"
    assert model_types._fault(under_proof, lambda: beside) == ""


def qwen2_shape() -> Shape:
    """Return byte-level BPE split as Qwen2 does, but without its special tokens."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet: Sequence[Any] = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<s>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(["it's the end of the day, and we'll see 12345"] * 3, trainer)
    return Shape(tokenizer, roles(bos="<s>"), "normalized")
