"""TOML with places: every key of a recipe and the line on which it stands.

`tomllib` checks the syntax and reads the values; the scanner below walks the same, by then valid, text and notes
where keys are.

    [trainer]            ("trainer",)               → 1
    vocab_size = 8000    ("trainer", "vocab_size")  → 2
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tokbench.errors import Problem, RecipeError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KeyPath = tuple[str | int, ...]
"""The way to a value: names of tables and keys, and 0-based positions in arrays."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\])*"' r"|'[^']*'",
    re.DOTALL,
)
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class Places:
    """Where each key of a recipe was said: on a line of its file, or by an override."""

    where: str
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    overridden: Mapping[KeyPath, str] = field(default_factory=dict)

    def problem(self, path: KeyPath, what: str) -> Problem:
        """Return a problem with a key; one that is not written down stands at the table it is missing from."""
        key = ".".join(str(step) for step in path)
        for length in range(len(path), 0, -1):
            if path[:length] in self.overridden:
                return Problem(0, self.overridden[path[:length]], key, what)
            if path[:length] in self.lines:
                return Problem(self.lines[path[:length]], self.where, key, what)
        return Problem(0, self.where, key, what)


def parse(text: str, where: str) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """Return the tables of a TOML text, and the 1-based line of each key; bad syntax is a `RecipeError`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError([_syntax_problem(str(error), text, where)]) from error
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return tables, scanner.lines


def parse_value(text: str) -> Any:
    """Return the value that a piece of TOML stands for; text that is no TOML stands for itself.

    `"8000" → 8000`, `'["a", "b"]' → ["a", "b"]`, `"byte-level" → "byte-level"`.
    """
    try:
        tables = tomllib.loads(f"value = {text}\n")
    except tomllib.TOMLDecodeError:
        return text
    return tables["value"] if set(tables) == {"value"} else text


def _syntax_problem(message: str, text: str, where: str) -> Problem:
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    said = _PLACE.sub("", message)
    return Problem(line, where, "", f"this is not TOML: {said[:1].lower()}{said[1:]}; mend the line")


@dataclass
class _Scanner:
    """Walks valid TOML and notes the line of each key; it reads no values."""

    text: str
    at: int = 0
    lines: dict[KeyPath, int] = field(default_factory=dict)
    arrays: dict[KeyPath, int] = field(default_factory=dict)
    """How many tables each array of tables has so far."""

    def document(self) -> None:
        table: KeyPath = ()
        while self._skip(_BLANK) < len(self.text):
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        line = self._line()
        repeated = self.text.startswith("[[", self.at)
        self.at += 2 if repeated else 1
        names = self._key()
        self.at = self.text.index("]", self.at) + (2 if repeated else 1)
        path = self._through_arrays(names[:-1]) + names[-1:]
        if repeated:
            self.lines.setdefault(path, line)
            self.arrays[path] = self.arrays.get(path, 0) + 1
            path = (*path, self.arrays[path] - 1)
        self.lines[path] = line
        return path

    def _through_arrays(self, names: KeyPath) -> KeyPath:
        """Return the path that a header's leading names mean: the last table of each array on the way."""
        path: KeyPath = ()
        for name in names:
            path = (*path, name)
            if path in self.arrays:
                path = (*path, self.arrays[path] - 1)
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for name in self._key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self.at = self.text.index("=", self.at) + 1
        self._skip(_SPACES)
        self._value(path)

    def _key(self) -> KeyPath:
        """Read a dotted key: ``a."b c".d`` → ("a", "b c", "d")."""
        names: list[str] = []
        while True:
            self._skip(_SPACES)
            quoted = self.text[self.at] in "\"'"
            found = (_STRING if quoted else _BARE).match(self.text, self.at)
            if found is None:
                raise ValueError(f"no key at {self.at}")
            self.at = found.end()
            names.append(str(parse_value(found[0])) if quoted else found[0])
            self._skip(_SPACES)
            if not self.text.startswith(".", self.at):
                return tuple(names)
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._items(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in "\"'":
            self._skip(_STRING)
        else:
            self._skip(_SCALAR)

    def _items(self, path: KeyPath) -> None:
        self.at += 1
        position = 0
        while not self._closes("]"):
            item: KeyPath = (*path, position)
            self.lines[item] = self._line()
            self._value(item)
            position += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while not self._closes("}"):
            self._pair(path)

    def _closes(self, bracket: str) -> bool:
        """Pass blanks and one comma; tell whether the bracket closes here, and pass it if so."""
        self._skip(_BLANK)
        if self.text.startswith(",", self.at):
            self.at += 1
            self._skip(_BLANK)
        if not self.text.startswith(bracket, self.at):
            return False
        self.at += 1
        return True

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1
