"""Post-processors of BERT, RoBERTa and GPT-2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tokenizers import processors

from tokbench.post_processors.ids import identified


@dataclass(frozen=True)
class BertProcessing:
    """Frame sequences as BERT does, `[CLS] A [SEP] B [SEP]`, and tell them apart by type ids 0 and 1.

    sep: the token that ends a sequence.
    cls: the token that begins the input.
    """

    sep: str = "[SEP]"
    cls: str = "[CLS]"

    type_ids: ClassVar[bool] = True

    def tokens(self) -> tuple[str, ...]:
        """Return the tokens it names."""
        return (self.cls, self.sep)

    def build(self, ids: Mapping[str, int]) -> processors.PostProcessor:
        """Return the component; raises `ValueError` where `ids` lacks a token."""
        return processors.BertProcessing(identified(self.sep, ids), identified(self.cls, ids))


@dataclass(frozen=True)
class RobertaProcessing:
    """Frame sequences as RoBERTa does, `<s> A </s></s> B </s>`, all with type id 0.

    sep: the token that ends a sequence.
    cls: the token that begins the input.
    trim_offsets: leave white space out of the offsets.
    add_prefix_space: whether the pre-tokenizer put a space before the text; it decides what is trimmed first.
    """

    sep: str = "</s>"
    cls: str = "<s>"
    trim_offsets: bool = True
    add_prefix_space: bool = True

    type_ids: ClassVar[bool] = False

    def tokens(self) -> tuple[str, ...]:
        """Return the tokens it names."""
        return (self.cls, self.sep)

    def build(self, ids: Mapping[str, int]) -> processors.PostProcessor:
        """Return the component; raises `ValueError` where `ids` lacks a token."""
        return processors.RobertaProcessing(
            identified(self.sep, ids), identified(self.cls, ids), self.trim_offsets, self.add_prefix_space
        )


@dataclass(frozen=True)
class ByteLevel:
    """Leave white space out of the offsets of byte-level tokens; adds no token.

    add_prefix_space: whether the pre-tokenizer put a space before the text; it decides what is trimmed first.
    trim_offsets: whether to trim at all.
    use_regex: kept for the pre-tokenizer of the same name; nothing depends on it.
    """

    add_prefix_space: bool = True
    trim_offsets: bool = True
    use_regex: bool = True

    type_ids: ClassVar[bool] = False

    def tokens(self) -> tuple[str, ...]:
        """Return no tokens."""
        return ()

    def build(self, ids: Mapping[str, int]) -> processors.PostProcessor:  # noqa: ARG002 - the contract's shape
        """Return the component."""
        return processors.ByteLevel(
            add_prefix_space=self.add_prefix_space, trim_offsets=self.trim_offsets, use_regex=self.use_regex
        )
