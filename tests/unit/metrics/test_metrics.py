"""Each metric gives what its definition gives by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from tokbench import registry
from tokbench.contracts import MetricPart
from tokbench.measuring import measure
from tokbench.metrics.compression import Compression
from tokbench.metrics.fertility import ContinuedWords, Fertility
from tokbench.metrics.vocabulary import RenyiEfficiency, Unknown, VocabularyUse, renyi_entropy
from tokbench.options import make, schema


def pieces(*tokens: str) -> Tokenizer:
    """Return a WordPiece tokenizer with this vocabulary, split at white space, after `[UNK]`."""
    vocabulary = {token: index for index, token in enumerate(["[UNK]", *tokens])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


PLAY = pieces("play", "##ing", "chess", "##ed")


def figures(metric: MetricPart, *texts: str, tokenizer: Tokenizer = PLAY) -> dict[str, float]:
    """Return the figures of one metric."""
    return measure(tokenizer, texts, {"it": metric})["it"]


def test_fertility_is_tokens_per_word() -> None:
    """play ##ing, chess, play ##ed: 5 tokens for 3 words."""
    assert figures(Fertility(), "playing chess", "played") == {"fertility": pytest.approx(5 / 3)}


def test_continued_words_are_those_of_two_tokens_or_more() -> None:
    """playing and played of four words."""
    assert figures(ContinuedWords(), "playing chess play", "played") == {"continued_words": 0.5}


def test_compression_is_length_per_token() -> None:
    """Straße is 6 characters and 7 bytes, in two tokens."""
    tokenizer = pieces("Stra", "##ße")
    assert figures(Compression(), "Straße", tokenizer=tokenizer) == {
        "bytes_per_token": 3.5,
        "characters_per_token": 3.0,
    }


def test_unknown_is_a_share_of_tokens_and_of_documents() -> None:
    """[UNK] play ##ing, and chess: one token of four, one document of two."""
    assert figures(Unknown(), "go playing", "chess") == {"unknown": 0.25, "documents_with_unknown": 0.5}


def test_a_model_without_an_unknown_token_has_none() -> None:
    """Byte-level BPE cannot be at a loss."""
    alphabet = {token: index for index, token in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Tokenizer(models.BPE(alphabet, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel()
    assert figures(Unknown(), "é", tokenizer=tokenizer) == {"unknown": 0.0, "documents_with_unknown": 0.0}


def test_the_unknown_token_of_unigram_is_found_by_its_id() -> None:
    """Unigram names its unknown token by its place."""
    tokenizer = Tokenizer(models.Unigram([("a", -1.0), ("<none>", -2.0)], unk_id=1))
    assert figures(Unknown(), "ab", tokenizer=tokenizer)["unknown"] == 0.5


def test_vocabulary_use_is_the_share_that_occurs() -> None:
    """play and ##ing of five tokens, and play alone often enough for twice."""
    assert figures(VocabularyUse(), "playing play") == {"vocabulary_use": pytest.approx(2 / 5)}
    assert figures(VocabularyUse(least=2), "playing play") == {"vocabulary_use": pytest.approx(1 / 5)}


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("pick @@ed pick @@l @@ed pick @@les", 0.8031528501359657),
        ("pick @@e @@d pick @@l @@e @@d pick @@l @@e @@s", 0.9105681923824472),
    ],
)
def test_renyi_efficiency_is_that_of_its_authors(tokens: str, expected: float) -> None:
    """The examples of their package tokenization-scorer, whose figures are those of order 3."""
    distinct = list(dict.fromkeys(tokens.split()))
    found = figures(RenyiEfficiency(order=3.0), tokens, tokenizer=pieces(*distinct))
    assert found["renyi_efficiency_observed"] == pytest.approx(expected, rel=1e-12)
    smaller = math.log2(len(distinct)) / math.log2(len(distinct) + 1)
    assert found["renyi_efficiency"] == pytest.approx(expected * smaller, rel=1e-12)


COUNTS = st.lists(st.integers(1, 10**9), min_size=2, max_size=20)


@given(COUNTS, st.floats(0.1, 5), st.floats(0.1, 5))
def test_renyi_entropy_falls_with_its_order(counts: list[int], one: float, other: float) -> None:
    """It lies between nothing and that of equal counts, falls as the order grows, and is Shannon's at 1."""
    low, high = sorted((one, other))
    assert -1e-9 <= renyi_entropy(counts, high) <= renyi_entropy(counts, low) + 1e-9
    assert renyi_entropy(counts, low) <= math.log2(len(counts)) + 1e-9
    assert renyi_entropy(counts, 1) == pytest.approx(renyi_entropy(counts, 1 + 1e-7), abs=1e-4)


@given(st.integers(1, 100), st.floats(0.1, 5))
def test_equal_counts_have_the_entropy_of_their_number(number: int, order: float) -> None:
    """Of any order."""
    assert renyi_entropy([7] * number, order) == pytest.approx(math.log2(number), abs=1e-9)


@pytest.mark.parametrize(
    ("part", "options"),
    [(RenyiEfficiency, {"order": 0.0}), (RenyiEfficiency, {"order": -1.0}), (VocabularyUse, {"least": 0})],
)
def test_options_that_mean_nothing_are_refused(part: type, options: dict[str, Any]) -> None:
    """An order or a number outside what the definition allows is a mistake of the recipe."""
    with pytest.raises(ValueError, match=f"{next(iter(options))}: must be"):
        part(**options)


@pytest.mark.parametrize("name", registry.names("metrics"))
def test_text_without_words_or_tokens_has_no_figures(name: str) -> None:
    """Where nothing was seen, there is nothing to divide by, and no figure is made up."""
    part = registry.load("metrics", name)
    assert figures(make(part, {}), "", "") == {}
    assert schema(part)["additionalProperties"] is False
