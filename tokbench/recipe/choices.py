"""What fits where a recipe is silent: the model that a trainer makes, the decoder and alphabet of a pre-tokenizer.

    pre_tokenizer = byte-level, no decoder  → decoder = byte-level, trainer.initial_alphabet = "byte-level"

Every choice is said in a note and written into the filled recipe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokbench.recipe.reader import Reader
from tokbench.recipe.recipe import SINGLES
from tokbench.recipe.tables import SpecialTokens, Token
from tokbench.recipe.use import Use


@dataclass
class Chosen:
    """The parts that depend on what the others are, and a sentence for each choice."""

    model: Use | None = None
    trainer: Use | None = None
    decoders: tuple[Use, ...] = ()
    notes: list[str] = field(default_factory=list)


def complete(
    reader: Reader,
    lists: Mapping[str, tuple[Use, ...]],
    special: SpecialTokens,
    added: Sequence[Token],
    retrains: bool,
    folder: Path,
) -> Chosen:
    """Return the model, trainer and decoders, chosen where the recipe is silent; problems go to the reader."""
    chosen = Chosen(decoders=lists["decoder"])
    trainer = _trainer_class(reader, retrains)
    if trainer is None:
        return chosen
    if not retrains:
        chosen.model = _model(reader, trainer, special, chosen.notes, folder)
    stages = [use for use in (chosen.model, *lists["normalizer"], *lists["pre_tokenizer"]) if use]
    chosen.trainer = _trainer(reader, trainer, stages, chosen.notes, folder)
    if chosen.model and "decoder" not in reader.tables:
        chosen.decoders = _decoders(reader, stages, chosen.notes, folder)
    _check_tokens(reader, lists["post_processor"], chosen.model, {token.content for token in (*special, *added)})
    return chosen


def _trainer_class(reader: Reader, retrains: bool) -> tuple[str, type] | None:
    if "trainer" in reader.tables:
        return reader.part_class(("trainer",), SINGLES["trainer"], reader.tables["trainer"])
    if not retrains:
        reader.problem((), 'trainer: must be given, as in [trainer] with use = "bpe"')
    return None


def _model(
    reader: Reader, trainer: tuple[str, type], special: SpecialTokens, notes: list[str], folder: Path
) -> Use | None:
    """Return the model that the recipe names, or the first that the trainer makes, with its unknown token."""
    makes: Sequence[str] = getattr(trainer[1], "makes", ())
    table = reader.tables.get("model", {"use": makes[0]} if makes else {})
    found = reader.part_class(("model",), SINGLES["model"], table)
    if found is None:
        return None
    name, part = found
    if not {name, getattr(part, "trained_as", name)} & set(makes):
        wanted = " or ".join(f"'{made}'" for made in makes)
        reader.problem(("model", "use"), f"the trainer '{trainer[0]}' makes {wanted}, not '{name}'; change one of them")
        return None
    if "model" not in reader.tables:
        notes.append(f"model: {name}, which is what the trainer '{trainer[0]}' makes")
    options = {key: value for key, value in table.items() if key != "use"}
    unknown = special.role("unk")
    if unknown and "unk_token" not in options and _has_option(part, "unk_token"):
        options["unk_token"] = unknown.content
    return reader.made(("model",), SINGLES["model"], found, options, folder)


def _trainer(
    reader: Reader, trainer: tuple[str, type], stages: Sequence[Use], notes: list[str], folder: Path
) -> Use | None:
    """Return the trainer, with the options that the other parts suggest and the recipe does not set."""
    options = {key: value for key, value in reader.tables["trainer"].items() if key != "use"}
    for stage in stages:
        for option, value in _suggestions(stage).get("trainer", {}).items():
            if option not in options and _has_option(trainer[1], option):
                options[option] = value
                notes.append(f"trainer.{option}: {value}, which fits the {_shown(stage)}")
    return reader.made(("trainer",), SINGLES["trainer"], trainer, options, folder)


def _decoders(reader: Reader, stages: Sequence[Use], notes: list[str], folder: Path) -> tuple[Use, ...]:
    """Return the decoders that undo the stages: the model's first, then those of what comes before it."""
    made: list[Use] = []
    for stage in stages:
        for table in _suggestions(stage).get("decoder", ()):
            use = reader.use(("decoder",), "decoders", table, folder)
            if use and use not in made:
                made.append(use)
                notes.append(f"decoder: {use.name}, which fits the {_shown(stage)}")
    return tuple(made)


def _check_tokens(reader: Reader, processors: Sequence[Use], model: Use | None, known: set[str]) -> None:
    """Note the tokens that parts name and the recipe lacks."""
    for index, use in enumerate(processors):
        tokens = use.part.tokens() if hasattr(use.part, "tokens") else ()
        position: tuple[str | int, ...] = (index,) if isinstance(reader.tables["post_processor"], list) else ()
        for token in tokens:
            if token not in known:
                reader.problem(("post_processor", *position), f"names the token '{token}'; add it to [special_tokens]")
    unknown = getattr(model.part, "unk_token", None) if model else None
    if model and unknown and unknown not in known:
        reader.problem(
            ("model",), f"{model.name} needs its unknown token '{unknown}'; add unk = \"{unknown}\" to [special_tokens]"
        )


def _suggestions(use: Use) -> Mapping[str, Any]:
    return use.part.suggests() if hasattr(use.part, "suggests") else {}


def _has_option(part: type, name: str) -> bool:
    return name in getattr(part, "__dataclass_fields__", ())


def _shown(use: Use) -> str:
    from tokbench.registry import KINDS

    return f"{KINDS[use.kind]} '{use.name}'"
