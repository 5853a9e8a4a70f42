"""Changes to a recipe from outside: `--set trainer.vocab_size=8000`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tokbench.errors import Problem, RecipeError
from tokbench.recipe.toml import KeyPath, parse_value

_NAME = re.compile(r"""(?:^|(?<=\.))("[^"]*"|'[^']*'|[^.]*)""")
"""One step of a dotted key; quotes hold a name together that has dots."""


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
    names = [name.strip("\"'") for name in _NAME.findall(key.strip())]
    if not equals or not all(names):
        raise ValueError("write it as key=value, such as trainer.vocab_size=8000")
    holder: Any = tables
    path: KeyPath = ()
    for name in names[:-1]:
        holder, path = _enter(holder, name, path)
    holder, path, last = _last(holder, names[-1], path)
    holder[last] = parse_value(text.strip())
    return (*path, last)


def _last(holder: Any, name: str, path: KeyPath) -> tuple[Any, KeyPath, str | int]:
    """Return what to set, and the key or position in it."""
    if isinstance(holder, list):
        if name.isdecimal():
            return holder, path, _position(holder, name, path)
        holder, path = _only(holder, path)
    if not isinstance(holder, dict):
        raise ValueError(f"'{_shown(path)}' is a value and has no keys; set it as a whole")
    return holder, path, name


def _enter(holder: Any, name: str, path: KeyPath) -> tuple[Any, KeyPath]:
    """Go one step down, making tables that are not there yet."""
    if isinstance(holder, list):
        if name.isdecimal():
            position = _position(holder, name, path)
            return holder[position], (*path, position)
        holder, path = _only(holder, path)
    if not isinstance(holder, dict):
        raise ValueError(f"'{_shown(path)}' is a value and has no keys; set it as a whole")
    return holder.setdefault(name, {}), (*path, name)


def _position(holder: list[Any], name: str, path: KeyPath) -> int:
    if int(name) >= len(holder):
        many = "1 table" if len(holder) == 1 else f"{len(holder)} tables"
        raise ValueError(f"'{_shown(path)}' has {many}, counted from 0")
    return int(name)


def _only(holder: list[Any], path: KeyPath) -> tuple[Any, KeyPath]:
    if len(holder) != 1:
        raise ValueError(f"'{_shown(path)}' has {len(holder)} tables; say which, as in {_shown(path)}.0.…")
    return holder[0], (*path, 0)


def _shown(path: KeyPath) -> str:
    return ".".join(str(step) for step in path)
