"""Merges of the compiled core, of its specification, and of HF are the same."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.strategies import Counts, by_hugging_face, counts, options
from tokbench.counting.words import WordCounts
from tokbench.kernels import reference, training
from tokbench.kernels.training import MergeOptions, Merges


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


@settings(max_examples=300, deadline=None)
@given(counts(largest=60), options(marked=False), st.sampled_from([0, 1, 2, 10, 1000]))
def test_compiled_is_hugging_face(counted: Counts, chosen: MergeOptions, first_threshold: int) -> None:
    """Vocabulary and merges are HF's, token for token, wherever HF does not let hash order decide."""
    spoken = {word.replace("\x1f", ""): count for word, count in counted.items() if not set(word) & set("\x1c\x1d")}
    assert compiled(spoken, chosen, first_threshold) == by_hugging_face(spoken, chosen)
