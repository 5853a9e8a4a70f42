"""A package with parts in Python, as a plugin's author writes one, on the path of this process."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tokbench.carried.code import Piece

PARTS = '''"""Parts of a plugin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from . import runs
from .runs import (
    DIGITS,
    halves as halved,  # in two
)

if TYPE_CHECKING:
    from tokbench.contracts import Place
    from tokenizers import PreTokenizedString


@dataclass(frozen=True)
class Halves:
    """Split digits in two."""

    names: tuple[str, ...] = ("a",)
    keeps: ClassVar[tuple[Place, ...]] = ()

    def build(self) -> Halves:
        return self

    def pre_tokenize(self, text: PreTokenizedString) -> None:
        text.split(lambda _, piece: [piece[a:b] for a, b in halved(str(piece.normalized))] or [piece])


@dataclass(frozen=True)
class Path:
    """A part with an option that cannot travel."""

    numbers: frozenset[int] = frozenset({1})

    def build(self) -> Path:
        return self
'''
RUNS = """import re

DIGITS = re.compile("[0-9]+")


def halves(text):
    middle = len(text) // 2
    return [(0, middle), (middle, len(text))] if DIGITS.fullmatch(text) and middle else []
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return what writes modules of the package `acme`; they are forgotten afterwards."""
    folder = tmp_path / "packages" / "acme"
    folder.mkdir(parents=True)
    monkeypatch.syspath_prepend(str(folder.parent))

    def write(**modules: str) -> None:
        for name, text in {"__init__": "", "parts": PARTS, "runs": RUNS, **modules}.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        importlib.invalidate_caches()

    write()
    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme"]:
        del sys.modules[name]


@pytest.fixture
def piece(package: Any) -> Callable[..., Piece]:
    """Return what makes a piece of a part of `acme`; pytest stands for the package that it would be in."""

    def make(name: str = "Halves", **options: Any) -> Piece:
        part = getattr(importlib.import_module("acme.parts"), name)
        return Piece(part(**options), "pytest", "1.0")

    return make
