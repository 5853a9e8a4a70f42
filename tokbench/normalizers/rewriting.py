"""Parts that put other characters in the place of some: text, patterns, bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tokenizers import normalizers

from tokbench.contracts import EVERYWHERE, Place
from tokbench.patterns import compiled

if TYPE_CHECKING:
    from tokbench.contracts import Suggestions


@dataclass(frozen=True)
class ByteLevel:
    """Write every byte of the text's UTF-8 as one visible character: "é b" becomes "Ã©Ġb"."""

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.ByteLevel()

    def suggests(self) -> Suggestions:
        """Return the decoder that turns the characters into bytes again, and the alphabet of all 256."""
        return {"decoder": [{"use": "byte-level"}], "trainer": {"initial_alphabet": "byte-level"}}


@dataclass(frozen=True)
class Prepend:
    """Put text before a document that is not empty: "a b" becomes "▁a b".

    prepend: the text.
    """

    prepend: str = "▁"

    keeps: ClassVar[tuple[Place, ...]] = EVERYWHERE

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.Prepend(self.prepend)

    def suggests(self) -> Suggestions:
        """Return the decoders that take one character from the beginning of a whole text; none for more."""
        if len(self.prepend) != 1:
            return {}
        return {"decoder": [{"use": "fuse"}, {"use": "strip", "content": self.prepend, "left": 1}]}


@dataclass(frozen=True)
class Replace:
    """Replace every match of a pattern: with pattern = "..." and content = "…", "so..." becomes "so…".

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

    @property
    def keeps(self) -> tuple[Place, ...]:
        """Where text may be cut before it: anywhere, if it neither reads nor leaves white space."""
        if self.pattern is None or " " in self.pattern:
            return ()
        solid = self.content.isascii() and self.content.isprintable() and self.content[-1:].strip()
        return EVERYWHERE if solid else ("any-space",)

    def build(self) -> normalizers.Normalizer:
        """Return the component."""
        return normalizers.Replace(compiled(self.pattern, self.regex), self.content)

    def suggests(self) -> Suggestions:
        """Return the decoder that writes spaces again, where one visible character is put for each."""
        if self.pattern != " " or len(self.content) != 1 or self.content.isspace():
            return {}
        return {"decoder": [{"use": "replace", "pattern": self.content, "content": " "}]}
