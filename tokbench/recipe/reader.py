"""Reads the tables of a recipe one by one and gathers every problem on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tokbench.errors import PartError, Problem
from tokbench.options import OptionErrors, make
from tokbench.recipe.tables import ROLES, SpecialTokens, Token
from tokbench.recipe.toml import KeyPath, Places
from tokbench.recipe.use import Use
from tokbench.registry import KINDS, load, suggestion

TableType = TypeVar("TableType")


class Reader:
    """Reads values out of a recipe's tables; what is wrong becomes a `Problem`, and reading goes on."""

    def __init__(self, tables: Mapping[str, Any], places: Places) -> None:
        self.tables = tables
        self.places = places
        self.problems: list[Problem] = []

    def problem(self, path: KeyPath, what: str) -> None:
        """Note a problem at a key."""
        self.problems.append(self.places.problem(path, what))

    def table(self, path: KeyPath, part: type[TableType], value: Any, folder: Path | None = None) -> TableType | None:
        """Return the dataclass made of a table, or None after noting what is wrong with it."""
        if not isinstance(value, Mapping):
            self.problem(path, "must be a table")
            return None
        try:
            return make(part, value, folder)
        except OptionErrors as errors:
            for name, what in errors.errors:
                self.problem((*path, name) if name else path, what)
            return None

    def part_class(self, path: KeyPath, kind: str, table: Any) -> tuple[str, type] | None:
        """Return the name and class of the part that a table uses, or None after noting what is wrong."""
        if not isinstance(table, Mapping):
            self.problem(path, f'must be a table that says which {KINDS[kind]} to use, as in use = "…"')
            return None
        name = table.get("use")
        if not isinstance(name, str):
            self.problem((*path, "use") if "use" in table else path, f'say which {KINDS[kind]} to use, as in use = "…"')
            return None
        try:
            return name, load(kind, name)
        except PartError as error:
            self.problem((*path, "use"), str(error))
            return None

    def use(self, path: KeyPath, kind: str, table: Any, folder: Path) -> Use | None:
        """Return the part that a table uses, made with its options, or None after noting what is wrong."""
        found = self.part_class(path, kind, table)
        if found is None:
            return None
        options = {key: value for key, value in table.items() if key != "use"}
        return self.made(path, kind, found, options, folder)

    def made(
        self, path: KeyPath, kind: str, found: tuple[str, type], options: Mapping[str, Any], folder: Path
    ) -> Use | None:
        """Return a part of a class that is known already."""
        name, part_class = found
        try:
            return Use(kind, name, options, make(part_class, options, folder))
        except OptionErrors as errors:
            for option, what in errors.errors:
                said = what.replace("no such option", f"{name} has no such option", 1)
                self.problem((*path, option) if option else path, said)
            return None

    def uses(self, key: str, kind: str, value: Any, folder: Path) -> tuple[Use, ...]:
        """Return the parts of a table that holds one or a list: ``[[normalizer]]`` or ``[normalizer]``."""
        if not isinstance(value, list):
            made = self.use((key,), kind, value, folder)
            return (made,) if made else ()
        found = (self.use((key, index), kind, table, folder) for index, table in enumerate(value))
        return tuple(made for made in found if made)

    def special_tokens(self, value: Any) -> SpecialTokens:
        """Return the tokens of ``[special_tokens]``, in the order in which they are written."""
        path = ("special_tokens",)
        if not isinstance(value, Mapping):
            self.problem(path, 'must be a table of roles, as in unk = "[UNK]"')
            return SpecialTokens()
        tokens: list[tuple[str, Token]] = []
        for role, item in value.items():
            if role in ROLES:
                tokens += ((role, token) for token in self.tokens((*path, role), [item]))
            elif role == "extra":
                tokens += ((role, token) for token in self.tokens((*path, role), item))
            else:
                self.problem((*path, role), f"there is no such role; {suggestion(role, [*ROLES, 'extra'])}")
        return SpecialTokens(tuple(tokens))

    def tokens(self, path: KeyPath, value: Any) -> list[Token]:
        """Return tokens written as strings or as tables: ``["<a>", {content = "<b>", lstrip = true}]``."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.problem(path, 'must be a list of tokens, as in ["<a>", "<b>"]')
            return []
        made = (self._token(path, item) for item in value)
        return [token for token in made if token]

    def _token(self, path: KeyPath, value: Any) -> Token | None:
        if not isinstance(value, str | Mapping):
            self.problem(path, 'must be a string, or a table such as { content = "<mask>", lstrip = true }')
            return None
        return self.table(path, Token, {"content": value} if isinstance(value, str) else value)
