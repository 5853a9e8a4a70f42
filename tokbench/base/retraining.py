"""From a recipe with `[base]` to the blueprint of a build: the base, a trainer that fits, what the recipe adds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokbench import options, registry
from tokbench.assembly import check_template
from tokbench.base.extending import extended
from tokbench.base.loading import load_base
from tokbench.base.rebuilding import rebuild
from tokbench.base.tokenizer import BaseTokenizer
from tokbench.contracts import Report, silent
from tokbench.errors import ArtifactError
from tokbench.recipe.recipe import Recipe
from tokbench.recipe.tables import ROLES, RoundTrip, Wrapper
from tokbench.recipe.use import Use
from tokbench.rehearsal import STRONGEST_FIRST, Stages, kept_of_all, lowered
from tokbench.wrapping import read_template

if TYPE_CHECKING:
    from tokenizers import models
    from transformers import PreTrainedTokenizerFast

    from tokbench.carried.code import Code
    from tokbench.contracts import Cut

TRAINERS = {"bpe": "bpe", "wordpiece": "wordpiece", "unigram": "unigram", "wordlevel": "wordlevel"}
"""The trainer of each model, where the recipe names none."""


@dataclass(frozen=True)
class Retraining:
    """A tokenizer whose vocabulary is to be learned anew, with what the recipe says beside it."""

    recipe: Recipe
    """With everything chosen that it left open."""
    base: BaseTokenizer
    model: Any
    """The model part, with the options of the base's model."""

    @property
    def pipeline(self) -> str:
        """The JSON of a tokenizer that splits text into the words to learn from."""
        return self.base.pipeline

    @property
    def cut(self) -> Cut:
        """Where text may be cut before the pipeline."""
        return self.base.cut

    @property
    def code(self) -> Code | None:
        """The Python that the base carries, and the result too."""
        return self.base.code

    @property
    def trainer(self) -> Any:
        """The trainer part."""
        return self.recipe.trainer.part if self.recipe.trainer else None

    @property
    def reserved(self) -> tuple[str, ...]:
        """The tokens that the trainer puts first; `finish` puts each where the base has it."""
        return self.base.reserved

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """The tokens with a role of every model, and those named as extra, in the order of the base's ids."""
        roles = [self.base.roles[f"{role}_token"] for role in ROLES if f"{role}_token" in self.base.roles]
        return tuple(sorted({*roles, *self.base.extra}, key=self.base.ids.__getitem__))

    def tried(self, samples: Sequence[str]) -> Retraining:
        """Return the blueprint that promises no more than texts of the corpus allow, where the recipe asks nothing."""
        return dataclasses.replace(self, recipe=lowered(self.recipe, _stages(self.base), samples))

    def finish(self, model: models.Model) -> PreTrainedTokenizerFast:
        """Return the base with the trained model in it; raises `TrainingError` where that lacks a token."""
        given = dict(self.recipe.tables.get("tokenizer", {}))
        if "chat_template" in given:
            given["chat_template"] = read_template(self.recipe.wrapper)
        return rebuild(self.base, model, **given)


def retrain(recipe: Recipe, report: Report = silent, *, trust_remote_code: bool = False) -> Retraining:
    """Load the base of a recipe, and choose what the recipe leaves open so that it fits.

    Python that the base brings along runs only with `trust_remote_code`, and goes into the result. Raises `RecipeError`
    where the base cannot be had, its model cannot be trained by the trainer that the recipe
    names, or decoding keeps less than `[checks] round_trip` asks, and `UserError` where the chat template is not there.
    """
    if recipe.base is None:
        raise ValueError("a recipe without [base] has nothing to retrain")
    check_template(recipe)
    try:
        found = load_base(
            recipe.base.tokenizer, recipe.base.revision, recipe.folder, report, trust_remote_code=trust_remote_code
        )
    except ArtifactError as error:
        raise recipe.error("base.tokenizer", str(error)) from error
    base = extended(found, recipe.special_tokens, recipe.added_tokens)
    trainer, choices = _trainer(recipe, base)
    chosen = dataclasses.replace(
        recipe,
        base=dataclasses.replace(recipe.base, revision=base.commit),
        tables=_tables(recipe, base, trainer),
        choices=(*recipe.choices, *choices),
        trainer=trainer,
        promises=dataclasses.replace(recipe.promises, round_trip=_promise(recipe, base)),
    )
    return Retraining(chosen, base, base.model())


