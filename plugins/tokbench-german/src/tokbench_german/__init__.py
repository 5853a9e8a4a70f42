"""German parts for tokbench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tokenizers.normalizers import Normalizer, Replace, Sequence

KEEPS = ("any-space", "space", "ascii-space")


@dataclass(frozen=True)
class GermanFold:
    """Spell German letters in ASCII: "Straße" becomes "Strasse".

    sharp_s: what "ß" becomes; capitals are spelled for a word that goes on in lower case: "Äpfel" becomes "Aepfel".
    """

    sharp_s: str = "ss"

    # No letter becomes white space, and none is dropped, unless the option says so.
    @property
    def keeps(self) -> tuple[str, ...]:
        """Where text may be cut before this part."""
        return KEEPS if self.sharp_s.isalpha() else ()

    def build(self) -> Normalizer:
        """Return one replacement for each letter, in turn."""
        folds = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": self.sharp_s, "ẞ": "SS"}
        return Sequence([Replace(old, new) for old, new in folds.items()])


@dataclass(frozen=True)
class GermanSwiss:
    """Spell as in Switzerland: "Straße" becomes "Strasse", umlauts stay."""

    keeps: ClassVar[tuple[str, ...]] = KEEPS

    def build(self) -> Normalizer:
        """Return the two replacements, in turn."""
        return Sequence([Replace("ß", "ss"), Replace("ẞ", "SS")])
