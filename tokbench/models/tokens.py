"""What the models of `tokenizers` ask of a vocabulary, and what tokenizer.json does not keep of them."""

from __future__ import annotations

BYTE_TOKENS = tuple(f"<0x{byte:02X}>" for byte in range(256))
"""The tokens of byte fallback: `<0x00>` … `<0xFF>`."""


def required(unk_token: str | None, byte_fallback: bool = False) -> tuple[str, ...]:
    """Return the tokens that a vocabulary must hold: the unknown token, then the byte tokens."""
    unknown = () if unk_token is None else (unk_token,)
    return unknown + (BYTE_TOKENS if byte_fallback else ())


def refuse_unsaved(**options: object) -> None:
    """Raise `ValueError` if an option is set that `tokenizers` forgets when it writes tokenizer.json."""
    for name, value in options.items():
        if value is not None:
            raise ValueError(
                f"{name}: tokenizer.json does not keep it, so the tokenizer that is built could not have it;"
                f" set model.{name} after loading"
            )
