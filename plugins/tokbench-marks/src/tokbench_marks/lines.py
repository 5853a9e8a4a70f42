"""A token behind every line of a text, as models of dialogue want one behind every turn (arXiv:1911.00536)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tokbench.contracts import TokenSpan


@dataclass(frozen=True)
class LineEnds:
    """Put a token behind every line of a text: "hello", "how are you?" becomes "hello</s>", "how are you?</s>".

    token: what ends a line
    at_most: how many of them a text gets; truncation leaves room for so many, whatever the text
    """

    token: str = "</s>"
    at_most: int = 8

    def __post_init__(self) -> None:
        if self.at_most < 1:
            raise ValueError("at_most must be 1 or more: the text itself ends in one")

    def tokens(self) -> tuple[str, ...]:
        """Return the token, which the vocabulary must hold."""
        return (self.token,)

    def build(self, ids: Mapping[str, int]) -> LineEnds:  # noqa: ARG002
        """Return the part itself: it has the methods of a post-processor."""
        return self

    def num_special_tokens_to_add(self, is_pair: bool) -> int:
        """Return how many tokens are added at most."""
        return self.at_most * (2 if is_pair else 1)

    def process(self, first: TokenSpan, second: TokenSpan | None) -> list[list[str | TokenSpan]]:
        """Return the lines of each text, each with the token behind it."""
        texts = [first] if second is None else [first, second]
        return [[item for line in self.lines(text) for item in (line, self.token)] for text in texts]

    def lines(self, text: TokenSpan) -> Iterator[TokenSpan]:
        """Yield the lines of a text; what follows the last that may end belongs to it."""
        bounds = [0, *list(breaks(text))[: self.at_most - 1], len(text)]
        for start, end in pairwise(bounds):
            yield text[start:end]


def breaks(text: TokenSpan) -> Iterator[int]:
    """Yield before which tokens a new line begins; a text that is given as words has one line."""
    if not isinstance(text.text, str):
        return
    ends = [match.start() for match in re.finditer("\n", text.text)]
    line = 0
    for place, ((start, _), word) in enumerate(zip(text.offsets, text.words, strict=True)):
        if word is None or text.text[start : start + 1] == "\n":  # another post-processor's token; an empty line
            continue
        found = bisect_left(ends, start)
        if found > line and place:
            yield place
        line = max(line, found)
