"""Decoders that change the text of each token."""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers import decoders

from tokbench.patterns import compiled


@dataclass(frozen=True)
class Replace:
    """Replace every match of a pattern in each token: with pattern = "▁" and content = " ", "▁Hi" becomes " Hi".

    content: what takes its place, literally.
    pattern: the text to replace; or
    regex: a regular expression that matches it.
    """

    content: str
    pattern: str | None = None
    regex: str | None = None

    def __post_init__(self) -> None:
        """Refuse options of which not exactly one is a pattern."""
        compiled(self.pattern, self.regex)

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.Replace(compiled(self.pattern, self.regex), self.content)


@dataclass(frozen=True)
class Strip:
    """Drop a character at the ends of each token: with content = "-" and left = 1, "--Hi" becomes "-Hi".

    content: the one character.
    left: how many of it at most at the beginning.
    right: how many of it at most at the end.
    """

    content: str = " "
    left: int = 0
    right: int = 0

    def __post_init__(self) -> None:
        """Refuse content that is not one character, and counts below zero."""
        if len(self.content) != 1:
            raise ValueError(f"content: must be one character, not {self.content!r}")
        if min(self.left, self.right) < 0:
            raise ValueError("left and right: must be 0 or more")

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.Strip(self.content, self.left, self.right)
