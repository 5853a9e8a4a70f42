"""What a build knows of the tokenizer to be: drawn from the parts of a recipe, or from an existing tokenizer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from tokbench.contracts import Report, silent

if TYPE_CHECKING:
    from tokenizers import Tokenizer, models

    from tokbench.carried.code import Code
    from tokbench.carried.copying import WholeTokenizer
    from tokbench.contracts import Cut
    from tokbench.recipe.recipe import Recipe


class Blueprint(Protocol):
    """A tokenizer whose model is still to be trained."""

    @property
    def recipe(self) -> Recipe:
        """The recipe, with everything chosen that it left open."""

    @property
    def pipeline(self) -> str:
        """The JSON of a `tokenizers.Tokenizer` that splits text into words, with an empty model.

        It may name parts in Python, as `tokbench.carried.stages` says; `code` has their classes.
        """

    @property
    def cut(self) -> Cut:
        """Where text may be cut before the pipeline."""

    @property
    def code(self) -> Code | None:
        """The Python that the tokenizer carries, if it needs some."""

    @property
    def trainer(self) -> Any:
        """The trainer part."""

    @property
    def model(self) -> Any:
        """The model part, whose options the trained model has."""

    @property
    def reserved(self) -> tuple[str, ...]:
        """The tokens that the vocabulary must hold, in the order of their ids."""

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """The tokens that must never come from plain text unless asked."""

    def tried(self, samples: Sequence[str]) -> Blueprint:
        """Return the blueprint that promises no more than texts of the corpus allow, where the recipe asks nothing."""

    def finish(self, model: models.Model) -> WholeTokenizer:
        """Return the whole tokenizer around a trained model."""


def draw(recipe: Recipe, report: Report = silent, *, trust_remote_code: bool = False) -> Blueprint:
    """Return the blueprint of a recipe; raises `RecipeError` where its parts do not fit together.

    Python that its base carries runs only with `trust_remote_code`; its own parts are installed, and run.
    """
    if recipe.base is not None:
        from tokbench.base.retraining import retrain

        return retrain(recipe, report, trust_remote_code=trust_remote_code)
    from tokbench.assembly import assemble

    return assemble(recipe)


def splitter(drawn: Blueprint) -> Tokenizer:
    """Return a tokenizer with the normalizer and the pre-tokenizer of a blueprint, and an empty model."""
    from tokbench.carried.stages import load

    return load(json.loads(drawn.pipeline), drawn.code.classes if drawn.code else {})
