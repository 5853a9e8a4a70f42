"""Byte-pair encoding (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokenizers import models

from tokbench.models.tokens import refuse_unsaved, required

if TYPE_CHECKING:
    from tokbench.contracts import Suggestions


@dataclass(frozen=True)
class BPE:
    """Merge pairs of tokens in the order in which they were learned: "lower" becomes "low" "er".

    dropout: the share of merges, 0 to 1, left out at random when encoding (Provilkov et al. 2020).
    unk_token: what stands for characters outside the vocabulary; without it they vanish.
    continuing_subword_prefix: begins every token that does not begin a word.
    end_of_word_suffix: ends every token that ends a word.
    fuse_unk: make one unknown token of several that touch.
    byte_fallback: write characters outside the vocabulary as their bytes, `<0x00>` … `<0xFF>`.
    ignore_merges: take a word that is in the vocabulary whole, whatever its merges are.
    cache_capacity: not kept by tokenizer.json, and refused.
    """

    dropout: float | None = None
    unk_token: str | None = None
    continuing_subword_prefix: str | None = None
    end_of_word_suffix: str | None = None
    fuse_unk: bool = False
    byte_fallback: bool = False
    ignore_merges: bool = False
    cache_capacity: int | None = None

    def __post_init__(self) -> None:
        """Refuse a dropout that is no share, and options that are not kept."""
        if self.dropout is not None and not 0 <= self.dropout <= 1:
            raise ValueError(f"dropout: must be from 0 to 1, not {self.dropout}")
        refuse_unsaved(cache_capacity=self.cache_capacity)

    def build(self) -> models.Model:
        """Return the model with its options and an empty vocabulary."""
        # HF takes options that are absent, and some that are None are a TypeError.
        given = {name: value for name, value in vars(self).items() if value is not None}
        return models.BPE(**given)

    def requires(self) -> tuple[str, ...]:
        """Return the unknown token and the byte tokens, as the options ask for them."""
        return required(self.unk_token, self.byte_fallback)

    def suggests(self) -> Suggestions:
        """Return the decoders that undo the options: bytes, then the prefix, the suffix."""
        decoders: list[dict[str, Any]] = [{"use": "byte-fallback"}] if self.byte_fallback else []
        prefix, suffix = self.continuing_subword_prefix, self.end_of_word_suffix
        if prefix and suffix:
            decoders.append({"use": "replace", "regex": rf"\A{re.escape(prefix)}", "content": ""})
        if suffix:
            decoders.append({"use": "bpe", "suffix": suffix})
        elif prefix:
            decoders.append({"use": "wordpiece", "prefix": prefix})
        return {"decoder": decoders} if decoders else {}
