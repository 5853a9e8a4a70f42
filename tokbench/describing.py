"""The parts that are installed, as data: a line for each without importing any, and all about one.

lines("trainers")        → [Line(kind="trainers", name="bpe", package="tokbench", summary="Merge …"), …]
described("bpe")         → [Description(kind="models", …), Description(kind="trainers", …)]
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from tokbench import sources
from tokbench.errors import PartError
from tokbench.options import Option, OptionErrors, options_of
from tokbench.registry import KINDS, Entry, entries, find, load, names, suggestion


@dataclass(frozen=True)
class Line:
    """A part as a list shows it; nothing was imported to know this much."""

    kind: str
    name: str
    package: str
    version: str
    target: str
    """`module:Class`."""
    summary: str
    """The first line of its docstring; empty where its source could not be read."""
    problem: str
    """What would stop a recipe that names it, as far as its source tells; empty where nothing is known."""


@dataclass(frozen=True)
class Description:
    """A part with its documentation and options."""

    kind: str
    name: str
    package: str
    version: str
    target: str
    documentation: str
    options: tuple[Option, ...]


def kind_named(word: str) -> str:
    """Return the kind that a user means: ``pre-tokenizer`` → ``pre_tokenizers``; raises `PartError`."""
    plurals = {kind.replace("_", "-"): kind for kind in KINDS}
    spellings = plurals | {one: kind for kind, one in KINDS.items()}
    wanted = word.lower().replace("_", "-")
    if wanted not in spellings:
        raise PartError(f"there is no kind of part '{word}'; {suggestion(wanted, plurals)}")
    return spellings[wanted]


def lines(kind: str | None = None) -> list[Line]:
    """Return a line for every part of a kind, or of all, in the order of the pipeline and by name."""
    found = entries(kind)
    claims = [(entry.kind, entry.name) for entry in found]
    order = list(KINDS)
    return [
        _line(entry, doubled=claims.count((entry.kind, entry.name)) > 1)
        for entry in sorted(found, key=lambda entry: (order.index(entry.kind), entry))
    ]


def described(name: str, kind: str | None = None) -> list[Description]:
    """Return all about the parts of that name, one for each kind that has it; imports their modules.

    Raises `PartError` where there is none, with the nearest name.
    """
    kinds = [kind] if kind else [candidate for candidate in KINDS if name in names(candidate)]
    if not kinds:
        raise PartError(f"there is no part '{name}'; {suggestion(name, {entry.name for entry in entries()})}")
    return [_description(find(kind, name)) for kind in kinds]


def _line(entry: Entry, *, doubled: bool) -> Line:
    summary, problem = "", "claimed by two packages" if doubled else ""
    try:
        summary = sources.first_line(entry.target)
    except PartError as error:
        problem = problem or str(error)
    return Line(entry.kind, entry.name, entry.package, entry.version, entry.target, summary, problem)


def _description(entry: Entry) -> Description:
    part = load(entry.kind, entry.name)
    documentation = inspect.getdoc(part) or ""
    try:
        options = tuple(options_of(part))
    except OptionErrors as error:
        raise PartError(f"the {KINDS[entry.kind]} '{entry.name}' from {entry.origin}: {error}") from error
    return Description(entry.kind, entry.name, entry.package, entry.version, entry.target, documentation, options)
