"""The blueprint of a tokenizer that is an existing one with a new vocabulary."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokbench.assembly import check_template
from tokbench.base.loading import load_base
from tokbench.base.rebuilding import rebuild
from tokbench.base.tokenizer import BaseTokenizer
from tokbench.contracts import Report
from tokbench.options import make
from tokbench.recipe.recipe import Recipe, Use
from tokbench.recipe.tables import Promises
from tokbench.registry import load
from tokbench.rehearsal import Stages, kept_of_all, lowered
from tokbench.wrapping import read_template

if TYPE_CHECKING:
    from tokenizers import models
    from transformers import PreTrainedTokenizerFast

    from tokbench.contracts import Cut

TRAINERS = {"bpe": "bpe", "wordpiece": "wordpiece", "unigram": "hf-unigram", "wordlevel": "wordlevel"}
"""The trainer of each model, where the recipe names none."""


@dataclass(frozen=True)
class Retraining:
    """A recipe with `[base]`, and the tokenizer that it starts from."""

    recipe: Recipe
    base: BaseTokenizer
    model: Any
    """The model part, with the options of the base's model."""

    @property
    def pipeline(self) -> str:
        """Return the JSON of a tokenizer that splits text as the base does."""
        return self.base.pipeline

    @property
    def cut(self) -> Cut:
        """Return where text may be cut before the base's stages."""
        return self.base.cut

    @property
    def trainer(self) -> Any:
        """Return the trainer part."""
        return self.recipe.trainer.part if self.recipe.trainer else None

    @property
    def reserved(self) -> tuple[str, ...]:
        """Return the tokens of the base that its new vocabulary must hold."""
        return self.base.reserved

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """Return the special tokens of the base, whose ids need not be the first."""
        return tuple(dict.fromkeys((*self.base.roles.values(), *self.base.extra)))

    def tried(self, samples: Sequence[str]) -> Retraining:
        """Return the blueprint that promises no more than texts of the corpus allow, where the recipe asks nothing."""
        return dataclasses.replace(self, recipe=lowered(self.recipe, _stages(self.base), samples))

    def finish(self, model: models.Model) -> PreTrainedTokenizerFast:
        """Return the base with the trained model in it, told what the recipe's `[tokenizer]` says."""
        wrapper = self.recipe.wrapper
        told = {key: getattr(wrapper, key) for key in self.recipe.tables.get("tokenizer", {})}
        if wrapper.chat_template is not None:
            told["chat_template"] = read_template(wrapper)
        return rebuild(self.base, model, **told)


def retrain(recipe: Recipe, report: Report) -> Retraining:
    """Return the blueprint.

    Raises `ArtifactError` where the base cannot be had, and `RecipeError` where the recipe does not fit it.
    """
    if recipe.base is None:
        raise ValueError("a recipe without [base] is assembled by tokbench.assembly")
    check_template(recipe)
    base = load_base(recipe.base.tokenizer, recipe.base.revision, recipe.folder, report)
    trainer, notes = _trainer(recipe, base)
    completed = dataclasses.replace(recipe, trainer=trainer, choices=(*recipe.choices, *notes))
    promises = recipe.promises if recipe.promises.round_trip else Promises(round_trip=kept_of_all(_stages(base)))
    return Retraining(dataclasses.replace(completed, promises=promises), base, base.model())


def _trainer(recipe: Recipe, base: BaseTokenizer) -> tuple[Use, list[str]]:
    """Return the trainer that the recipe names, or the one for the base's model, with what the base knows."""
    name = recipe.trainer.name if recipe.trainer else TRAINERS[base.model_name]
    part = load("trainers", name)
    if base.model_name not in getattr(part, "makes", ()):
        raise recipe.error("trainer.use", f"the base's model is {base.model_name}, which '{name}' does not make")
    notes = [] if recipe.trainer else [f"trainer: {name}, for the base's {base.model_name} model"]
    options = dict(recipe.trainer.options) if recipe.trainer else {}
    fields = {field.name for field in dataclasses.fields(part)}
    for option, value in _known(base).items():
        if option in fields and option not in options and value is not None:
            options[option] = value
            notes.append(f"trainer.{option}: {value}, as the base has it")
    return Use("trainers", name, options, make(part, options)), notes


def _known(base: BaseTokenizer) -> dict[str, Any]:
    """Return what the base says for options that the recipe leaves open."""
    return {
        "vocab_size": len(base.vocabulary),
        "initial_alphabet": "byte-level" if base.alphabet else None,
    }


def _stages(base: BaseTokenizer) -> Stages:
    from tokenizers import Tokenizer

    whole = Tokenizer.from_str(json.dumps(base.document))
    return Stages(whole.normalizer, whole.pre_tokenizer, whole.decoder, base.model())
