"""The front matter of a card: the metadata that the Hub reads, as `huggingface_hub` writes and reads it.

{"library_name": "transformers", "license": "apache-2.0"} →
---
library_name: transformers
license: apache-2.0
---
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokbench.manifest import Origin
    from tokbench.recipe.tables import Card

TAGS = ("tokenizer", "tokbench")
"""What every artifact of tokbench is tagged with."""


PLAIN = re.compile(r"(?i)(?!(y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9]*([-./][a-z0-9]+)*")
"""Strings that YAML takes as they stand: ids, licenses and most languages, but "no", which is not Norwegian there."""
KEYS = frozenset({"datasets", "language", "library_name", "license", "tags"})
"""What `described` has, which `huggingface_hub` writes in the order of the alphabet."""


def front_matter(data: Mapping[str, Any]) -> str:
    """Return the metadata between its two lines of dashes."""
    lines = _plain(data)
    if lines is None:
        from huggingface_hub import ModelCardData

        lines = [ModelCardData(**data).to_yaml()]
    return "\n".join(["---", *lines, "---"])


def _plain(data: Mapping[str, Any]) -> list[str] | None:
    """Return the lines of metadata in plain words, whose YAML needs no library; None where there is anything else."""
    lines = []
    for key in sorted(data):
        several = isinstance(data[key], list)
        values = data[key] if several else [data[key]]
        if key not in KEYS or not all(isinstance(value, str) and PLAIN.fullmatch(value) for value in values):
            return None
        if len(set(values)) < len(values) or (key == "tags" and not several):  # which the library mends
            return None
        lines += [f"{key}:", *(f"- {value}" for value in values)] if several else [f"{key}: {data[key]}"]
    return lines or None


def described(card: Card, origins: Iterable[Origin]) -> dict[str, Any]:
    """Return the metadata of a new card; what nobody said is left out, never guessed."""
    origins = tuple(origins)
    data = {
        "library_name": "transformers",
        "license": card.license,
        "language": _once([*card.language, *(origin.language for origin in origins)]),
        "tags": _once([*TAGS, *card.tags]),
        "datasets": _once(origin.dataset for origin in origins),
    }
    return {key: value for key, value in data.items() if value}


def split(text: str) -> tuple[dict[str, Any], str]:
    """Return the metadata of a card, and what stands below it."""
    from huggingface_hub import ModelCard

    card = ModelCard(text)
    data: Any = card.data
    return data.to_dict(), card.text.lstrip("\n")


def _once(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
