"""Parts that keep the spaces in the words, so that text can be put together again: bytes, and the metaspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from tokenizers import pre_tokenizers

from tokbench.contracts import Place

if TYPE_CHECKING:
    from tokbench.contracts import Suggestions

PrependScheme = Literal["always", "first", "never"]
"""Where the metaspace is put before a word that has none: `always`, `first` (at the start of a document), `never`."""


@dataclass(frozen=True)
class ByteLevel:
    """Split as GPT-2 does, and write each byte as one visible character: "Hé you" becomes "ĠHÃ©" "Ġyou".

    add_prefix_space: put a space before text that does not begin with one.
    trim_offsets: kept for the post-processor of the same name; words do not depend on it.
    use_regex: split with the expression of GPT-2; without it, text is only written as bytes.
    """

    add_prefix_space: bool = True
    trim_offsets: bool = True
    use_regex: bool = True

    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    @property
    def cut(self) -> Place:
        """Where text may be cut before it: where its expression always splits."""
        return "space" if self.use_regex else "never"

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.ByteLevel(
            add_prefix_space=self.add_prefix_space, trim_offsets=self.trim_offsets, use_regex=self.use_regex
        )

    def suggests(self) -> Suggestions:
        """Return the decoder that turns the characters into bytes again, and the alphabet of all 256."""
        return {"decoder": [{"use": "byte-level"}], "trainer": {"initial_alphabet": "byte-level"}}


@dataclass(frozen=True)
class Metaspace:
    """Write spaces as a visible character that begins a word, as SentencePiece does: "Hi you" becomes "▁Hi" "▁you".

    replacement: the one character that stands for a space.
    prepend_scheme: where it is put before a word that has no space: always, first (in the document), never.
    split: split before it; without it, a document is one word.
    """

    replacement: str = "▁"
    prepend_scheme: PrependScheme = "always"
    split: bool = True

    keeps: ClassVar[tuple[Place, ...]] = ("word",)

    def __post_init__(self) -> None:
        """Refuse a replacement that is not one character."""
        if len(self.replacement) != 1:
            raise ValueError(f"replacement: must be one character, not {self.replacement!r}")

    @property
    def cut(self) -> Place:
        """Where text may be cut before it: before any space, if it splits there."""
        return "any-space" if self.split else "never"

    def build(self) -> pre_tokenizers.PreTokenizer:
        """Return the component."""
        return pre_tokenizers.Metaspace(
            replacement=self.replacement, prepend_scheme=self.prepend_scheme, split=self.split
        )

    def suggests(self) -> Suggestions:
        """Return the decoder of the same options."""
        options = {"replacement": self.replacement, "prepend_scheme": self.prepend_scheme, "split": self.split}
        return {"decoder": [{"use": "metaspace", **options}]}
