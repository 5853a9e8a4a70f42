"""Bytes as `tokenizers` writes them: each as one printable character."""

from __future__ import annotations

from collections.abc import Mapping

from tokenizers.pre_tokenizers import ByteLevel


def byte_characters() -> dict[int, str]:
    """Return the character that stands for each byte in `tokenizers`: ``{32: "Ġ", 97: "a", …}``."""
    shown = [byte for byte in range(256) if chr(byte).isprintable() and byte not in (0x20, 0xAD)]
    rest = [byte for byte in range(256) if byte not in shown]
    table = {byte: chr(byte) for byte in shown} | {byte: chr(256 + place) for place, byte in enumerate(rest)}
    if set(table.values()) != set(ByteLevel.alphabet()):
        raise ValueError("this version of tokenizers writes bytes with other characters")
    return table


def spelled(token: bytes, characters: Mapping[int, str]) -> str:
    """Return the token as `tokenizers` writes it: ``b" word" → "Ġword"``."""
    return "".join(characters[byte] for byte in token)
