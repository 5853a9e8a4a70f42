"""The options of a part: the fields of its dataclass, and nothing else declares them.

@dataclass(frozen=True)
class Metaspace:
    replacement: str = "▁"

make(Metaspace, {"replacement": "_"})  → Metaspace(replacement="_")
make(Metaspace, {"replacment": "_"})   → OptionErrors: replacment: no such option; did you mean 'replacement'?
"""

from __future__ import annotations

import dataclasses
import datetime
import inspect
import json
import types
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from tokbench.plain_options import plainly_made
from tokbench.registry import suggestion

PartType = TypeVar("PartType")


@dataclasses.dataclass(frozen=True)
class Option:
    """One option as a user sees it: its name, its type in words, and its default as TOML would show it."""

    name: str
    type: str
    default: str
    """Empty where the option must be given."""

    @property
    def required(self) -> bool:
        """Tell whether a recipe must set it."""
        return not self.default


class OptionErrors(ValueError):
    """What is wrong with the options given to a part: pairs of the option's name and a sentence."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{name}: {what}" if name else what for name, what in errors))


def options_of(part: type) -> list[Option]:
    """Return the options of a part's class, in the order in which it declares them."""
    fields = _fields(part)
    try:
        hints = typing.get_type_hints(part)
    except Exception as error:
        raise OptionErrors([("", _broken(part, error))]) from error
    return [Option(field.name, _described(hints[field.name]), _default(field)) for field in fields]


def make(part: type[PartType], table: Mapping[str, Any], folder: Path | None = None) -> PartType:
    """Return the part with these options; relative `Path` options are resolved against `folder`.

    Raises `OptionErrors` with everything that is wrong.
    """
    names = _names(part)
    errors = [(name, _unknown(name, part)) for name in table if name not in names]
    known = {name: value for name, value in table.items() if name in names}
    errors += [(name, "is too large for an integer of 64 bits") for name, value in known.items() if _too_large(value)]
    errors += [(name, "is a date or a time; put it between quotes") for name, value in known.items() if _dated(value)]
    made = None if errors else plainly_made(part, known)
    if made is None:
        made = _validated(part, known, errors)
    errors += [(name, 'must be a path, not ""; "." is the recipe\'s folder') for name in _without_path(made, known)]
    if errors:
        raise OptionErrors(errors)
    return made if folder is None else _resolved(made, folder)


def _validated(part: type[PartType], table: Mapping[str, Any], errors: list[tuple[str, str]]) -> PartType:
    """Return the part as pydantic makes it; raises `OptionErrors` with what it finds after these."""
    import pydantic

    try:
        return pydantic.TypeAdapter(part).validate_json(_as_json(table), strict=True)
    except pydantic.ValidationError as error:
        raise OptionErrors(errors + _sentences(error, part)) from error
    except Exception as error:
        raise OptionErrors([*errors, ("", _broken(part, error))]) from error


