"""Calmer text."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """Shorten runs of one punctuation mark: "No way!!!!" becomes "No way!".

    longest: how many of a run stay
    """

    longest: int = 1

    def apply(self, text: str) -> str:
        """Return the text with its runs shortened."""
        return re.sub(rf"([!?.,]){{1}}\1{{{self.longest},}}", lambda run: run[1] * self.longest, text)
