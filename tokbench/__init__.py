"""The workbench for people who build tokenizers.

    import tokbench

    artifact = tokbench.build("wordpiece.toml")
    artifact.tokenizer("Hello, world")

`build` trains and proves, `Artifact.open` finds an artifact on disk, `load` reads a recipe and says what is wrong with
it; `push`, `pull` and `reproduce` are the road to the Hub and back; `errors` holds everything that they raise. Nothing
heavy is imported before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tokbench import errors

if TYPE_CHECKING:
    from tokbench.artifact import Artifact
    from tokbench.hub.pulling import pull
    from tokbench.hub.pushing import push
    from tokbench.pipeline import build, count
    from tokbench.recipe.loader import load
    from tokbench.recipe.recipe import Recipe
    from tokbench.reproducing import reproduce
    from tokbench.sizes import build_sizes
    from tokbench.validation.running import validate

__version__ = "0.1.0"

__all__ = [
    "Artifact",
    "Recipe",
    "__version__",
    "build",
    "build_sizes",
    "count",
    "errors",
    "load",
    "pull",
    "push",
    "reproduce",
    "validate",
]

_HOMES = {
    "Artifact": "tokbench.artifact",
    "Recipe": "tokbench.recipe.recipe",
    "build": "tokbench.pipeline",
    "build_sizes": "tokbench.sizes",
    "count": "tokbench.pipeline",
    "load": "tokbench.recipe.loader",
    "pull": "tokbench.hub.pulling",
    "push": "tokbench.hub.pushing",
    "reproduce": "tokbench.reproducing",
    "validate": "tokbench.validation.running",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module 'tokbench' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
