"""From a checked recipe to the components of a tokenizer, and what can be proved of them before any text is read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tokbench import registry
from tokbench.carried.building import BuiltStage, built_stage, described_stage, is_python, unfit
from tokbench.carried.code import Code, Piece, code_of
from tokbench.carried.stages import STAGES, Stage, attach, described
from tokbench.errors import PartError, RecipeError, TrainingError, UserError
from tokbench.recipe.recipe import LISTS, Recipe
from tokbench.recipe.tables import Promises
from tokbench.recipe.use import Use
from tokbench.rehearsal import Stages, broken, kept_of_all, lowered, words_are_bytes
from tokbench.wrapping import mark, read_template, wrap

if TYPE_CHECKING:
    from tokenizers import Tokenizer, models

    from tokbench.carried.copying import WholeTokenizer
    from tokbench.contracts import Cut
    from tokbench.recipe.tables import RoundTrip

BYTES = 256
"""How many characters the alphabet of `byte-level` has."""


@dataclass(frozen=True)
class Assembly:
    """The components of a tokenizer whose model is still to be trained."""

    recipe: Recipe
    stages: Stages
    cut: Cut
    """Where text may be cut before the normalizer, as all the parts together allow."""
    reserved: tuple[str, ...]
    """The tokens that take the first ids: the special tokens, then what the model's vocabulary must hold."""
    python: Mapping[str, Stage]
    """The stages with parts in Python, as tokenizer.json has them."""
    code: Code | None
    """What these parts are made of; None where there are none."""

    @property
    def pipeline(self) -> str:
        """Return the JSON of a tokenizer with the normalizer, the pre-tokenizer and an empty model."""
        return json.dumps(described(self.untrained(), self.python)) if self.python else self.untrained().to_str()

    @property
    def trainer(self) -> Any:
        """Return the trainer part."""
        return self.recipe.trainer.part if self.recipe.trainer else None

    @property
    def special_tokens(self) -> tuple[str, ...]:
        """Return the special tokens, in the order of their ids."""
        return tuple(dict.fromkeys(self.recipe.special_tokens.contents))  # one token may have several roles

    @property
    def model(self) -> Any:
        """Return the model part."""
        return self.stages.model

    @property
    def type_ids(self) -> bool:
        """Tell whether the post-processor tells the two sequences of a pair apart."""
        return any(getattr(use.part, "type_ids", False) for use in self.recipe.post_processors)

    def untrained(self) -> Tokenizer:
        """Return a tokenizer with the normalizer, the pre-tokenizer and an empty model."""
        from tokenizers import Tokenizer
        from tokenizers.models import BPE

        tokenizer = Tokenizer(BPE())
        _attach(tokenizer, "normalizer", self.stages.normalizer)
        _attach(tokenizer, "pre_tokenizer", self.stages.pre_tokenizer)
        return tokenizer

    def tried(self, samples: Sequence[str]) -> Assembly:
        """Return the assembly that promises no more than texts of the corpus allow, where the recipe asks nothing."""
        return dataclasses.replace(self, recipe=lowered(self.recipe, self.stages, samples))

    def finish(self, model: models.Model) -> WholeTokenizer:
        """Return the whole tokenizer around a trained model, wrapped for `transformers`.

        Raises `TrainingError` where the vocabulary lacks a token that the recipe or the model needs.
        """
        recipe = self.recipe
        tokenizer = self.untrained()
        tokenizer.model = model
        if hasattr(self.trainer, "finished"):
            tokenizer.pre_tokenizer = self.trainer.finished(tokenizer.pre_tokenizer)
        missing = [token for token in self.reserved if tokenizer.token_to_id(token) is None]
        if missing:
            raise TrainingError(
                f"trainer: the trained vocabulary lacks {_some(missing)}; this is a fault of the trainer"
            )
        _attach(tokenizer, "decoder", self.stages.decoder)
        mark(tokenizer, recipe.special_tokens, recipe.added_tokens)
        python = {**self.python, **self._post_process(tokenizer)}
        wrapped = wrap(
            tokenizer,
            recipe.special_tokens,
            recipe.added_tokens,
            recipe.wrapper,
            type_ids=self.type_ids,
            python=bool(python),
        )
        return wrapped.in_transformers(self.code.maker(python)) if self.code else wrapped

    def _post_process(self, tokenizer: Tokenizer) -> dict[str, Stage]:
        """Give a trained tokenizer its post-processors, and return them as tokenizer.json has those in Python."""
        from tokenizers.processors import Sequence as InTurn

        key, uses = "post_processor", self.recipe.post_processors
        ids = tokenizer.get_vocab(with_added_tokens=True) if uses else {}
        built = [_build(self.recipe, key, use, ids) for use in uses]
        if self.code and any(is_python(key, item) for item in built):
            items = [_piece(use) if is_python(key, item) else item for use, item in zip(uses, built, strict=True)]
            stage = described_stage(key, items)
            attach(tokenizer, key, stage, self.code.classes)
            return {key: stage}
        _attach(tokenizer, key, built[0] if len(built) == 1 else InTurn(built) if built else None)
        return {}


def assemble(recipe: Recipe) -> Assembly:
    """Return the components of a recipe; raises `RecipeError` where they cannot be built or do not fit together."""
    from tokbench.counting.places import careful_cut

    if recipe.model is None:
        raise ValueError("a recipe with [base] is assembled by tokbench.base")
    check_template(recipe)
    built = {key: _stage(recipe, key) for key in STAGES}
    components = {key: stage.component for key, stage in built.items()}
    stages = Stages(**components, model=recipe.model.part)
    reserved = _reserved(recipe, stages.model)
    _check_size(recipe, reserved)
    _check_unknown(recipe, stages)
    framing = _framing(recipe)
    return Assembly(
        recipe=dataclasses.replace(recipe, promises=Promises(round_trip=_promise(recipe, stages))),
        stages=stages,
        cut=careful_cut([use.part for use in recipe.normalizers], [use.part for use in recipe.pre_tokenizers]),
        reserved=reserved,
        python={key: stage.python for key, stage in built.items() if stage.python},
        code=code_of(recipe.name, [*(piece for stage in built.values() for piece in stage.pieces), *framing]),
    )


