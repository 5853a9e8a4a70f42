"""Where text may be cut, and what a part says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Cut = Literal["space", "ascii-space", "never"]
"""Where a pipeline lets text be cut: the widest place that its parts together allow; `never` is whole documents."""

Place = Literal["any-space", "space", "ascii-space", "word", "never"]
"""A place in text, as a part sees it, where the words before it may be found apart from the words behind it.

`any-space`: before a U+0020, whatever precedes it. `space`: the same, where a solid character precedes it (neither
white space nor anything that a normalizer may drop; `tokbench.counting.cuts` lists them). `ascii-space`: the same,
where that is printable ASCII. `word`: between two words that an earlier pre-tokenizer made. `never`: nowhere.
"""

EVERYWHERE: tuple[Place, ...] = ("any-space", "space", "ascii-space", "word")
"""Every place: what a part keeps that changes or splits text without a look at the spaces."""

Suggestions = Mapping[str, Any]
"""Pieces of a recipe that fit a part, used where the recipe is silent: `{"decoder": [{"use": "byte-level"}]}`."""
