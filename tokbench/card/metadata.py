"""The front matter of a card: the metadata that the Hub reads, written and read by `huggingface_hub` itself.

{"library_name": "transformers", "license": "apache-2.0"} →
---
library_name: transformers
license: apache-2.0
---
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokbench.manifest import Origin
    from tokbench.recipe.tables import Card

TAGS = ("tokenizer", "tokbench")
"""What every artifact of tokbench is tagged with."""


def front_matter(data: Mapping[str, Any]) -> str:
    """Return the metadata between its two lines of dashes."""
    from huggingface_hub import ModelCardData

    return f"---\n{ModelCardData(**data).to_yaml()}\n---"


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
