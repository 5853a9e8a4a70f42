"""A stage of a tokenizer out of its parts, some of `tokenizers` and some in Python."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tokenizers

from tokbench.carried.code import Piece
from tokbench.carried.stages import ITEMS, STAGES, Stage, can_be_saved


@dataclass(frozen=True)
class BuiltStage:
    """A stage that can be put into a tokenizer."""

    component: Any
    """None where no part was named."""
    python: Stage | None = None
    """What tokenizer.json says of it where it has parts in Python."""
    pieces: tuple[Piece, ...] = ()
    """These parts."""


def is_python(stage: str, item: Any) -> bool:
    """Whether what a part built is an object with the protocol of a stage, and no component of `tokenizers`."""
    place = STAGES.get(stage)
    return place is not None and not _is_stock(item) and any(hasattr(item, method) for method in place.methods)


def unfit(stage: str, item: Any) -> str:
    """Return why a tokenizer cannot hold what a part built, or nothing."""
    if _is_stock(item):
        return "" if can_be_saved(item) else "wraps its Python in a component, which hides it; build the object itself"
    if stage not in STAGES:
        return (
            "is written in Python, and tokenizers has no place for such a post-processor; let it build one of"
            " tokenizers.processors, such as TemplateProcessing"
        )
    methods = " or ".join(f"'{method}'" for method in STAGES[stage].methods)
    if not is_python(stage, item):
        kind = type(item).__name__
        return f"builds a {kind}, which is neither a component of tokenizers nor an object with a method {methods}"
    return ""


def built_stage(stage: str, items: Sequence[Any]) -> BuiltStage:
    """Return the stage of these items, each a component or a `Piece`; raises `PartError` where one cannot travel."""
    if not items:
        return BuiltStage(None)
    pieces = tuple(item for item in items if isinstance(item, Piece))
    objects = [item.part.build() if isinstance(item, Piece) else item for item in items]
    component = STAGES[stage].in_turn(objects)
    if not pieces:
        return BuiltStage(component)
    named = [item.stage() if isinstance(item, Piece) else json.loads(item.__getstate__()) for item in items]
    sequence = {"type": "Sequence", dict(zip(STAGES, ITEMS, strict=True))[stage]: named}
    return BuiltStage(component, named[0] if len(named) == 1 else sequence, pieces)


def _is_stock(item: Any) -> bool:
    return type(item).__module__.startswith(tokenizers.__name__)
