"""A stage of a tokenizer out of its parts, some of `tokenizers` and some in Python."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tokenizers

from tokbench.carried.code import Piece
from tokbench.carried.stages import ITEMS, POST_PROCESSOR, STAGES, Stage, can_be_saved


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
    if _is_stock(item):
        return False
    if stage not in STAGES:
        return all(hasattr(item, method) for method in POST_PROCESSOR)
    return any(hasattr(item, method) for method in STAGES[stage].methods)


def unfit(stage: str, item: Any) -> str:
    """Return why a tokenizer cannot hold what a part built, or nothing."""
    if _is_stock(item):
        return "" if can_be_saved(item) else "wraps its Python in a component, which hides it; build the object itself"
    if is_python(stage, item):
        return ""
    methods = " or ".join(f"'{method}'" for method in STAGES[stage].methods) if stage in STAGES else ""
    needed = f"a method {methods}" if methods else f"the methods '{POST_PROCESSOR[0]}' and '{POST_PROCESSOR[1]}'"
    return f"builds a {type(item).__name__}, which is neither a component of tokenizers nor an object with {needed}"


def built_stage(stage: str, items: Sequence[Any]) -> BuiltStage:
    """Return the stage of these items, each a component or a `Piece`; raises `PartError` where one cannot travel."""
    if not items:
        return BuiltStage(None)
    pieces = tuple(item for item in items if isinstance(item, Piece))
    objects = [item.part.build() if isinstance(item, Piece) else item for item in items]
    component = STAGES[stage].in_turn(objects)
    return BuiltStage(component, described_stage(stage, items) if pieces else None, pieces)


def described_stage(stage: str, items: Sequence[Any]) -> Stage:
    """Return what tokenizer.json says of the stage of these items, each a component or a `Piece`."""
    named = [item.stage() if isinstance(item, Piece) else json.loads(item.__getstate__()) for item in items]
    return named[0] if len(named) == 1 else {"type": "Sequence", ITEMS[stage]: named}


def _is_stock(item: Any) -> bool:
    return type(item).__module__.startswith(tokenizers.__name__)
