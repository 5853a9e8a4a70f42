"""A part's fields are its options, and every mistake with them has its sentence."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tokbench.options import OptionErrors, fill, make, options_of, schema, summary


@dataclass(frozen=True)
class Part:
    """A part with an option of each type."""

    size: int
    rate: float = 0.5
    mode: Literal["fast", "exact"] = "fast"
    letters: tuple[str, ...] | Literal["bytes"] = ()
    path: Path | None = None
    paths: tuple[Path, ...] = ()
    names: dict[str, str] | None = None

    def __post_init__(self):
        """Refuse what types cannot say."""
        if self.size < 1:
            raise ValueError("size must be at least 1")


def test_makes_a_part_with_its_defaults():
    """Integers stand for floats and lists for tuples, as in TOML."""
    assert make(Part, {"size": 3, "rate": 1, "letters": ["a"]}) == Part(3, 1.0, letters=("a",))


def test_paths_start_at_the_folder_of_the_recipe():
    """Relative paths are resolved, absolute ones stay."""
    made = make(Part, {"size": 1, "path": "a.txt", "paths": ["b", "/c"]}, Path("/base"))
    assert (made.path, made.paths) == (Path("/base/a.txt"), (Path("/base/b"), Path("/c")))


@pytest.mark.parametrize(
    ("table", "errors"),
    [
        ({}, [("size", "must be given")]),
        ({"size": "8"}, [("size", 'must be an integer, not "8"')]),
        ({"size": 1.5}, [("size", "must be an integer, not 1.5")]),
        ({"size": True}, [("size", "must be an integer, not true")]),
        ({"size": 0}, [("size", "must be at least 1")]),
        ({"size": 1, "mode": "slow"}, [("mode", "must be 'fast' or 'exact', not \"slow\"")]),
        ({"size": 1, "letters": 3}, [("letters", "must be a list of strings or 'bytes', not 3")]),
        ({"size": 1, "sise": 2}, [("sise", "no such option; did you mean 'size'?")]),
        ({"size": "x", "sise": 2, "rate": "y"}, [("sise", ...), ("size", ...), ("rate", ...)]),
    ],
)
def test_refuses_with_a_sentence_for_each_option(table, errors):
    """All that is wrong is told at once; a number in quotes is no number."""
    with pytest.raises(OptionErrors) as raised:
        make(Part, table)
    assert [name for name, _ in raised.value.errors] == [name for name, _ in errors]
    for (_, said), (_, expected) in zip(raised.value.errors, errors, strict=True):
        assert expected is ... or said == expected


def test_fills_in_every_default():
    """What a recipe leaves out is written back, and filling twice changes nothing."""
    filled = fill(Part, {"size": 3})
    assert filled == {"size": 3, "rate": 0.5, "mode": "fast", "letters": [], "paths": []}
    assert fill(Part, filled) == filled
    assert make(Part, filled) == make(Part, {"size": 3})


def test_describes_its_options():
    """Name, type and default are as the dataclass has them."""
    described = {option.name: option for option in options_of(Part)}
    assert described["size"].required
    assert (described["rate"].type, described["rate"].default) == ("a number", "0.5")
    assert described["paths"].type == "a list of paths"
    assert described["names"].type == "a table"
    assert summary(Part) == "A part with an option of each type."


def test_schema_is_closed():
    """An editor marks unknown options."""
    assert schema(Part)["additionalProperties"] is False
    assert schema(Part)["properties"]["size"] == {"title": "Size", "type": "integer"}


def test_refuses_a_class_that_is_no_dataclass():
    """A plugin that is no dataclass is told so."""
    with pytest.raises(OptionErrors, match="int is not a dataclass"):
        make(int, {})


def test_an_integer_of_more_than_64_bits_is_refused():
    """TOML has no larger ones, and neither have the kernels."""
    with pytest.raises(OptionErrors) as raised:
        make(Part, {"size": 2**63})
    assert raised.value.errors == [("size", "is too large for an integer of 64 bits")]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"mode": datetime.date(2026, 1, 2)}, ("mode", "is a date or a time; put it between quotes")),
        ({"letters": [datetime.time(7, 30)]}, ("letters", "is a date or a time; put it between quotes")),
        ({"names": {"a": datetime.datetime(2026, 1, 2)}}, ("names", "is a date or a time; put it between quotes")),
        ({"paths": ["a", ""]}, ("paths", 'must be a path, not ""; "." is the recipe\'s folder')),
    ],
)
def test_values_that_would_turn_into_others_are_refused(table, said):
    """A date would become a string, and an empty path a folder."""
    with pytest.raises(OptionErrors) as raised:
        make(Part, {"size": 3, **table})
    assert said in raised.value.errors


class Untyped:
    """No dataclass, so it has no options."""


@dataclass(frozen=True)
class Unknowable:
    """An option whose type pydantic cannot check."""

    size: Untyped | None = None


@dataclass(frozen=True)
class Failing:
    """A part that fails with an error of its own."""

    def __post_init__(self):
        """Fail."""
        raise KeyError("size")


@pytest.mark.parametrize(
    ("part", "said"),
    [(Untyped, "is not a dataclass"), (Unknowable, "is broken: Pydantic"), (Failing, "is broken: KeyError: 'size'")],
)
def test_a_class_that_is_no_part_is_told_in_a_sentence(part, said):
    """A fault of a plugin is an error of the recipe that names it, never a crash."""
    with pytest.raises(OptionErrors, match=said):
        make(part, {})
