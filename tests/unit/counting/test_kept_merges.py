"""Merges that are kept beside the counts are what would be learned, and are learned once."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tokbench
from tests.kernels.strategies import Counts, counts, options
from tokbench.contracts import Note, silent
from tokbench.counting.cache import MERGES, Cache
from tokbench.counting.kept_merges import told
from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError
from tokbench.kernels import training
from tokbench.kernels.training import MergeOptions, Merges
from tokbench.trainers import bpe

WORDS = WordCounts.of([("low", 5), ("lower", 2), ("newest", 6), ("widest", 3), ("lowest", 4), ("slow", 9)])
CHOSEN = MergeOptions(vocab_size=20)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note the size of each learning."""
    sizes: list[int] = []
    inner = training.learn

    def noting(words: WordCounts, chosen: MergeOptions, *others: Any, **more: Any) -> training.Learned:
        sizes.append(chosen.vocab_size)
        return inner(words, chosen, *others, **more)

    monkeypatch.setattr(training, "learn", noting)
    return sizes


def learn(words: WordCounts, chosen: MergeOptions, cache: Cache | None = None) -> Merges:
    """Learn merges; where there is a cache, the words are kept there."""
    (merges,) = bpe.learn(replace(words, beside=cache and cache.folder), chosen, [chosen.vocab_size], silent)
    return merges


@settings(max_examples=200, deadline=None)
@given(counts(), options(), st.lists(st.integers(1, 80), min_size=2, max_size=5))
def test_any_size_after_any_other(counted: Counts, chosen: MergeOptions, sizes: list[int]) -> None:
    """Smaller, equal or larger, with every option: what comes from the cache is what is learned without."""
    words = WordCounts.of(counted.items())
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            of_size = replace(chosen, vocab_size=size)
            assert learn(words, of_size, Cache(Path(folder))) == learn(words, of_size)


def test_learning_goes_on_from_what_is_kept(cache: Cache, learned: list[int]) -> None:
    """What was learned serves all sizes up to its own; a larger one begins where it stopped, and takes its place."""
    asked = []
    for size in (20, 20, 18, 22, 20, 25, 22):
        of_size = replace(CHOSEN, vocab_size=size)
        assert learn(WORDS, of_size, cache) == learn(WORDS, of_size)
        (path,) = cache.entries()
        asked.append(told(path)["vocab_size"])
    assert asked == [20, 20, 20, 22, 22, 25, 25]
    assert learned == [20, 20, 20, 18, 22, 20, 25, 22]


def test_by_likelihood_a_larger_size_is_learned_anew(cache: Cache, learned: list[int]) -> None:
    """Nobody tells where that stopped; a smaller one is cut."""
    for size in (20, 18, 22, 22):
        learn(WORDS, replace(CHOSEN, vocab_size=size, scoring="likelihood"), cache)
    assert learned == [20, 22]


def test_all_there_is_serves_every_size(cache: Cache, learned: list[int]) -> None:
    """Where no pair was left to merge, no size makes more."""
    whole = learn(WORDS, replace(CHOSEN, vocab_size=1000), cache)
    assert len(whole.tokens) < 100
    assert learn(WORDS, replace(CHOSEN, vocab_size=2000), cache) == whole
    assert learn(WORDS, replace(CHOSEN, vocab_size=len(whole.tokens)), cache) == whole
    assert learned == [1000]


OTHERS: list[dict[str, Any]] = [
    {"reserved": ("[UNK]",)},
    {"min_frequency": 7},
    {"initial_alphabet": ("z",)},
    {"limit_alphabet": 5},
    {"max_token_length": 3},
    {"prefix": "##"},
    {"suffix": "</w>"},
    {"scoring": "likelihood"},
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: next(iter(other)))
def test_another_option_learns_anew(other: dict[str, Any], cache: Cache, learned: list[int]) -> None:
    """Merges serve nobody whose options differ in anything but the size."""
    first = learn(WORDS, CHOSEN, cache)
    second = learn(WORDS, replace(CHOSEN, **other), cache)
    assert learned == [20, 20]
    assert second != first
    assert second == learn(WORDS, replace(CHOSEN, **other))


def test_other_words_learn_anew(cache: Cache, learned: list[int]) -> None:
    """One word more, or one count, and nothing is taken from before."""
    learn(WORDS, CHOSEN, cache)
    for more in [("low", 1), ("lows", 1)]:
        changed = WordCounts.of([*WORDS, more])
        assert learn(changed, CHOSEN, cache) == learn(changed, CHOSEN)
    assert learned == [20] * 5


@pytest.mark.parametrize("damage", [0, 200, -200, -1, "cut", "empty"])
def test_a_damaged_entry_is_replaced_and_never_used(damage: int | str, cache: Cache, learned: list[int]) -> None:
    """One wrong byte anywhere, or a file cut short, is noticed."""
    merges = learn(WORDS, CHOSEN, cache)
    (path,) = cache.entries()
    whole = path.read_bytes()
    broken = bytearray(whole)
    if isinstance(damage, int):
        broken[damage] ^= 1
    path.write_bytes(broken if isinstance(damage, int) else whole[: len(whole) // 2] if damage == "cut" else b"")
    assert learn(WORDS, CHOSEN, cache) == merges
    assert learned == [20, 20]
    assert path.read_bytes() == whole


def test_what_cannot_be_kept_is_told(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build does not fail for a cache that is full: the merges are there, and a note says what is not."""

    def full(*_: object) -> None:
        raise CorpusError("there is no room")

    monkeypatch.setattr(Cache, "keep", full)
    said: list[Any] = []
    (merges,) = bpe.learn(replace(WORDS, beside=cache.folder), CHOSEN, [20], said.append)
    assert merges == learn(WORDS, CHOSEN)
    told = [note.text for note in said if isinstance(note, Note)]
    assert told == ["trainer: the merges are not kept for another size: there is no room"]


def test_words_that_are_not_kept_keep_nothing(cache: Cache) -> None:
    """Merges lie beside counts only, and their files are told apart."""
    learn(WORDS, CHOSEN)
    assert list(cache.entries()) == []
    learn(WORDS, CHOSEN, cache)
    assert [path.suffix for path in cache.entries()] == [MERGES]


def test_reproducing_learns_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learned: list[int]) -> None:
    """Merges that the first build kept prove nothing of the second."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("some words and some more\n" * 20, encoding="utf-8")
    trainer = {"use": "bpe", "vocab_size": 260}
    recipe = {"name": "x", "corpus": {"use": "files", "path": "text.txt"}, "trainer": trainer}
    artifact = tokbench.build({**recipe, "pre_tokenizer": {"use": "gpt2"}}, checks=False)
    assert tokbench.reproduce(artifact.path).different == ()
    assert learned == [260, 260]
