"""Forms told apart from the words that a dictionary has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Example:
    """Tell for each word whether it is in the dictionary form: `FORM LEMMA` → (FORM, 0, 1), (LEMMA, 1, 2)."""

    spans: ClassVar[bool] = False
    metric: ClassVar[str] = "accuracy"
    columns: ClassVar[Mapping[str, str]] = {"conll": "-1", "conllu": "MISC:Form", "rows": "form_tags"}

    def found(self, tags: Sequence[str]) -> Sequence[tuple[str, int, int]]:
        """Return each word with its label, as a span of one word."""
        return [(tag, place, place + 1) for place, tag in enumerate(tags)]
