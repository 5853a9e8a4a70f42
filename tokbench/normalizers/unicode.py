"""The normalization forms of Unicode (UAX #15), and the parts that undo what the forms pull apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tokenizers import normalizers

from tokbench.contracts import EVERYWHERE, Place


@dataclass(frozen=True)
class NFC:
    """Compose characters with their marks: "e" + U+0301 becomes "é"."""

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.NFC()


@dataclass(frozen=True)
class NFD:
    """Decompose characters into letters and marks: "é" becomes "e" + U+0301."""

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.NFD()


@dataclass(frozen=True)
class NFKC:
    """Compose characters, and replace compatibility characters by what they stand for: "ﬁ²" becomes "fi2"."""

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.NFKC()


@dataclass(frozen=True)
class NFKD:
    """Decompose characters, and replace compatibility ones by what they stand for: "ﬁé" becomes "fie" + U+0301."""

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.NFKD()


@dataclass(frozen=True)
class StripAccents:
    """Drop marks that stand as characters of their own: after `nfd`, "é" becomes "e"; alone, "é" stays."""

    # A mark may be all that stands between two spaces: dropped, it leaves one run of white space.
    keeps: ClassVar[tuple[Place, ...]] = ("any-space", "ascii-space")

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.StripAccents()
