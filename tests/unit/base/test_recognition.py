"""The parts behind a base's stages are found by what they build."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tokenizers import Regex, normalizers, pre_tokenizers

from tokbench import registry
from tokbench.base import BaseTokenizer
from tokbench.base.recognition import cut_before, parts_of
from tokbench.options import options_of

STAGES = [
    (kind, name)
    for kind in ("normalizers", "pre_tokenizers")
    for name in registry.names(kind)
    if registry.find(kind, name).package == registry.OWN_PACKAGE and name != "precompiled"  # it needs a table
]
GIVEN = {"delimiter": "|", "pattern": "ab", "content": "c", "prepend": "▁"}


def stage_of(component: Any) -> dict[str, Any]:
    """Return the JSON of a component."""
    stage: dict[str, Any] = json.loads(component.__getstate__())
    return stage


@pytest.mark.parametrize(("kind", "name"), STAGES)
def test_what_a_part_builds_is_recognized(kind: str, name: str) -> None:
    """The JSON of each built-in stage leads to a part that builds the same and says the same of itself."""
    part = registry.load(kind, name)
    options = {option.name: GIVEN[option.name] for option in options_of(part) if option.name in GIVEN}
    made = part(**options)
    found = parts_of(kind, stage_of(made.build()))
    assert len(found) == 1
    assert stage_of(found[0].build()) == stage_of(made.build())
    assert {getattr(found[0], claim, None) for claim in ("cut", "keeps")} == {
        getattr(made, claim, None) for claim in ("cut", "keeps")
    }


def test_a_sequence_of_other_parts_is_taken_apart() -> None:
    """Stages in a `Sequence` are recognized one by one, also in a sequence in a sequence."""
    inner = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    found = parts_of("normalizers", stage_of(normalizers.Sequence([inner, normalizers.NFKC()])))
    assert [type(part).__name__ for part in found] == ["NFC", "Lowercase", "NFKC"]


def test_a_stage_that_no_part_builds_is_not_cut() -> None:
    """What nobody vouches for gets whole documents, and so does text without a pre-tokenizer."""
    assert parts_of("pre_tokenizers", {"type": "Novel"}) == [None]
    assert cut_before({"type": "Novel"}, {"type": "Whitespace"}) == "never"
    assert cut_before(None, None) == "never"
    odd = pre_tokenizers.Split(Regex("a b"), "isolated")
    assert cut_before(None, stage_of(odd)) == "never"


def test_bases_are_cut_at_spaces_where_their_parts_allow_it(base_of: Callable[[str], BaseTokenizer]) -> None:
    """The usual shapes are counted by chunks; only a mark of spaces written by a normalizer wants whole documents."""
    cuts = {shape: base_of(shape).cut for shape in ("bert", "gpt2", "llama3", "t5", "qwen", "llama2")}
    assert cuts == {**dict.fromkeys(cuts, "space"), "llama2": "never"}


def test_the_model_part_has_the_options_of_the_base(base_of: Callable[[str], BaseTokenizer], shape: str) -> None:
    """What a trainer is handed builds a model with the options that the base's model has."""
    base = base_of(shape)
    built = stage_of(base.model().build())
    kept = set(built) - {"vocab", "merges", "unk_id"}
    empty = {None, ""}  # early files of GPT-2 say "" where later ones say null
    for option in kept:
        before, after = base.document["model"][option], built[option]
        assert before == after or {before, after} == empty, option
