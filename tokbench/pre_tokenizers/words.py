"""Parts that find words by classes of characters: white space, punctuation, digits, scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from tokenizers import pre_tokenizers

from tokbench.contracts import EVERYWHERE, Place

Behavior = Literal["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
"""What becomes of the place where a split happens: `removed` drops it, `isolated` makes each match a word,
`merged_with_previous` and `merged_with_next` join it to a neighbor, `contiguous` joins matches that touch."""

BEHAVIORS: tuple[Behavior, ...] = get_args(Behavior)


@dataclass(frozen=True)
class BertPreTokenizer:
    """Split at white space and around each punctuation mark: "Don't go." becomes "Don" "'" "t" "go" "."."""

    cut: ClassVar[Place] = "any-space"
    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.BertPreTokenizer()


@dataclass(frozen=True)
class Digits:
    r"""Split digits from the rest: "room 101b" becomes "room " "101" "b".

    individual_digits: make each digit a word.
    """

    individual_digits: bool = False

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.Digits(individual_digits=self.individual_digits)


@dataclass(frozen=True)
class Punctuation:
    """Split punctuation from the rest: "yes, sir" becomes "yes" "," " sir".

    behavior: what becomes of the punctuation.
    """

    behavior: Behavior = "isolated"

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.Punctuation(self.behavior)


@dataclass(frozen=True)
class UnicodeScripts:
    """Split where the script changes: "どこで生れ。Yes" becomes "どこで生れ" "。" "Yes"."""

    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.UnicodeScripts()


@dataclass(frozen=True)
class Whitespace:
    r"""Split into runs of word characters and runs of the rest (`\w+|[^\w\s]+`): "Hi!! you" becomes "Hi" "!!" "you"."""

    cut: ClassVar[Place] = "any-space"
    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.Whitespace()


@dataclass(frozen=True)
class WhitespaceSplit:
    """Split at white space, which is dropped: "Hi!! you" becomes "Hi!!" "you"."""

    cut: ClassVar[Place] = "any-space"
    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.WhitespaceSplit()
