"""BPE that spells what it does not know in bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tokenizers.models import BPE

if TYPE_CHECKING:
    from tokbench.contracts import Suggestions


@dataclass(frozen=True)
class Example:
    """Merge pairs, and spell characters outside the vocabulary in bytes: "é" becomes <0xC3> <0xA9>.

    dropout: how often a merge is left out at random, to see other spellings in training
    """

    trained_as: ClassVar[str] = "bpe"

    dropout: float | None = None

    def __post_init__(self) -> None:
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise ValueError("dropout must be at least 0 and less than 1")

    def build(self) -> BPE:
        """Return the empty model."""
        return BPE(byte_fallback=True, dropout=self.dropout or None)

    def requires(self) -> Sequence[str]:
        """Return the tokens that its vocabulary must hold whatever the words are."""
        return [f"<0x{byte:02X}>" for byte in range(256)]

    def suggests(self) -> Suggestions:
        """Return the decoder that puts bytes together, for recipes that name none."""
        return {"decoder": [{"use": "byte-fallback"}]}
