"""What training a Unigram model takes and gives, for the compiled core and for its specification alike."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_COUNT = 2
"""How often a string must occur to be a seed."""
MOST_CHARACTERS = 2**55
"""Characters of all words, each as often as it occurs, that can be counted exactly."""
LONGEST_PIECE = 127
"""The most that `max_piece_length` may be."""


@dataclass(frozen=True)
class UnigramOptions:
    """How pieces are learned; most fields mean what they mean in sentencepiece."""

    vocab_size: int
    """How many tokens in all: reserved, user-defined, and learned."""
    reserved: tuple[str, ...] = ()
    """Tokens that take the first ids, in this order; repetitions are dropped. Words are never spelled with them,
    but for those that are single characters."""
    user_defined: tuple[str, ...] = ()
    """Pieces that take the next ids, and that no word splits."""
    seed_size: int = 1_000_000
    """How many strings of two characters and more the first vocabulary has."""
    shrinking_factor: float = 0.75
    """The share of the pieces that each pruning keeps."""
    max_piece_length: int = 16
    """The most characters of a piece."""
    n_sub_iterations: int = 2
    """Rounds of expectation maximization before each pruning."""
    character_coverage: float = 1.0
    """The share of the text whose characters are kept, the most frequent ones."""
    initial_alphabet: tuple[str, ...] = ()
    """Characters that are kept whether they occur or not."""


@dataclass(frozen=True)
class Pieces:
    """A trained vocabulary, by id."""

    tokens: list[str]
    scores: list[float]
    """Natural logarithms of probabilities, but for reserved and user-defined tokens."""
    characters: int
    """How many characters are kept."""
