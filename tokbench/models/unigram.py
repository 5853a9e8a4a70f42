"""Unigram language model (Kudo 2018, https://arxiv.org/abs/1804.10959)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokenizers import models

from tokbench.models.tokens import refuse_unsaved, required

if TYPE_CHECKING:
    from tokbench.contracts import Suggestions


@dataclass(frozen=True)
class Unigram:
    """Take the tokens that are likeliest together: "▁unlikely" becomes "▁un" "like" "ly".

    unk_token: what stands for characters outside the vocabulary.
    byte_fallback: write characters outside the vocabulary as their bytes, `<0x00>` … `<0xFF>`.
    alpha: not kept by tokenizer.json, and refused.
    nbest_size: not kept by tokenizer.json, and refused.
    """

    unk_token: str = "<unk>"
    byte_fallback: bool = False
    alpha: float | None = None
    nbest_size: int | None = None

    def __post_init__(self) -> None:
        """Refuse options that are not kept."""
        refuse_unsaved(alpha=self.alpha, nbest_size=self.nbest_size)

    def build(self) -> models.Model:
        """Return the model with its options; its vocabulary is the unknown token alone, which it cannot lack."""
        return models.Unigram([(self.unk_token, 0.0)], unk_id=0, byte_fallback=self.byte_fallback)

    def requires(self) -> tuple[str, ...]:
        """Return the unknown token, and the byte tokens if they are asked for."""
        return required(self.unk_token, self.byte_fallback)

    def suggests(self) -> Suggestions:
        """Return the decoder of byte tokens, if they are asked for."""
        return {"decoder": [{"use": "byte-fallback"}]} if self.byte_fallback else {}
