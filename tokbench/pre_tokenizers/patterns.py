"""Parts that split where a recipe says: at a character, at a pattern, at every so many characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tokenizers import pre_tokenizers

from tokbench.contracts import EVERYWHERE, Place
from tokbench.patterns import compiled
from tokbench.pre_tokenizers.named import PATTERNS
from tokbench.pre_tokenizers.words import Behavior


@dataclass(frozen=True)
class CharDelimiterSplit:
    """Split at one character, which is dropped: with "|", "a|b c" becomes "a" "b c".

    delimiter: the character.
    """

    delimiter: str

    def __post_init__(self) -> None:
        """Refuse a delimiter that is not one character."""
        if len(self.delimiter) != 1:
            raise ValueError(f"delimiter: must be one character, not {self.delimiter!r}")

    @property
    def cut(self) -> Place:
        """Where text may be cut before it: before any space, if that is the delimiter."""
        return "any-space" if self.delimiter == " " else "never"

    @property
    def keeps(self) -> tuple[Place, ...]:
        """Where a later part may see the text as cut: anywhere, if spaces are left as they are."""
        return ("word",) if self.delimiter == " " else EVERYWHERE

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.CharDelimiterSplit(self.delimiter)


@dataclass(frozen=True)
class FixedLength:
    """Split into words of a number of characters: with 3, "ACGTAC!" becomes "ACG" "TAC" "!".

    length: how many.
    """

    length: int = 5

    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    def __post_init__(self) -> None:
        """Refuse a length below 1, at which `tokenizers` panics when text comes."""
        if self.length < 1:
            raise ValueError(f"length: must be 1 or more, not {self.length}")

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.FixedLength(self.length)


@dataclass(frozen=True)
class Split:
    r"""Split at every match of a pattern: with regex = "\\d+", "ab12c" becomes "ab" "12" "c".

    pattern: the text to split at; or
    regex: a regular expression that matches it.
    behavior: what becomes of the match.
    invert: take what is between the matches for the match.
    """

    pattern: str | None = None
    regex: str | None = None
    behavior: Behavior = "isolated"
    invert: bool = False

    def __post_init__(self) -> None:
        """Refuse options of which not exactly one is a pattern."""
        compiled(self.pattern, self.regex)

    @property
    def cut(self) -> Place:
        """Where text may be cut before it: at spaces, with the expression of a known model or a space to split at."""
        if self.regex in PATTERNS and (self.behavior, self.invert) in {("isolated", False), ("removed", True)}:
            return "space"
        splits_before = self.behavior in {"removed", "isolated", "merged_with_next"} and not self.invert
        return "any-space" if self.pattern == " " and splits_before else "never"

    @property
    def keeps(self) -> tuple[Place, ...]:
        """Where a later part may see the text as cut: anywhere, if the pattern has no space."""
        return EVERYWHERE if self.pattern is not None and " " not in self.pattern else ("word",)

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.Split(compiled(self.pattern, self.regex), self.behavior, self.invert)
