"""Words that end at hyphens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tokenizers.pre_tokenizers import PreTokenizer, Sequence, Split, WhitespaceSplit

if TYPE_CHECKING:
    from tokbench.contracts import Cut, Place


@dataclass(frozen=True)
class Example:
    """Split at white space and around a character: "well-known fact" becomes well, -, known, fact.

    character: what is a word of its own
    """

    cut: ClassVar[Cut] = "space"
    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    character: str = "-"

    def __post_init__(self) -> None:
        if len(self.character) != 1 or self.character.isspace():
            raise ValueError("character must be one character, and no white space")

    def build(self) -> PreTokenizer:
        """Return the component; it never looks across a space, so text may be cut there before it."""
        return Sequence([WhitespaceSplit(), Split(self.character, "isolated")])