def fill(part: type, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table with every default written in; options whose default is None stay out, TOML has no null."""
    filled: dict[str, Any] = {}
    for field in _fields(part):
        value = table[field.name] if field.name in table else _plain(_default_value(field))
        if value is not None:
            filled[field.name] = value
    return filled


def schema(part: type) -> dict[str, Any]:
    """Return the JSON Schema of the part's options, closed to other keys."""
    import pydantic

    _fields(part)
    try:
        described = pydantic.TypeAdapter(part).json_schema(ref_template="#/$defs/{model}")
    except Exception as error:
        raise OptionErrors([("", _broken(part, error))]) from error
    described["additionalProperties"] = False
    return described


def summary(part: type) -> str:
    """Return the first line of the part's docstring."""
    return (inspect.getdoc(part) or "").partition("\n")[0]


def _fields(part: type) -> tuple[dataclasses.Field[Any], ...]:
    if not dataclasses.is_dataclass(part):
        raise OptionErrors([("", f"{part.__qualname__} is not a dataclass; its fields would be its options")])
    return tuple(field for field in dataclasses.fields(part) if field.init)


def _names(part: type) -> list[str]:
    return [field.name for field in _fields(part)]


def _unknown(name: str, part: type) -> str:
    known = _names(part)
    if not known:
        return "no such option; it has none"
    return f"no such option; {suggestion(name, known)}"


def _broken(part: type, error: Exception) -> str:
    """Return the sentence for a class that fails before its options can be told apart: a fault of its package."""
    reason = str(error).partition("\n")[0]
    return f"{part.__module__}:{part.__qualname__} is broken: {type(error).__name__}: {reason}"


def _too_large(value: Any) -> bool:
    return isinstance(value, int) and not -(2**63) <= value < 2**63


def _dated(value: Any) -> bool:
    """Tell whether a value is, or holds, one of TOML's dates and times, which no option takes."""
    if isinstance(value, Mapping):
        return any(map(_dated, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_dated, value))
    return isinstance(value, datetime.date | datetime.time)


def _without_path(made: Any, table: Mapping[str, Any]) -> list[str]:
    """Return the options that would be paths and are empty, which `Path` takes for the current folder."""
    return [
        name
        for name, value in table.items()
        if (value == "" and isinstance(getattr(made, name), Path))
        or (isinstance(value, list | tuple) and "" in value and any(isinstance(p, Path) for p in getattr(made, name)))
    ]


def _as_json(table: Mapping[str, Any]) -> str:
    """Return the table as JSON, whose strict reading takes a list for a tuple and a string for a path."""
    return json.dumps(table, default=str)


def _sentences(error: Any, part: type) -> list[tuple[str, str]]:
    """Return one sentence for each option that was refused; a union is refused once, not once a member."""
    expected = {option.name: option.type for option in options_of(part)}
    found: dict[str, str] = {}
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else ""
        what = _sentence(item, expected.get(name, ""))
        if not name:
            name, what = _about(what, expected)
        found.setdefault(name, what)
    return list(found.items())


def _about(sentence: str, options: Iterable[str]) -> tuple[str, str]:
    """Return the option that a class's own sentence is about, and the rest of it.

    ``"size must be even" → size, must be even``; ``"left and right: must be 0 or more"`` is about no single one.
    """
    first, _, what = sentence.partition(" ")
    name = first.removesuffix(":")
    alone = name != first or what.startswith("must ")
    return (name, what) if name in options and alone else ("", sentence)


def _sentence(item: Mapping[str, Any], expected: str) -> str:
    if item["type"] == "missing":
        return "must be given"
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    shown = json.dumps(item["input"], ensure_ascii=False, default=str)
    return f"must be {expected}, not {shown if len(shown) < 60 else shown[:57] + '…'}"


def _resolved(made: PartType, folder: Path) -> PartType:
    """Return the part with its relative paths resolved against the recipe's folder."""
    changes: dict[str, Any] = {}
    for field in _fields(type(made)):
        value = getattr(made, field.name)
        if isinstance(value, Path):
            changes[field.name] = folder / value
        elif isinstance(value, tuple) and any(isinstance(item, Path) for item in value):
            changes[field.name] = tuple(folder / item if isinstance(item, Path) else item for item in value)
    return dataclasses.replace(made, **changes) if changes else made  # type: ignore[type-var]


def _default_value(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return None if field.default_factory is dataclasses.MISSING else field.default_factory()


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
        return ""
    return json.dumps(_plain(_default_value(field)), ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    """Return a default as TOML holds it: tuples as lists, nested tables as dictionaries without their Nones."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {k: _plain(v) for k, v in vars(value).items() if v is not None}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _described(hint: Any) -> str:
    """Return a type in words: ``tuple[str, ...] | Literal["bytes"]`` → ``a list of strings or 'bytes'``."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return " or ".join(repr(argument) if isinstance(argument, str) else str(argument) for argument in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_described(argument) for argument in arguments if argument is not type(None))
    if origin in (tuple, list, frozenset):
        members = [_described(argument) for argument in arguments if argument is not ...]
        return f"a list of {_plural(members[0])}" if len(set(members)) == 1 else f"a list: {', '.join(members)}"
    return _WORDS.get(origin or hint, "a table")


_WORDS = {str: "a string", int: "an integer", float: "a number", bool: "true or false", Path: "a path", Any: "a value"}


def _plural(described: str) -> str:
    """Return ``strings`` for ``a string``; what is no single word stays as it is."""
    article, _, noun = described.partition(" ")
    return f"{noun}s" if article in ("a", "an") and noun.isalpha() else described
