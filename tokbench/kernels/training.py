"""What the trainers of merges take and give, for the compiled core and for its specification alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

Scoring = Literal["frequency", "likelihood"]
"""Which pair is merged next. `frequency`: the one that occurs most (BPE, and what HF calls WordPiece).
`likelihood`: the one with the highest count(ab) / (count(a) · count(b)) (the published WordPiece)."""


@dataclass(frozen=True)
class MergeOptions:
    """How merges are learned; the fields mean what they mean in HF's `BpeTrainer`."""

    vocab_size: int
    reserved: tuple[str, ...] = ()
    """Tokens that take the first ids, in this order; repetitions are dropped."""
    min_frequency: int = 0
    """Pairs that occur less often are not merged."""
    initial_alphabet: tuple[str, ...] = ()
    """Characters that are in the vocabulary whether they occur or not."""
    limit_alphabet: int | None = None
    """How many characters are kept, the most frequent; the others are cut out of the words."""
    max_token_length: int | None = None
    """Merged tokens have fewer characters than this (prefix and suffix not counted), or two."""
    prefix: str = ""
    """Written before every token that does not begin a word: `##`."""
    suffix: str = ""
    """Written after every token that ends a word: `</w>`."""
    scoring: Scoring = "frequency"


@dataclass(frozen=True)
class Merges:
    """A trained vocabulary."""

    tokens: list[str]
    """By id."""
    merges: list[tuple[int, int]]
    """Pairs of ids, the first merge first, each pair once."""

    def spelled(self) -> list[tuple[str, str]]:
        """Return the merges as HF writes them: `[(0, 1)] → [("lo", "w")]`."""
        return [(self.tokens[left], self.tokens[right]) for left, right in self.merges]


def learn_merges(
    words: WordCounts, options: MergeOptions, report: Callable[[int], None], first_threshold: int = 0
) -> Merges:
    """Return the vocabulary that the words make, as `reference.learn_merges` does, from the compiled core."""
    return learn_sizes(words, options, [options.vocab_size], report, first_threshold)[0]


def learn_sizes(
    words: WordCounts,
    options: MergeOptions,
    sizes: Sequence[int],
    report: Callable[[int], None],
    first_threshold: int = 0,
) -> list[Merges]:
    """Return what `learn_merges` returns at each of these values of `vocab_size`, learned once, at the largest.

    `report` is given the number of tokens so far, some twenty times a second. Ctrl-C is honored as often. Raises
    `ValueError` where the words are not UTF-8, or hold more than 2⁵⁷ characters in all. `first_threshold` moves
    work between the phases of the core and never the result.
    """
    from tokbench.kernels import _kernels

    tokens, stages = _kernels.learn_merges(
        words.words.offsets,
        words.words.data,
        words.counts,
        report,
        sizes=list(sizes),
        reserved=list(options.reserved),
        min_frequency=options.min_frequency,
        initial_alphabet=[ord(character) for character in options.initial_alphabet],
        limit_alphabet=options.limit_alphabet,
        max_token_length=options.max_token_length,
        prefix=options.prefix,
        suffix=options.suffix,
        by_likelihood=options.scoring == "likelihood",
        first_threshold=first_threshold,
    )
    return [Merges(tokens[:size], merges) for size, merges in stages]
