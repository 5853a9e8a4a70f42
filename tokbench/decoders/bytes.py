"""Decoders that turn tokens into the bytes they stand for, and join what is left."""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers import decoders


@dataclass(frozen=True)
class ByteFallback:
    """Turn byte tokens into the characters they make up: "<0xC3>" "<0xA9>" becomes "é"."""

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.ByteFallback()


@dataclass(frozen=True)
class ByteLevel:
    """Turn the visible characters of `byte-level` into bytes again: "HÃ©" "Ġyou" becomes "Hé you"."""

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.ByteLevel()


@dataclass(frozen=True)
class Fuse:
    """Join all tokens, so that the decoders that follow see one text: "a" "b" becomes "ab"."""

    def build(self) -> decoders.Decoder:
        """Return the component."""
        return decoders.Fuse()
