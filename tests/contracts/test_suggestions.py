"""What parts suggest where a recipe is silent gives the text again."""

from __future__ import annotations

from typing import Any

import pytest
from tokenizers import decoders, normalizers, pre_tokenizers

from tokbench import registry
from tokbench.models.bpe import BPE
from tokbench.models.unigram import Unigram
from tokbench.models.wordpiece import WordPiece
from tokbench.normalizers.cleaning import BertNormalizer, Lowercase
from tokbench.normalizers.rewriting import ByteLevel as BytesFirst
from tokbench.normalizers.rewriting import Prepend, Replace
from tokbench.options import make, options_of
from tokbench.pre_tokenizers.named import DeepseekV3, O200k
from tokbench.pre_tokenizers.patterns import Split
from tokbench.pre_tokenizers.spaces import ByteLevel, Metaspace
from tokbench.pre_tokenizers.words import BertPreTokenizer, Digits, WhitespaceSplit
from tokbench.rehearsal import Stages, kept_of_all

from .examples import KINDS, SENTENCES, shown

LLAMA2 = [Prepend(), Replace(content="▁", pattern=" ")]


def suggested(*parts: Any) -> list[Any]:
    """Return the decoders that parts suggest, in the order in which a recipe takes them."""
    found: list[Any] = []
    for part in parts:
        for table in part.suggests().get("decoder", []) if hasattr(part, "suggests") else []:
            options = {key: value for key, value in table.items() if key != "use"}
            found.append(make(registry.load("decoders", table["use"]), options))
    return found


def together(parts: list[Any], sequence: Any) -> Any:
    return sequence([part.build() for part in parts]) if parts else None


@pytest.mark.parametrize(
    ("model", "before", "splits", "promise"),
    [
        (BPE(), [], [ByteLevel(add_prefix_space=False)], "exact"),
        (BPE(), [], [O200k()], "exact"),
        (BPE(), [], [Digits(individual_digits=True), DeepseekV3()], "exact"),
        (BPE(), [Lowercase()], [ByteLevel(add_prefix_space=False)], "normalized"),
        (BPE(), [BytesFirst()], [], "exact"),
        (BPE(byte_fallback=True), LLAMA2, [], "exact"),
        (BPE(byte_fallback=True), [Replace(content="▁", pattern=" ")], [Split(pattern="▁")], "exact"),
        (BPE(), [], [Metaspace(prepend_scheme="never")], "exact"),
        (Unigram(byte_fallback=True), [], [Metaspace(prepend_scheme="never")], "exact"),
        (Unigram(), [], [Metaspace()], "spaces"),
        (WordPiece(), [BertNormalizer()], [BertPreTokenizer()], "spaces"),
        (BPE(end_of_word_suffix="</w>"), [], [WhitespaceSplit()], "spaces"),
        (BPE(continuing_subword_prefix="##"), [], [WhitespaceSplit()], "spaces"),
        (BPE(continuing_subword_prefix="##", end_of_word_suffix="</w>"), [], [WhitespaceSplit()], "spaces"),
    ],
)
def test_text_comes_back(model: Any, before: list[Any], splits: list[Any], promise: str) -> None:
    """With the decoders that the parts suggest, decoding keeps as much as their words do."""
    stages = Stages(
        together(before, normalizers.Sequence),
        together(splits, pre_tokenizers.Sequence),
        together(suggested(model, *before, *splits), decoders.Sequence),
        model,
    )
    assert kept_of_all(stages, [*SENTENCES, " two  spaces "]) == promise


SUGGESTING = [part for parts in KINDS.values() for part in parts if hasattr(part, "suggests")]


@pytest.mark.parametrize("part", SUGGESTING, ids=shown)
def test_suggestions_can_be_made(part: Any) -> None:
    """Each decoder is made of its options, and the trainer's options are those that a trainer has."""
    assert set(part.suggests()) <= {"decoder", "trainer"}
    assert all(decoder.build() for decoder in suggested(part))
    options = {option.name for option in options_of(registry.load("trainers", "bpe"))}
    assert set(part.suggests().get("trainer", {})) <= options
