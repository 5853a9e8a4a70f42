"""Tokens joined where a mark says so."""

from __future__ import annotations

from dataclasses import dataclass

from tokenizers.decoders import Decoder, Fuse, Replace, Sequence


@dataclass(frozen=True)
class Example:
    """Join tokens, a mark standing for a space: "▁go" "ing" becomes " going".

    mark: what stands for a space
    """

    mark: str = "▁"

    def build(self) -> Decoder:
        """Return the component."""
        return Sequence([Replace(self.mark, " "), Fuse()])
