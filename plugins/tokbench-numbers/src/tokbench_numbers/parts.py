"""What tokenizers' own components cannot do with numbers; each part is its own component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from .runs import DIGITS, groups, turned

if TYPE_CHECKING:
    from tokenizers import NormalizedString, PreTokenizedString

EVERYWHERE = ("any-space", "space", "ascii-space", "word")


@dataclass(frozen=True)
class NumberGroups:
    """Split digits into groups that are full from the right: "1234567" becomes "1", "234", "567".

    size: how many digits a group has; numbers that end alike then share their last groups.
    """

    size: int = 3
    keeps: ClassVar[tuple[str, ...]] = EVERYWHERE

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("size must be 1 or more")

    def build(self) -> NumberGroups:
        """Return the part itself: it has the method that `tokenizers` calls."""
        return self

    def pre_tokenize(self, text: PreTokenizedString) -> None:
        """Split every piece of the text that there is by now."""
        text.split(lambda _, piece: self._pieces(piece))

    def _pieces(self, piece: NormalizedString) -> list[NormalizedString]:
        spans = self.spans(str(piece.normalized))
        return [piece] if len(spans) < 2 else [piece[start:end] for start, end in spans]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of the pieces, which cover the text: ``"a1234" → 0-1 1-2 2-5``."""
        found: list[tuple[int, int]] = []
        end = 0
        for run in DIGITS.finditer(text):
            if end < run.start():
                found.append((end, run.start()))
            found += groups(run.start(), run.end(), self.size)
            end = run.end()
        return [*found, (end, len(text))] if end < len(text) else found


@dataclass(frozen=True)
class ReversedNumbers:
    """Write numbers from their last digit on: "in 1984" becomes "in 4891", as one adds and carries.

    The decoder of the same name turns them back.
    """

    keeps: ClassVar[tuple[str, ...]] = EVERYWHERE[:3]

    def build(self) -> ReversedNumbers:
        """Return the part itself: it has the method that `tokenizers` calls."""
        return self

    def normalize(self, text: NormalizedString) -> None:
        """Turn every run of digits in place: each character stands where another of the same run stood."""
        characters = iter(turned(str(text.normalized)))
        text.map(lambda _: next(characters))


@dataclass(frozen=True)
class ReversedNumbersDecoder:
    """Turn numbers back that the normalizer of the same name has turned; put it behind what joins tokens into text."""

    def build(self) -> ReversedNumbersDecoder:
        """Return the part itself: it has the method that `tokenizers` calls."""
        return self

    def decode_chain(self, tokens: list[str]) -> list[str]:
        """Return the text with its numbers turned, as one string."""
        return [turned("".join(tokens))]
