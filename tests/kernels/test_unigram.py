"""The compiled Unigram trainer gives what its specification gives, bit for bit, whatever it runs on."""

from __future__ import annotations

import dataclasses
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.strategies import Counts, counts
from tokbench.counting.words import WordCounts
from tokbench.kernels import reference, unigram
from tokbench.kernels.unigram import Pieces, UnigramOptions


@st.composite
def options(draw: st.DrawFn) -> UnigramOptions:
    """Return options of all kinds."""
    return UnigramOptions(
        vocab_size=draw(st.integers(1, 60)),
        reserved=tuple(draw(st.lists(st.sampled_from(["<unk>", "ab", "a", "aab"]), max_size=3))),
        user_defined=tuple(draw(st.lists(st.sampled_from(["ba", "b", "low", "aba", "z😀"]), max_size=3))),
        seed_size=draw(st.sampled_from([1, 3, 10, 1000, 10**6])),
        shrinking_factor=draw(st.sampled_from([0.75, 0.5, 0.9, 0.01])),
        max_piece_length=draw(st.sampled_from([16, 1, 2, 3, 5, 127])),
        n_sub_iterations=draw(st.integers(1, 3)),
        character_coverage=draw(st.sampled_from([1.0, 0.95, 0.5])),
        initial_alphabet=tuple(draw(st.lists(st.sampled_from("abzé"), max_size=3))),
        apart=draw(st.sampled_from([(), ("a", "b"), ("ab", "中é"), ("a", "lo", "\x00e"), ("aw",)])),
        alone=draw(st.sampled_from(["", "", "b", "é", "ld"])),
    )


def compiled(words: WordCounts, chosen: UnigramOptions, threads: int = 1) -> Pieces:
    """Train with the compiled core."""
    return unigram.learn_unigram(words, chosen, lambda pieces: None, threads)


@settings(max_examples=600, deadline=None)
@given(counts(), options(), st.integers(1, 3))
def test_compiled_is_reference(counted: Counts, chosen: UnigramOptions, threads: int) -> None:
    """Pieces and scores are those of the specification, to the last bit, over all options."""
    words = WordCounts.of(counted.items())
    assert compiled(words, chosen, threads) == reference.learn_unigram(words, chosen)


MANY = "".join(map(chr, range(0x4E00, 0x4E00 + 3000)))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([10, 100, 3000]), options(), st.integers(1, 3))
def test_compiled_is_reference_on_long_words(seed: int, alphabet: int, chosen: UnigramOptions, threads: int) -> None:
    """The same of words that share long parts, of more characters than one comparison holds."""
    chance = random.Random(seed)
    parts = ["".join(chance.choices(MANY[:alphabet], k=chance.randint(1, 12))) for _ in range(12)]
    words = WordCounts.of(
        ("".join(chance.choices(parts, k=chance.randint(1, 6))), chance.randint(1, 50)) for _ in range(60)
    )
    large = dataclasses.replace(chosen, vocab_size=chosen.vocab_size + chance.choice([0, 100]), character_coverage=0.8)
    assert compiled(words, large, threads) == reference.learn_unigram(words, large)


def test_compiled_is_reference_on_many_words() -> None:
    """The same of more words than one block holds."""
    chance = random.Random(4)
    words = WordCounts.of(("".join(chance.choices("aeiourst" * 4 + MANY[:50], k=9)), 1 + i) for i in range(1200))
    chosen = UnigramOptions(vocab_size=600)
    assert compiled(words, chosen, 2) == reference.learn_unigram(words, chosen)
