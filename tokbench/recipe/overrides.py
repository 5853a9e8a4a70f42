"""Changes to a recipe from outside: `--set trainer.vocab_size=8000`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tokbench.errors import Problem, RecipeError
from tokbench.recipe.toml import KeyPath, parse_value


def apply(tables: dict[str, Any], overrides: Iterable[str]) -> dict[KeyPath, str]:
    """Set each `key=value` in the tables, in order; return which key came from which override.

    `trainer.vocab_size=8000` and `corpus.0.path="a.txt"`; the position may be left out where there is one table.
    Raises `RecipeError` for those that cannot be set.
    """
    places: dict[KeyPath, str] = {}
    problems = []
    for override in overrides:
        where = f"--set {override}"
        try:
            places[_set(tables, override)] = where
        except ValueError as error:
            problems.append(Problem(0, where, "", str(error)))
    if problems:
        raise RecipeError(problems)
    return places


def _set(tables: dict[str, Any], override: str) -> KeyPath:
    key, equals, text = override.partition("=")
    names = key.strip().split(".")
    if not equals or not all(names):
        raise ValueError("write it as key=value, such as trainer.vocab_size=8000")
    holder: Any = tables
    path: KeyPath = ()
    for name in names[:-1]:
        holder, path = _enter(holder, name, path)
    if isinstance(holder, list):
        holder, path = _only(holder, path)
    if not isinstance(holder, dict):
        raise ValueError(f"'{_shown(path)}' is a value and has no keys; set it as a whole")
    holder[names[-1]] = parse_value(text.strip())
    return (*path, names[-1])


def _enter(holder: Any, name: str, path: KeyPath) -> tuple[Any, KeyPath]:
    """Go one step down, making tables that are not there yet."""
    if isinstance(holder, list):
        if name.isdecimal():
            if int(name) >= len(holder):
                raise ValueError(f"'{_shown(path)}' has {len(holder)} tables, counted from 0")
            return holder[int(name)], (*path, int(name))
        holder, path = _only(holder, path)
    if not isinstance(holder, dict):
        raise ValueError(f"'{_shown(path)}' is a value and has no keys; set it as a whole")
    return holder.setdefault(name, {}), (*path, name)


def _only(holder: list[Any], path: KeyPath) -> tuple[Any, KeyPath]:
    if len(holder) != 1:
        raise ValueError(f"'{_shown(path)}' has {len(holder)} tables; say which, as in {_shown(path)}.0.…")
    return holder[0], (*path, 0)


def _shown(path: KeyPath) -> str:
    return ".".join(str(step) for step in path)