def _trainer(recipe: Recipe, base: BaseTokenizer) -> tuple[Use, list[str]]:
    """Return the trainer that the recipe names, or the one of the base's model, and a sentence for each choice."""
    name = recipe.trainer.name if recipe.trainer else TRAINERS[base.model_name]
    part = registry.load("trainers", name)
    if base.model_name not in (makes := getattr(part, "makes", ())):
        made = " or ".join(f"'{model}'" for model in makes)
        raise recipe.error("trainer.use", f"the trainer '{name}' makes {made}, and the base is a '{base.model_name}'")
    if hasattr(part, "finished"):
        what = f"the trainer '{name}' changes the pre-tokenizer, and all stages of a base are kept; leave out [base]"
        raise recipe.error("trainer.use", what)
    notes = [] if recipe.trainer else [f"trainer: {name}, which makes the model of the base"]
    given = dict(recipe.trainer.options) if recipe.trainer else {}
    known = {option.name for option in options.options_of(part)}
    for option, value in _fitting(base).items():
        if option in known and option not in given:
            given[option] = value
            notes.append(f"trainer.{option}: {value}, as the base has it")
    return Use("trainers", name, given, options.make(part, given, recipe.folder)), notes


def _fitting(base: BaseTokenizer) -> dict[str, Any]:
    """Return the options of a trainer that the base answers."""
    return {"vocab_size": len(base.vocabulary)} | ({"initial_alphabet": "byte-level"} if base.alphabet else {})


def _tables(recipe: Recipe, base: BaseTokenizer, trainer: Use) -> dict[str, Any]:
    """Return the recipe's tables with the trainer and, for a base from the Hub, the commit that it was at.

    `[tokenizer]`, if there, has the base's settings for defaults.
    """
    tables = {**recipe.tables, "trainer": {"use": trainer.name, **trainer.options}}
    if base.commit is not None:
        tables["base"] = {**recipe.tables["base"], "revision": base.commit}
    if "tokenizer" in recipe.tables:
        tables["tokenizer"] = {**_as_keys(base.settings), **recipe.tables["tokenizer"]}
    return tables


def _as_keys(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that are keys of `[tokenizer]`, as TOML holds them; templates are files there."""
    keys = {field.name for field in dataclasses.fields(Wrapper)} - {"chat_template"}
    found = {key: value for key, value in settings.items() if key in keys}
    if found.get("model_max_length", 0) > 10**9:  # what transformers means by none
        del found["model_max_length"]
    return found


def _promise(recipe: Recipe, base: BaseTokenizer) -> RoundTrip:
    """Return what decoding keeps: what the recipe asks for, or as much as the stages of the base allow."""
    kept = kept_of_all(_stages(base))
    if base.settings.get("clean_up_tokenization_spaces"):  # transformers takes spaces out of what was decoded
        kept = max(kept, "spaces", key=STRONGEST_FIRST.index)
    asked = recipe.promises.round_trip
    if asked is not None and STRONGEST_FIRST.index(kept) > STRONGEST_FIRST.index(asked):
        raise recipe.error("checks.round_trip", f"decoding with the base keeps '{kept}', which is less than '{asked}'")
    return asked or kept


def _stages(base: BaseTokenizer) -> Stages:
    whole = base.tokenizer
    return Stages(whole.normalizer, whole.pre_tokenizer, whole.decoder, base.model())
