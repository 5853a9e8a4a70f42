"""Merges of the compiled core, of its specification, and of HF are the same."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.strategies import Counts, by_hugging_face, counts, options
from tokbench.counting.words import WordCounts
from tokbench.kernels import reference, training
from tokbench.kernels.training import Learned, MergeOptions, Merges


def compiled(counted: Counts, chosen: MergeOptions, first_threshold: int = 0) -> Merges:
    """Train with the compiled core."""
    return training.learn_merges(WordCounts.of(counted.items()), chosen, lambda tokens: None, first_threshold)


def specified(counted: Counts, chosen: MergeOptions) -> Merges:
    """Train with the specification."""
    return reference.learn_merges(WordCounts.of(counted.items()), chosen)


@settings(max_examples=600, deadline=None)
@given(counts(), options(), st.sampled_from([0, 1, 2, 10, 1000, 2**50]))
def test_compiled_is_reference(counted: Counts, chosen: MergeOptions, first_threshold: int) -> None:
    """The compiled core gives what its specification gives, over all options, wherever its index begins."""
    assert compiled(counted, chosen, first_threshold) == specified(counted, chosen)


@settings(max_examples=300, deadline=None)
@given(counts(), options(), st.lists(st.integers(1, 80), min_size=1, max_size=5), st.sampled_from([0, 1, 10]))
def test_sizes_cut_from_one_training(
    counted: Counts, chosen: MergeOptions, sizes: list[int], first_threshold: int
) -> None:
    """Smaller sizes, cut from the training of the largest, are what training to each gives: repeated merges too."""
    words = WordCounts.of(counted.items())
    learned = training.learn(words, replace(chosen, vocab_size=80), lambda tokens: None, first_threshold)
    assert [learned.cut(size) for size in sizes] == [
        specified(counted, replace(chosen, vocab_size=size)) for size in sizes
    ]


@settings(max_examples=600, deadline=None)
@given(counts(), options(), st.integers(1, 12), st.integers(1, 12), st.sampled_from([0, 1, 2, 10, 1000, 2**50]))
def test_learning_goes_on_where_it_stopped(
    counted: Counts, chosen: MergeOptions, merges: int, more: int, first_threshold: int
) -> None:
    """From a checkpoint after any merge, and from one that came of another, a larger size is as specified."""
    words, least = WordCounts.of(counted.items()), replace(chosen, vocab_size=1, scoring="frequency")
    size = len(compiled(counted, least).tokens) + merges
    first = replace(least, vocab_size=size)
    learned: Learned | None = training.learn(words, first, lambda tokens: None, first_threshold, checkpoint=True)
    for grown in (size + more, size + 2 * more):
        if not learned or not learned.checkpoint:  # no pair was left, or all must be known, which begins anew
            break
        of_size = replace(first, vocab_size=grown)
        learned = training.resume(learned, of_size, lambda tokens: None)
        assert learned is None or learned.cut(grown) == specified(counted, of_size)


BROKEN = {
    "symbols": lambda stopped: array("H", [65535, 9999, 65535]),
    "ends": lambda stopped: array("q", [end + 1 for end in stopped.ends]),
    "counts": lambda stopped: array("q", [0] * len(stopped.counts)),
    "spelled": lambda stopped: array("B", [1] * 99),
}


@pytest.mark.parametrize("field", BROKEN)
def test_a_checkpoint_that_contradicts_itself_is_refused(field: str) -> None:
    """Numbers that nobody wrote so are not used."""
    words = WordCounts.of([("lower", 5), ("lowest", 3), ("newest", 2)])
    learned = training.learn(words, MergeOptions(vocab_size=11), lambda tokens: None, checkpoint=True)
    assert learned.checkpoint
    broken = replace(learned.checkpoint, **{field: memoryview(BROKEN[field](learned.checkpoint))})
    with pytest.raises(ValueError, match="contradict each other"):
        training.resume(replace(learned, checkpoint=broken), MergeOptions(vocab_size=12), lambda tokens: None)


def test_wider_symbols_go_on_from_narrow_ones() -> None:
    """Beyond 65,280 tokens a symbol has 32 bits; the words of a checkpoint had 16."""
    words = WordCounts.of((f"{number:05}", 1 + number % 7) for number in range(70_000))
    small, large, larger = (MergeOptions(vocab_size=size) for size in (60_000, 66_000, 67_000))
    learned = training.learn(words, small, lambda tokens: None, checkpoint=True)
    assert learned.checkpoint
    assert learned.checkpoint.symbols.format == "H"
    for chosen in (large, larger):
        resumed = training.resume(learned, chosen, lambda tokens: None)
        assert resumed
        assert resumed.cut(chosen.vocab_size) == training.learn_merges(words, chosen, lambda tokens: None)
        learned = resumed


@settings(max_examples=300, deadline=None)
@given(counts(largest=60), options(marked=False), st.sampled_from([0, 1, 2, 10, 1000]))
def test_compiled_is_hugging_face(counted: Counts, chosen: MergeOptions, first_threshold: int) -> None:
    """Vocabulary and merges are HF's, token for token, wherever HF does not let hash order decide."""
    spoken = {word.replace("\x1f", ""): count for word, count in counted.items() if not set(word) & set("\x1c\x1d")}
    assert compiled(spoken, chosen, first_threshold) == by_hugging_face(spoken, chosen)
