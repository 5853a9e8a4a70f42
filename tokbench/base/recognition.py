"""Find the built-in parts behind stages that came as JSON, for what the parts say of them: where text may be cut.

A stage is recognized by what a part builds, not by its name: the part is given the stage's own fields as options
where it has such options, and counts only if it then builds exactly this stage.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tokbench import options, registry
from tokbench.carried.stages import PYTHON, Classes, made
from tokbench.counting.places import careful_cut

if TYPE_CHECKING:
    from tokbench.contracts import Cut

Stage = Mapping[str, Any]


def cut_before(normalizer: Stage | None, pre_tokenizer: Stage | None, classes: Classes | None = None) -> Cut:
    """Return where text may be cut before these stages, as the parts behind them say; unknown stages say never.

    `classes` are the parts in Python that the stages name.
    """
    found = [parts_of("normalizers", normalizer, classes), parts_of("pre_tokenizers", pre_tokenizer, classes)]
    return careful_cut(*found)


def parts_of(kind: str, stage: Stage | None, classes: Classes | None = None) -> list[Any]:
    """Return the parts that build a stage, one for each of a sequence; None stands for what no part builds."""
    if stage is None:
        return []
    if stage["type"] == PYTHON:
        return [made(stage, classes or {})]
    whole = next(_builders(kind, stage), None)
    items = stage.get(ITEMS[kind])
    if whole is not None or items is None:
        return [whole]
    return [part for item in items for part in parts_of(kind, item, classes)]


ITEMS = {"normalizers": "normalizers", "pre_tokenizers": "pretokenizers"}
"""Where the JSON of a `Sequence` keeps its stages."""


def _builders(kind: str, stage: Stage) -> Iterator[Any]:
    """Yield the built-in parts, with options, that build this stage."""
    for part in _own_parts(kind):
        found = _made(part, stage)
        if found is not None and json.loads(found.build().__getstate__()) == stage:
            yield found


def _made(part: type, stage: Stage) -> Any:
    """Return the part with the stage's fields as its options, or None where it cannot be made of them."""
    known = {option.name for option in options.options_of(part)}
    given = {_snake(key): value for key, value in _spelled(stage).items()}
    try:
        return options.make(part, {key: value for key, value in given.items() if key in known and value is not None})
    except options.OptionErrors:
        return None


def _spelled(stage: Stage) -> dict[str, Any]:
    """Return the fields of a stage as options spell them.

    ``{"pattern": {"Regex": "a+"}, "behavior": "MergedWithNext"} → {"regex": "a+", "behavior": "merged_with_next"}``
    """
    fields = {key: _snake(value) if key == "behavior" else value for key, value in stage.items()}
    pattern = fields.pop("pattern", None)
    if isinstance(pattern, dict):
        fields |= {"pattern": pattern.get("String"), "regex": pattern.get("Regex")}
    return fields


def _snake(name: str) -> str:
    """Return ``merged_with_next`` for ``MergedWithNext``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@functools.lru_cache(maxsize=2)
def _own_parts(kind: str) -> tuple[type, ...]:
    """Import the parts of the kind that tokbench itself brings; what they say of themselves is tested."""
    own = [entry.name for entry in registry.entries(kind) if entry.package == registry.OWN_PACKAGE]
    return tuple(registry.load(kind, name) for name in own)
