"""What every part is, whatever its kind: a value whose options a recipe can say."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import tomli_w

from tokbench import registry
from tokbench.options import OptionErrors, fill, make, summary
from tokbench.testing.proving import Refuted, require, require_equal, when_refuted

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__tracebackhide__ = when_refuted

THREADS = 4


def prove_value(part: Any, kind: str) -> str:
    """Prove that a part is a frozen dataclass, declared, described, and made again from its options in TOML.

    Returns the name that its package declares it by.
    """
    if isinstance(part, type):
        raise Refuted(f"{part.__qualname__} is a class; give a part of it, with its options: {part.__qualname__}()")
    parts = type(part)
    shown = parts.__qualname__
    require(dataclasses.is_dataclass(parts), f"{shown} is not a dataclass; its fields would be its options")
    require(parts.__dataclass_params__.frozen, f"{shown} is not frozen; say @dataclass(frozen=True)")
    require(inspect.getdoc(parts) and summary(parts).endswith("."), f"{shown}: its docstring begins with no sentence")
    table = written(part)
    try:
        again = make(parts, tomllib.loads(tomli_w.dumps(table)))
    except OptionErrors as error:
        require(False, f"{shown}: a recipe cannot say its options {table}: {error}")
    require_equal(again, part, f"{shown} made again from its options in TOML")
    if not any(isinstance(value, dict) for value in table.values()):  # a table has no hash, in Python
        require_equal(hash(again), hash(part), f"the hash of {shown} made again from its options")
    require_equal(_pickled(part), part, f"{shown} after pickling")
    return name_of(parts, kind)


def written(part: Any) -> dict[str, Any]:
    """Return the options of a part as a recipe would say them: those without a value stay out."""
    options = {field.name: getattr(part, field.name) for field in dataclasses.fields(part) if field.init}
    return fill(type(part), {name: _plain(value) for name, value in options.items() if value is not None})


def name_of(part: type, kind: str) -> str:
    """Return the name by which a package declares the part; raises `Refuted` where none does, or two claim it."""
    target = f"{part.__module__}:{part.__qualname__}"
    found = [entry for entry in registry.entries(kind) if _is(entry, part)]
    group = f'[project.entry-points."tokbench.{kind}"]'
    require(found, f'no package declares {target}; write NAME = "{target}" below {group} and install it again')
    return registry.find(kind, found[0].name).name


def _is(entry: registry.Entry, part: type) -> bool:
    """Tell whether an entry is this class, under whatever module it is declared."""
    module, _, name = entry.target.partition(":")
    same_package = module.partition(".")[0] == part.__module__.partition(".")[0]
    return same_package and name == part.__qualname__ and registry.load(entry.kind, entry.name) is part


def prove_steady(work: Callable[[str], object], texts: Iterable[str], what: str) -> None:
    """Prove that results depend on nothing but the text: not on the order, nor on other threads."""
    order = list(texts)
    expected = [work(text) for text in order]
    for text, found, first in zip(reversed(order), map(work, reversed(order)), reversed(expected), strict=True):
        require_equal(found, first, f"{what} of {text!r} depends on the order in which texts come")
    with ThreadPoolExecutor(THREADS) as pool:
        for text, found, first in _zipped(order * THREADS, list(pool.map(work, order * THREADS)), expected * THREADS):
            require_equal(found, first, f"{what} of {text!r} differs between threads")


def _pickled(part: Any) -> Any:
    try:
        return pickle.loads(pickle.dumps(part))  # noqa: S301 - our own bytes
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise Refuted(f"{type(part).__qualname__} cannot be pickled: {error}") from error


def _zipped(*columns: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
    return zip(*columns, strict=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return list(map(_plain, value)) if isinstance(value, tuple | list | frozenset) else value
