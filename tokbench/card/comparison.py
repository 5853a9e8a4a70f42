"""Figures of well-known tokenizers beside those of the one that was built, on the same text.

They are loaded before any text is read, so that a name that is wrong costs nobody a training.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.carried.copying import backend_of
from tokbench.errors import ArtifactError
from tokbench.measuring import measure

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from tokbench.carried.copying import WholeTokenizer
    from tokbench.contracts import MetricPart
    from tokbench.recipe.recipe import Recipe


def load_compared(recipe: Recipe) -> dict[str, Tokenizer]:
    """Return the tokenizers that `card.compare` names, by that name and, from the Hub, the commit that was found.

    A name is a folder, relative to the recipe's, or an id of the Hub with or without `@revision`. Raises `RecipeError`
    where one cannot be loaded.
    """
    if not recipe.card.compare:
        return {}
    from tokenizers import Tokenizer

    from tokbench.base.loading import load_base

    found = {}
    for name in recipe.card.compare:
        place, _, revision = name.partition("@")
        try:
            base = load_base(place, revision or None, recipe.folder)
        except ArtifactError as error:
            raise recipe.error("card.compare", str(error)) from error
        label = f"{place} ({base.commit[:7]})" if base.commit else Path(place).name
        found[label] = Tokenizer.from_str(json.dumps(base.document))
    return found


def figures(
    tokenizer: Tokenizer | WholeTokenizer, texts: Sequence[str], metrics: Mapping[str, MetricPart]
) -> dict[str, float]:
    """Return how many tokens a tokenizer has, and what the metrics say of it on the texts.

    A figure whose name another metric took has its metric's before it: `once_tokens`. Raises `MetricFailed`.
    """
    found: dict[str, float] = {"tokens": backend_of(tokenizer).get_vocab_size()}
    for metric, measured in measure(tokenizer, texts, metrics).items():
        for figure, value in measured.items():
            found[f"{metric}_{figure}" if figure in found else figure] = round(value, 4)
    return found
