"""What is made of plain options is what pydantic makes of them, and what it refuses is left to it."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokbench.contracts import silent
from tokbench.corpora.source import Mix, SourceSettings
from tokbench.options import OptionErrors, _validated, make
from tokbench.plain_options import plainly_made
from tokbench.recipe.tables import Base, Card, HubTarget, Promises, Token, Wrapper
from tokbench.registry import entries, load


@dataclass(frozen=True)
class Every:
    """An option of each type."""

    size: int = 1
    rate: float = 0.5
    loud: bool = False
    name: str = ""
    mode: Literal["fast", 3, True] = "fast"
    path: Path | None = None
    paths: Path | tuple[Path, ...] = ()
    words: tuple[str, ...] | Literal["bytes"] = ()
    either: int | float | str = 0
    pairs: tuple[tuple[str, int], ...] = ()
    table: dict[str, tuple[int, ...]] = field(default_factory=dict)
    anything: Any = None

    def __post_init__(self) -> None:
        if self.size == 0:
            raise ValueError("size must not be 0")


TABLES = [SourceSettings, Mix, Base, Card, HubTarget, Promises, Token, Wrapper]
LOADED = (load(entry.kind, entry.name) for entry in entries() if entry.package == "tokbench")
PARTS = [part for part in LOADED if dataclasses.fields(part)]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=5),
    st.sampled_from(["fast", "bytes", "", ".", "a/b", "first", "\ud800", 3, 1, 0, 2**63, -(2**53) - 1]),
    st.builds(Path, st.sampled_from(["a", "/b"])),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


PLAIN = {
    str: st.text(max_size=5),
    int: st.integers(-2, 5),
    float: st.floats(0, 1) | st.integers(0, 2),
    bool: st.booleans(),
    Path: st.sampled_from(["a", "b/c", "/d", ".", ""]),
    type(None): st.none(),
}


def fitting(hint: Any) -> st.SearchStrategy[Any]:
    """Return values of a type as TOML has them."""
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is Literal:
        return st.sampled_from(arguments)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return st.one_of(map(fitting, arguments))
    return st.lists(fitting(arguments[0]), max_size=3) if ... in arguments else PLAIN.get(hint, VALUES)


@st.composite
def choices(draw: st.DrawFn, part: type) -> dict[str, Any]:
    """Return a table with what must be given and up to three more options, most of them of their type, some of any."""
    hints = typing.get_type_hints(part)
    required = [option.name for option in dataclasses.fields(part) if option.default is dataclasses.MISSING][:3]
    names = dict.fromkeys([*required, *draw(st.lists(st.sampled_from(sorted(hints)), max_size=3))])
    return {name: draw(VALUES if draw(st.integers(0, 5)) == 5 else fitting(hints[name])) for name in names}


def same(one: Any, other: Any) -> bool:
    """Tell whether two parts have options of the same types and values, NaN like NaN."""
    return type(one) is type(other) and repr(vars(one)) == repr(vars(other))


@given(table=choices(Every))
def test_every_type_is_what_pydantic_makes(table: dict[str, Any]) -> None:
    """Whatever is given for whichever options: the same part, or none, and then pydantic is asked."""
    if (made := plainly_made(Every, table)) is not None:
        assert same(made, _validated(Every, table, []))


@pytest.mark.parametrize("part", [*TABLES, *PARTS], ids=lambda part: f"{part.__module__}.{part.__name__}")
@settings(max_examples=25)
@given(data=st.data())
def test_parts_are_what_pydantic_makes(part: type, data: st.DataObject) -> None:
    """Of all parts and tables of a recipe."""
    table = data.draw(choices(part))
    if (made := plainly_made(part, table)) is not None:
        assert same(made, _validated(part, table, []))


@pytest.mark.parametrize(
    "table",
    [
        {"size": 3, "rate": 1, "loud": True, "name": "日本", "pairs": []},
        {"mode": 3, "path": "a/b", "paths": ["/c"], "words": ["a", "b"], "either": "text"},
        {"mode": "fast", "paths": ".", "words": "bytes"},
    ],
)
def test_plain_options_are_taken(table: dict[str, Any]) -> None:
    """The usual ones do not wait for pydantic."""
    made = plainly_made(Every, table)
    assert made is not None
    assert same(made, _validated(Every, table, []))


@dataclass(frozen=True)
class Bounded:
    """An option with what only pydantic checks."""

    size: Annotated[int, pydantic.Field(ge=1)] = 1


@dataclass(frozen=True)
class Described:
    """A default that only pydantic knows to be none."""

    size: int = pydantic.Field(default=2, ge=1)


@pydantic.dataclasses.dataclass(frozen=True)
class Own:
    """A dataclass of pydantic's."""

    size: int = 1


@dataclass(init=False)
class Written:
    """A class that is made in its own way."""

    size: int

    def __init__(self) -> None:
        self.size = 7


@dataclass
class Kept:
    """A class whose own way `dataclass` keeps."""

    size: int = 1

    def __init__(self, size: int = 1) -> None:
        self.size = size + 1


@dataclass(frozen=True)
class Calling:
    """An option that no recipe can give."""

    report: Callable[..., None] = silent
    size: int = 1


@dataclass(frozen=True)
class Nested:
    """A table in a table."""

    bounded: Bounded = Bounded()
    size: int = 1


@pytest.mark.parametrize("part", [Bounded, Described, Own, Written, Kept, Nested])
@pytest.mark.parametrize("size", [0, 5])
def test_what_pydantic_knows_better_is_left_to_it(part: type, size: int) -> None:
    """Bounds, its own classes, classes with an `__init__` of their own."""
    assert plainly_made(part, {"size": size}) is None
    assert plainly_made(part, {}) is None


def test_what_must_be_given_and_what_does_not_exist_are_told_as_before() -> None:
    """A missing option, an unknown one, and a class whose types cannot be found."""
    with pytest.raises(OptionErrors, match="content: must be given"):
        make(Token, {})
    with pytest.raises(OptionErrors, match="did you mean 'size'"):
        make(Every, {"sise": 1})
    with pytest.raises(OptionErrors, match="must not be 0"):
        make(Every, {"size": 0})


def test_class_variables_are_no_options_and_may_have_any_type() -> None:
    """Their types are often imported for type checkers alone."""
    assert plainly_made(load("pre_tokenizers", "gpt2"), {}) == make(load("pre_tokenizers", "gpt2"), {})
    assert plainly_made(load("pre_tokenizers", "gpt2"), {}) is not None


@dataclass(frozen=True)
class Inherited(Mix):
    """A class with options of a class in another module, whose names are not known here."""

    more: tuple[str, ...] = ()


def test_inherited_options_have_the_types_of_their_own_module() -> None:
    """As `typing.get_type_hints` has it."""
    table = {"stop": "all_exhausted", "more": ["a"]}
    assert plainly_made(Inherited, table) == _validated(Inherited, table, [])
