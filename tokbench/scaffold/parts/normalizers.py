"""Straight quotation marks for curly ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tokenizers.normalizers import Normalizer, Replace, Sequence

if TYPE_CHECKING:
    from tokbench.contracts import Place


@dataclass(frozen=True)
class Example:
    """Make quotation marks straight: “so” becomes "so".

    mark: what stands for every quotation mark
    """

    keeps: ClassVar[tuple[Place, ...]] = ("any-space", "space", "ascii-space", "word")

    mark: str = '"'

    def build(self) -> Normalizer:
        """Return the component; it changes one character at a time, so text may be cut anywhere before it."""
        return Sequence([Replace(curly, self.mark) for curly in "“”„"])
