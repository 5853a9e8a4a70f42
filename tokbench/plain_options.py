"""Parts made of plain options without pydantic, whose import and schemas cost a build more than all of its own recipe.

plainly_made(Metaspace, {"replacement": "_"})  → Metaspace(replacement="_")
plainly_made(Metaspace, {"replacement": 1})    → None: pydantic says what is wrong
plainly_made(Odd, {"pairs": {"a": 1}})         → None: pydantic knows more types

What it makes, pydantic would make too; `tests/unit/test_plain_options.py` holds the two together.
"""

from __future__ import annotations

import dataclasses
import sys
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

PartType = TypeVar("PartType")


class NotPlain(Exception):
    """A value that is wrong, or of a type that is not known here: pydantic has to look at it."""


def plainly_made(part: type[PartType], table: Mapping[str, Any]) -> PartType | None:
    """Return the part with these options, or None where pydantic has to look at them."""
    try:
        if _has_own_ways(part):
            return None
        hints = _hints(part)
        if not all(map(_is_known, hints.values())):
            return None
        return part(**{name: _taken(hints[name], value) for name, value in table.items()})
    except Exception:  # whatever it is, pydantic meets it again, and tells it
        return None


def _has_own_ways(part: type) -> bool:
    """Tell whether a class is made in another way than by the method that `dataclass` writes for it."""
    method = vars(part).get("__init__")
    if method is None or method.__code__.co_filename != "<string>" or hasattr(part, "__pydantic_validator__"):
        return True
    defaults = (type(field.default).__module__ for field in dataclasses.fields(part))
    return any(module.startswith("pydantic") for module in defaults)


def _hints(part: type) -> dict[str, Any]:
    """Return the types of a part's options; those of its class variables may be imported for type checkers alone."""
    found = {}
    for field in dataclasses.fields(part):
        owner = next(base for base in part.__mro__ if field.name in getattr(base, "__annotations__", {}))
        hint: Any = field.type
        if isinstance(hint, str):
            hint = eval(hint, vars(sys.modules[owner.__module__]), dict(vars(owner)))  # noqa: S307 - of its own source
        found[field.name] = hint
    return found


def _taken(hint: Any, value: Any) -> Any:
    """Return the value of an option as its type has it; raises `NotPlain`."""
    if taker := _TAKERS.get(hint):
        return taker(value)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        if any(type(value) is type(argument) and value == argument for argument in arguments):
            return value
    elif origin in (typing.Union, types.UnionType):
        return _one_of(arguments, value)
    elif origin is tuple and len(arguments) == 2 and arguments[1] is ... and type(value) in (list, tuple):
        return tuple(_taken(arguments[0], item) for item in value)
    raise NotPlain


def _one_of(hints: tuple[Any, ...], value: Any) -> Any:
    """Return what the only type of a union that takes the value makes of it: which of two would win is not asked."""
    found = [taken for hint in hints for taken in _tried(hint, value)]
    if len(found) != 1:
        raise NotPlain
    return found[0]


def _tried(hint: Any, value: Any) -> list[Any]:
    try:
        return [_taken(hint, value)]
    except NotPlain:
        return []


def _is_known(hint: Any) -> bool:
    """Tell whether pydantic takes a type for an option's: it refuses classes that are no types of data."""
    if hint in _TAKERS or hint is Any or hint is ... or typing.get_origin(hint) is Literal:
        return True
    known = (tuple, dict, list, frozenset, typing.Union, types.UnionType)
    return typing.get_origin(hint) in known and all(map(_is_known, typing.get_args(hint)))


def _exactly(kind: type) -> Callable[[Any], Any]:
    def take(value: Any) -> Any:
        if type(value) is not kind:
            raise NotPlain
        return value

    return take


def _text(value: Any) -> str:
    if type(value) is not str:
        raise NotPlain
    value.encode()  # raises for what is no Unicode text
    return str(value)


def _path(value: Any) -> Path:
    if not _text(value):
        raise NotPlain
    return Path(value)


def _integer(value: Any) -> int:
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise NotPlain
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not -(2**53) <= value <= 2**53:
        raise NotPlain
    return float(value)


_TAKERS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _integer,
    float: _number,
    bool: _exactly(bool),
    Path: _path,
    type(None): _exactly(type(None)),
}
"""How a value of each plain type is taken."""
