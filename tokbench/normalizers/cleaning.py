"""Parts that tidy text: case, white space, control characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tokenizers import normalizers

from tokbench.contracts import EVERYWHERE, Place


@dataclass(frozen=True)
class BertNormalizer:
    r"""Clean text as BERT does: "ÉTÉ\t中" becomes "ete  中 ".

    clean_text: drop control characters, and make every white-space character a space.
    handle_chinese_chars: put spaces around Chinese characters, so that each becomes a word.
    strip_accents: drop accents; left out, they are dropped where `lowercase` is set.
    lowercase: fold to lower case.
    """

    clean_text: bool = True
    handle_chinese_chars: bool = True
    strip_accents: bool | None = None
    lowercase: bool = True

    @property
    def keeps(self) -> tuple[Place, ...]:
        """Where text may be cut before it: a dropped accent, or an added space, leaves a space before a space."""
        strips = self.lowercase if self.strip_accents is None else self.strip_accents
        return ("any-space", "ascii-space") if strips or self.handle_chinese_chars else EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.BertNormalizer(
            clean_text=self.clean_text,
            handle_chinese_chars=self.handle_chinese_chars,
            strip_accents=self.strip_accents,
            lowercase=self.lowercase,
        )


@dataclass(frozen=True)
class Lowercase:
    """Fold to lower case, each character by itself: "ΟΔΟΣ" becomes "οδοσ"."""

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.Lowercase()


@dataclass(frozen=True)
class Nmt:
    r"""Drop control characters, and make odd white space plain: "a\u200bb" becomes "a b"."""

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.Nmt()


@dataclass(frozen=True)
class Strip:
    """Drop white space at the ends of a document: " a b " becomes "a b".

    left: at its beginning.
    right: at its end.
    """

    left: bool = True
    right: bool = True

    # Not `any-space`: white space before a cut would be taken for the end of the document.
    keeps: ClassVar[tuple[Place, ...]] = ("space", "ascii-space")

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.Strip(left=self.left, right=self.right)
