"""Examples that others worked out by hand, and published."""

from __future__ import annotations

from typing import Any

import pytest
from tokenizers import Tokenizer, models

from tokbench.counting.words import WordCounts
from tokbench.kernels import reference, training
from tokbench.kernels.training import MergeOptions, Merges

Counts = dict[str, int]


@pytest.fixture(params=["compiled", "reference"])
def learn(request: pytest.FixtureRequest) -> Any:
    """Return both twins, one after the other."""

    def learn_merges(counted: Counts, **options: Any) -> Merges:
        words, chosen = WordCounts.of(counted.items()), MergeOptions(**options)
        if request.param == "reference":
            return reference.learn_merges(words, chosen)
        return training.learn_merges(words, chosen, lambda tokens: None)

    return learn_merges


def merged(trained: Merges) -> list[str]:
    """Return the tokens that merges made, in order."""
    return ["".join(pair) for pair in trained.spelled()]


def test_sennrich_unseen_word(learn: Any) -> None:
    """Sennrich, Haddow and Birch (2016), section 3.2: four merges on low, lowest, newer, wider; lower is low er·."""
    words = dict.fromkeys(["low·", "lowest·", "newer·", "wider·"], 1)
    trained = learn(words, vocab_size=11 + 4)
    vocabulary = {token: index for index, token in enumerate(trained.tokens)}
    tokenizer = Tokenizer(models.BPE(vocabulary, trained.spelled()))
    assert tokenizer.encode("lower·").tokens == ["low", "er·"]


def test_sennrich_suffix(learn: Any) -> None:
    """Sennrich, Haddow and Birch (2016), algorithm 1: the words of its dictionary, with </w> as a suffix."""
    words = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
    trained = learn(words, vocab_size=13 + 3, suffix="</w>")
    assert merged(trained) == ["es", "est</w>", "lo"]


def test_gage(learn: Any) -> None:
    """Gage (1994), "A New Algorithm for Data Compression", as it is usually told: aaabdaaabac is XdXac."""
    trained = learn({"aaabdaaabac": 1}, vocab_size=100, min_frequency=2)
    assert merged(trained) == ["aa", "ab", "aaab"]


def test_hugging_face_course_bpe(learn: Any) -> None:
    """The HF course, chapter 6.5: its first three merges, ug (20), un (16), hug (15)."""
    trained = learn({"hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5}, vocab_size=7 + 3)
    assert merged(trained) == ["ug", "un", "hug"]


def test_hugging_face_course_wordpiece(learn: Any) -> None:
    """The HF course, chapter 6.6: (##g, ##s) scores 1/20 and is merged before all that are more frequent."""
    trained = learn(
        {"hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5},
        vocab_size=11 + 1,
        prefix="##",
        scoring="likelihood",
    )
    assert list(trained.spelled()) == [("##g", "##s")]
    assert trained.tokens[-1] == "##gs"


def test_hugging_face_trainer(learn: Any) -> None:
    """The first test of HF's trainer (tokenizers 0.23.3, src/models/bpe/trainer.rs, test_train)."""
    words = ["roses", "red", "voilets", "blue", "BERT", "big", "and", "so", "GPT-2"]
    trained = learn({**dict.fromkeys(words, 1), "are": 2, "is": 2}, vocab_size=30_000, min_frequency=2)
    assert trained.tokens == [*"-2BEGPRTabdegilnorstuv", "re", "are", "is"]
    assert list(trained.merges) == [(17, 11), (8, 22), (13, 18)]