def check_template(recipe: Recipe) -> None:
    """Refuse a chat template that cannot be read, before any text is."""
    try:
        read_template(recipe.wrapper)
    except UserError as error:
        raise recipe.error("tokenizer.chat_template", str(error)) from error


def _promise(recipe: Recipe, stages: Stages) -> RoundTrip:
    """Return what decoding keeps: what the recipe asks or, where it is silent, as much as the parts allow."""
    asked = recipe.promises.round_trip
    if found := broken(stages, asked or "spaces"):
        raise _lossy(recipe, *found)
    return asked or kept_of_all(stages)


def _lossy(recipe: Recipe, text: str, back: str) -> RecipeError:
    """Return the error that shows what would be lost, at the key that can mend it."""
    words = ", ".join(use.name for use in recipe.pre_tokenizers) or "no pre-tokenizer"
    seen = f"{text!r} would come back as {back!r}"
    if recipe.promises.round_trip:
        what = f"'{recipe.promises.round_trip}' is more than these parts can keep: {seen}; leave it out"
        return recipe.error("checks.round_trip", f"{what} to get as much as they can")
    if "decoder" in recipe.tables:
        names = ", ".join(use.name for use in recipe.decoders)
        what = f"{names} does not undo {words}: {seen}; leave the decoder out to get one that fits"
        return recipe.error("decoder", f'{what}, or say round_trip = "none" in [checks]')
    model = recipe.model.name if recipe.model else "the model"
    what = f"no decoder fits both {words} and {model}: {seen}; choose another of the two, or give a decoder"
    return recipe.error("pre_tokenizer", f'{what}, or say round_trip = "none" in [checks]')


def _stage(recipe: Recipe, key: str) -> BuiltStage:
    """Return a stage of a recipe, of its parts in their order."""
    uses: Sequence[Use] = getattr(recipe, LISTS[key])
    items = [(use, _build(recipe, key, use)) for use in uses]
    try:
        return built_stage(key, [_piece(use) if is_python(key, item) else item for use, item in items])
    except PartError as error:
        raise recipe.error(key, str(error)) from error


def _framing(recipe: Recipe) -> list[Piece]:
    """Return the post-processors in Python, which are the parts themselves: ids are not known before training."""
    pieces = [_piece(use) for use in recipe.post_processors if is_python("post_processor", use.part)]
    try:
        for piece in pieces:
            piece.stage()
    except PartError as error:
        raise recipe.error("post_processor", str(error)) from error
    return pieces


def _piece(use: Use) -> Piece:
    entry = registry.find(use.kind, use.name)
    return Piece(use.part, entry.package, entry.version)


def _build(recipe: Recipe, key: str, use: Use, *arguments: Any) -> Any:
    """Return what a part builds, and refuse what no tokenizer could hold."""
    try:
        item = use.part.build(*arguments)
    except Exception as error:
        raise recipe.error(key, f"{use.name} could not be built: {error}") from error
    if fault := unfit(key, item):
        raise recipe.error(key, f"{use.name} {fault}")
    if key == "post_processor" and is_python(key, item) and not is_python(key, use.part):
        raise recipe.error(key, f"{use.name} builds an object in Python; let the part itself have its methods")
    return item


def _reserved(recipe: Recipe, model: Any) -> tuple[str, ...]:
    """Return the special tokens and what the model requires, each once, in the order of their ids."""
    required = model.requires() if hasattr(model, "requires") else ()
    return tuple(dict.fromkeys((*recipe.special_tokens.contents, *required)))


def _check_size(recipe: Recipe, reserved: Sequence[str]) -> None:
    size = getattr(recipe.trainer.part, "vocab_size", None) if recipe.trainer else None
    if size is not None and size < len(reserved):
        raise recipe.error(
            "trainer.vocab_size",
            f"{size} is less than the {len(reserved)} tokens that it must hold from the start; make it larger",
        )


def _check_unknown(recipe: Recipe, stages: Stages) -> None:
    """Refuse a model that would lose characters in silence: without unknown token, bytes, or all of the bytes."""
    if stages.knows_any_character:
        return
    if not words_are_bytes(stages):
        raise recipe.error(
            "model",
            "characters that the corpus lacks would be lost without a word; add an unk to [special_tokens], set"
            " byte_fallback = true in [model], or use a byte-level pre-tokenizer",
        )
    if getattr(recipe.trainer and recipe.trainer.part, "initial_alphabet", "byte-level") != "byte-level":
        raise recipe.error(
            "trainer.initial_alphabet",
            'bytes that it and the corpus lack would be lost without a word; say initial_alphabet = "byte-level"',
        )
    limit = getattr(recipe.trainer and recipe.trainer.part, "limit_alphabet", None)
    if limit is not None and limit < BYTES:
        raise recipe.error(
            "trainer.limit_alphabet",
            f"{limit} leaves out some of the {BYTES} bytes, which would be lost without a word; leave the limit out",
        )


def _attach(tokenizer: Any, stage: str, component: Any) -> None:
    if component is not None:
        setattr(tokenizer, stage, component)


def _some(tokens: Sequence[str]) -> str:
    shown = ", ".join(repr(token) for token in tokens[:5])
    return shown if len(tokens) <= 5 else f"{shown} and {len(tokens) - 5} more"
