"""A part as a recipe uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """A part that a recipe uses: which one, the options as the recipe has them, and the part made with them."""

    kind: str
    name: str
    options: Mapping[str, Any]
    part: Any

    def filled(self) -> dict[str, Any]:
        """Return the table that stands for it in a recipe, with every default written in."""
        from tokbench.options import fill

        return {"use": self.name, **fill(type(self.part), self.options)}
