"""Decoders that know how words were marked in the tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tokenizers import decoders


@dataclass(frozen=True)
class BPEDecoder:
    """Put a space where a token ends a word: "low" "er</w>" "tide</w>" becomes "lower tide".

    suffix: what such a token ends in.
    """

    suffix: str = "</w>"

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.BPEDecoder(self.suffix)


@dataclass(frozen=True)
class CTC:
    """Join what a network read several times over: "h" "h" "<pad>" "i" "|" becomes "hi ".

    pad_token: the token that parts equal letters.
    word_delimiter_token: the token that ends a word.
    cleanup: mend spaces before punctuation and English contractions.
    """

    pad_token: str = "<pad>"
    word_delimiter_token: str = "|"
    cleanup: bool = True

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.CTC(self.pad_token, self.word_delimiter_token, self.cleanup)


@dataclass(frozen=True)
class Metaspace:
    """Turn the character that stands for a space into one: "▁Hi" "▁you" becomes "Hi you".

    replacement: the one character that stands for a space.
    prepend_scheme: as the pre-tokenizer had it: unless never, the space that begins the text is dropped.
    split: as the pre-tokenizer had it.
    """

    replacement: str = "▁"
    prepend_scheme: Literal["always", "first", "never"] = "always"
    split: bool = True

    def __post_init__(self) -> None:
        """Refuse a replacement that is not one character."""
        if len(self.replacement) != 1:
            raise ValueError(f"replacement: must be one character, not {self.replacement!r}")

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.Metaspace(replacement=self.replacement, prepend_scheme=self.prepend_scheme, split=self.split)


@dataclass(frozen=True)
class WordPiece:
    """Join tokens that continue a word, and put a space before the others: "play" "##ing" "now" becomes "playing now".

    prefix: what a token that continues a word begins with.
    cleanup: mend spaces before punctuation and English contractions.
    """

    prefix: str = "##"
    cleanup: bool = True

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.WordPiece(self.prefix, self.cleanup)
