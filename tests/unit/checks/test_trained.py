"""Each proof that the folder holds the trained tokenizer passes on what was built, and finds its fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.shapes import SHAPES, byte_level, unigram, word_level, word_piece
from tokbench.checks.fresh_process import trained
from tokbench.checks.fresh_process.proofs import Failed

from .jobs import edit, loaded, swap

PROOFS = [
    trained.check_vocabulary,
    trained.check_ids,
    trained.check_offsets,
    trained.check_decoding,
    trained.check_special_tokens,
    trained.check_pairs,
]


@pytest.mark.parametrize("name", SHAPES)
def test_what_was_built_passes(tmp_path: Path, name: str) -> None:
    """Every proof holds for every shape, and says what it covered."""
    under_proof = loaded(SHAPES[name](), tmp_path / "small")
    assert all(proof(under_proof) for proof in PROOFS)


@pytest.mark.parametrize(
    ("proof", "change", "message"),
    [
        (trained.check_vocabulary, lambda t: swap(t["model"]["vocab"], "Ġthe", "Ġand"), "not those of the trained"),
        (trained.check_ids, lambda t: swap(t["model"]["vocab"], "Ġthe", "Ġand"), "gave the ids .* and must give"),
        (trained.check_ids, lambda t: t["model"]["merges"].pop(0), "gave the ids"),
        (trained.check_ids, lambda t: t.update(normalizer={"type": "Lowercase"}), "gave the ids"),
        (trained.check_offsets, lambda t: t["pre_tokenizer"].update(add_prefix_space=True), "gave the offsets"),
        (trained.check_decoding, lambda t: t.update(decoder=None), "gave the text"),
    ],
)
def test_a_changed_tokenizer_json_is_found(
    tmp_path: Path, proof: Callable[[Any], str], change: Callable[[dict[str, Any]], object], message: str
) -> None:
    """A changed id, a lost merge, another stage: each is found by the proof that is there for it."""
    under_proof = loaded(byte_level(), tmp_path / "small", edit("tokenizer.json", change))
    with pytest.raises(Failed, match=message):
        proof(under_proof)


def test_a_token_more_is_found(tmp_path: Path) -> None:
    """The length is that of the trained tokenizer."""

    def add(described: dict[str, Any]) -> None:
        token = {**described["added_tokens"][0], "id": len(described["model"]["vocab"]), "content": "<more>"}
        described["added_tokens"].append(token)

    under_proof = loaded(byte_level(), tmp_path / "small", edit("tokenizer.json", add))
    with pytest.raises(Failed, match=r"len\(tokenizer\) is 321, and must be 320"):
        trained.check_vocabulary(under_proof)


def test_a_hole_is_found(tmp_path: Path) -> None:
    """Ids that no token has make embeddings that nothing trains."""
    under_proof = loaded(
        byte_level(), tmp_path / "small", edit("tokenizer.json", lambda t: t["model"]["vocab"].update({"!": 999}))
    )
    with pytest.raises(Failed, match="1 ids have no token"):
        trained.check_vocabulary(under_proof)


def test_a_vocabulary_larger_than_asked_is_found(tmp_path: Path) -> None:
    """BPE exceeds its size where the alphabet is larger, and that must not pass."""
    under_proof = loaded(byte_level(), tmp_path / "small", vocab_size=300)
    with pytest.raises(Failed, match="vocab_size is 320, and 300 was asked for"):
        trained.check_vocabulary(under_proof)


def test_a_vocabulary_smaller_than_asked_is_told(tmp_path: Path) -> None:
    """Text may be too little for the size; then the proof says so."""
    under_proof = loaded(byte_level(), tmp_path / "small", vocab_size=1000)
    assert trained.check_vocabulary(under_proof) == "320 tokens, 1000 at most were asked for"


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(eos_token="<s>", bos_token="<s>"),
        lambda told: told.update(mask_token="the"),
        lambda told: told.update(additional_special_tokens=[]),
    ],
)
def test_a_changed_role_is_found(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The special tokens of the folder are those of the recipe, no more and no fewer."""
    under_proof = loaded(byte_level(), tmp_path / "small", edit("tokenizer_config.json", change))
    with pytest.raises(Failed, match="are special in the folder or in the recipe, and not in both"):
        trained.check_special_tokens(under_proof)


def test_a_special_token_with_another_id_is_found(tmp_path: Path) -> None:
    """The id of each special token is that of the trained tokenizer."""

    def change(described: dict[str, Any]) -> None:
        swap(described["model"]["vocab"], "[CLS]", "[SEP]")
        for token in described["added_tokens"]:
            token["id"] = {2: 3, 3: 2}.get(token["id"], token["id"])

    under_proof = loaded(word_piece(), tmp_path / "small", edit("tokenizer.json", change))
    with pytest.raises(Failed, match=r"special tokens have the ids .*'\[CLS\]': 3"):
        trained.check_special_tokens(under_proof)


def test_a_token_that_is_not_special_any_more_is_found(tmp_path: Path) -> None:
    """Only special tokens are split when asked; one that lost its flag would come from text."""

    def change(described: dict[str, Any]) -> None:
        described["added_tokens"] = [{**token, "special": False} for token in described["added_tokens"]]

    under_proof = loaded(byte_level(), tmp_path / "small", edit("tokenizer.json", change))
    with pytest.raises(Failed, match="gave the ids with split_special_tokens=True"):
        trained.check_special_tokens(under_proof)


def test_special_tokens_that_the_model_spells_are_a_limitation(tmp_path: Path) -> None:
    """Whole-word models know their special tokens as words; nothing can split them, and that is said."""
    under_proof = loaded(word_level(), tmp_path / "small")
    trained.check_special_tokens(under_proof)
    assert len(under_proof.limitations) == 1
    assert "the text of <pad> still becomes the special token" in under_proof.limitations[0]


@pytest.mark.parametrize("shape", [byte_level, word_piece])
def test_special_tokens_never_come_from_split_text(tmp_path: Path, shape: Callable[[], Any]) -> None:
    """Where the model cannot spell them, there is no limitation to tell."""
    under_proof = loaded(shape(), tmp_path / "small")
    trained.check_special_tokens(under_proof)
    assert under_proof.limitations == []


def test_lost_type_ids_are_found(tmp_path: Path) -> None:
    """A template that forgets which sequence a token is of."""

    def change(described: dict[str, Any]) -> None:
        template = json.dumps(described["post_processor"]).replace('"type_id": 1', '"type_id": 0')
        described["post_processor"] = json.loads(template)

    under_proof = loaded(word_piece(), tmp_path / "small", edit("tokenizer.json", change))
    with pytest.raises(Failed, match="gave the type ids"):
        trained.check_pairs(under_proof)


def test_another_template_is_found(tmp_path: Path) -> None:
    """Special tokens around the text are those of the trained tokenizer."""
    under_proof = loaded(unigram(), tmp_path / "small", edit("tokenizer.json", lambda t: t.update(post_processor=None)))
    with pytest.raises(Failed, match="gave the ids"):
        trained.check_ids(under_proof)
    with pytest.raises(Failed, match="gave the ids"):
        trained.check_pairs(under_proof)
