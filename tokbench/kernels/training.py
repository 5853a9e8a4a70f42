"""What the trainers of merges take and give, for the compiled core and for its specification alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
