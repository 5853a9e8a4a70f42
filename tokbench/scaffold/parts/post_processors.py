"""An end behind every sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tokenizers.processors import PostProcessor, TemplateProcessing


@dataclass(frozen=True)
class Example:
    """Put one token behind each sequence: "a" becomes a </s>.

    end: the token, which special_tokens of the recipe must have
    """

    end: str = "</s>"

    def tokens(self) -> Sequence[str]:
        """Return the tokens that it names."""
        return (self.end,)

    def build(self, ids: Mapping[str, int]) -> PostProcessor:
        """Return the component; `ids` has the id of each token of the trained vocabulary."""
        return TemplateProcessing(
            single=f"$A {self.end}", pair=f"$A {self.end} $B {self.end}", special_tokens=[(self.end, ids[self.end])]
        )
