"""The words that a base's new vocabulary is learned from."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tokbench.base import words


def document_of(normalizer: Any, pre_tokenizer: Any) -> dict[str, Any]:
    """Return the JSON of a tokenizer with these stages."""
    tokenizer = Tokenizer(models.BPE())
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    document: dict[str, Any] = json.loads(tokenizer.to_str())
    return document


def words_of(document: dict[str, Any], text: str) -> list[str]:
    """Return the words that the counting pipeline emits."""
    tokenizer = Tokenizer.from_str(words.pipeline(document))
    normal = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
    return [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal)]


MARKED = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])


@pytest.mark.parametrize(
    ("normalizer", "pre_tokenizer"),
    [
        pytest.param(MARKED, None, id="llama-2"),
        pytest.param(None, pre_tokenizers.Metaspace(prepend_scheme="first", split=False), id="llama-2-legacy-off"),
        pytest.param(MARKED, pre_tokenizers.Split(" ", "merged_with_previous"), id="gemma"),
        pytest.param(normalizers.NFKC(), pre_tokenizers.Metaspace(), id="xlm-r"),
    ],
)
def test_words_are_cut_before_each_mark_of_a_space(normalizer: Any, pre_tokenizer: Any) -> None:
    """Tokens learned for these never reach across a space, whichever way they mark it."""
    assert words_of(document_of(normalizer, pre_tokenizer), "und die  Haus") == ["▁und", "▁die", "▁", "▁Haus"]


def test_other_pre_tokenizers_are_kept_as_they_are() -> None:
    """Where nothing marks spaces, the words are those of the base's own stages."""
    document = document_of(normalizers.NFC(), pre_tokenizers.ByteLevel(add_prefix_space=False))
    assert words.stages(document) == (document["normalizer"], document["pre_tokenizer"])


def test_the_alphabet_of_bytes_is_found_wherever_the_stage_stands() -> None:
    """A byte-level stage needs its 256 characters, also deep inside a sequence or as a normalizer."""
    inner = pre_tokenizers.Sequence([pre_tokenizers.Digits(), pre_tokenizers.ByteLevel(use_regex=False)])
    for document in (document_of(None, inner), document_of(normalizers.ByteLevel(), pre_tokenizers.Whitespace())):
        assert len(words.alphabet(document)) == 256
    assert words.alphabet(document_of(None, pre_tokenizers.Whitespace())) == ()
