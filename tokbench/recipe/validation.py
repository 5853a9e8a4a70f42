"""The table `[validation]` of a recipe, or of a TOML file that has it alone: how the tokenizer is proved on a task.

[validation]
task = "ner"
seeds = [1, 2, 3]
baselines = ["checkpoint"]

[validation.data]
train = "train.conll"

[validation.model]
checkpoint = "org/model"
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokbench.errors import Problem, RecipeError
from tokbench.labelled.data import Data
from tokbench.recipe import overrides
from tokbench.recipe.reader import Reader
from tokbench.recipe.toml import Places, parse
from tokbench.recipe.use import Use
from tokbench.registry import suggestion
from tokbench.validation.settings import ModelSettings, Settings, TrainingSettings, TransferSettings

KEY = "validation"
CHECKPOINT = "checkpoint"
"""The baseline that is the tokenizer of the checkpoint itself."""
TABLES = {"data": Data, "model": ModelSettings, "transfer": TransferSettings, "training": TrainingSettings}


@dataclass(frozen=True)
class Trials:
    """The keys that stand in `[validation]` itself, the task apart.

    seeds: each tokenizer is tried once with each
    baselines: the tokenizers it should beat: folders, ids of the Hub, or `checkpoint` for the checkpoint's own; not
      given: that one, where there is a checkpoint
    """

    seeds: tuple[int, ...] = (1,)
    baselines: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.seeds:
            raise ValueError("seeds must name at least one")
        for name in ("seeds", "baselines"):
            values = getattr(self, name) or ()
            if len(set(values)) < len(values):
                raise ValueError(f"{name} must name each once")


@dataclass(frozen=True)
class Validation:
    """A table `[validation]` that was checked."""

    task: Use
    trials: Trials
    data: Data
    settings: Settings
    folder: Path
    """Where relative paths start."""

    @property
    def baselines(self) -> tuple[str, ...]:
        """Return the baselines that are named, or the checkpoint's own tokenizer where there is one."""
        if self.trials.baselines is not None:
            return self.trials.baselines
        return (CHECKPOINT,) if self.settings.model.checkpoint else ()

    def filled(self) -> dict[str, Any]:
        """Return the table with every default written in."""
        written = {"data": self.data, **vars(self.settings)}
        nested = {name: _written(table) for name, table in written.items()}
        return {"task": self.task.filled(), **_written(self.trials), **nested}


def read(reader: Reader, folder: Path) -> Validation | None:
    """Return the table, or None after noting what is wrong with it."""
    table = reader.tables.get(KEY)
    if not isinstance(table, Mapping):
        reader.problem((KEY,), "must be a table")
        return None
    fields = [field.name for field in dataclasses.fields(Trials)]
    for key in table.keys() - {"task", *TABLES, *fields}:
        known = ["task", *fields, *TABLES]
        reader.problem((KEY, key), f"validation has no such key; {suggestion(key, known)}")
    task = _task(reader, table.get("task"), folder)
    trials = reader.table((KEY,), Trials, {key: table[key] for key in fields if key in table})
    made = {name: reader.table((KEY, name), part, table.get(name, {})) for name, part in TABLES.items()}
    if task is None or trials is None or None in made.values():
        return None
    data, model, transfer, training = made.values()
    return Validation(task, trials, data, Settings(model, transfer, training), folder)  # type: ignore[arg-type]


def load(path: Path, changes: Sequence[str] = (), folder: Path | None = None) -> Validation:
    """Return the table `[validation]` of a TOML file; its relative paths start in `folder`, or where the file is.

    `changes` are overrides such as `validation.training.epochs=1`. Raises `RecipeError` with every problem found.
    """
    tables, lines = parse(_text(path).removeprefix("\ufeff"), str(path))
    if KEY not in tables and not changes:
        raise RecipeError([Problem(0, str(path), "", 'has no [validation]; write one, with task = "ner"')])
    overridden = overrides.apply(tables, changes)
    reader = Reader(tables, Places(str(path), lines, overridden))
    found = read(reader, path.parent if folder is None else folder)
    if found is None or reader.problems:
        raise RecipeError(reader.problems)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise RecipeError([Problem(0, str(path), "", f"cannot be read: {reason}; give a TOML file")]) from error


def _task(reader: Reader, value: Any, folder: Path) -> Use | None:
    """Return the task: ``task = "ner"``, or a table where it has options."""
    if value is None:
        reader.problem((KEY,), 'say which task, as in task = "ner"')
        return None
    table = {"use": value} if isinstance(value, str) else value
    return reader.use((KEY, "task"), "tasks", table, folder)


def _written(table: Any) -> dict[str, Any]:
    from tokbench.options import fill

    return fill(type(table), vars(table))
