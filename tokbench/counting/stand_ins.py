"""Pre-tokenizers written in Python, run on plain strings: stand-ins for the objects that `tokenizers` hands them.

Cutting a `NormalizedString` costs ten times as much as cutting a string, for it keeps track of where everything was in
the original text, and who counts words asks only what they are. A stand-in can do what most parts need, and no more:

    text.split(f)      f(index, piece) → a list of pieces
    piece.normalized   str(piece)   piece[3:7]

Whatever else a part asks for raises `NotEnough`, and that text goes to `tokenizers`. What `tokenizers` itself does
behind the Python, it does to each distinct piece once.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from tokenizers import NormalizedString, PreTokenizedString

from tokbench.carried.stages import PYTHON, Classes, Stage, component, flat, made

if TYPE_CHECKING:
    from tokenizers.pre_tokenizers import PreTokenizer

_TEXT = operator.attrgetter("normalized")
KNOWN = 1 << 16
"""Pieces whose words are remembered."""


class NotEnough(BaseException):
    """A part asked for what only the real object can do; nothing in it catches this by `except Exception`."""


class PythonPart(Protocol):
    """A pre-tokenizer as `tokenizers` runs it."""

    def pre_tokenize(self, pretok: PreTokenizedString) -> None:
        """Split the text in place."""


class PythonSplitter:
    """Splits text as Python parts do, and stages of `tokenizers` behind them."""

    def __init__(self, parts: Sequence[PythonPart], behind: PreTokenizer | None) -> None:
        self._parts = parts
        self._behind = behind
        self._known: dict[str, list[str]] = {}

    @classmethod
    def of(cls, stage: Stage | None, classes: Classes) -> PythonSplitter | None:
        """Return the splitter of a pre-tokenizer's JSON; None where it does not begin with Python, and Python alone."""
        items = list(flat(stage)) if stage else []
        first = list(itertools.takewhile(lambda item: item["type"] == PYTHON, items))
        behind = items[len(first) :]
        if not first or any(item["type"] == PYTHON or item.get("prepend_scheme") == "first" for item in behind):
            return None
        parts = [made(item, classes).build() for item in first]
        rest = component("pre_tokenizer", {"type": "Sequence", "pretokenizers": behind}, {}) if behind else None
        return cls(parts, rest)

    def words(self, text: str) -> list[str]:
        """Return the words of a text that the normalizer is done with; raises `NotEnough`."""
        stand_in = Text(text)
        for part in self._parts:
            part.pre_tokenize(stand_in)  # type: ignore[arg-type]
        pieces = list(filter(None, map(_TEXT, stand_in.pieces)))
        return pieces if self._behind is None else [word for piece in pieces for word in self._words_of(piece)]

    def _words_of(self, piece: str) -> list[str]:
        found = self._known.get(piece)
        if found is None:
            if len(self._known) == KNOWN:
                self._known.clear()
            found = [word for word, _ in self._behind.pre_tokenize_str(piece) if word] if self._behind else [piece]
            self._known[piece] = found
        return found


class _StandIn:
    """Says that it is what it stands for, and gives up where it is asked for more than it can do."""

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        raise NotEnough(name)

    def __iter__(self) -> NoReturn:
        raise NotEnough("iteration")

    def __repr__(self) -> NoReturn:
        raise NotEnough("repr")


_new = object.__new__


class Piece(_StandIn):
    """Stands for a `NormalizedString`: ``Piece("a b")[0:1].normalized → "a"``."""

    __slots__ = ("normalized",)
    __class__ = NormalizedString  # type: ignore[assignment]  # what isinstance asks for

    def __init__(self, normalized: str) -> None:
        self.normalized = normalized

    def __str__(self) -> str:
        """Return the text."""
        return self.normalized

    def __getitem__(self, key: Any) -> Piece:
        """Return a part of it, where both ends are said and lie in it; `tokenizers` has rules of its own for others."""
        if type(key) is slice and key.step is None:
            start, stop, text = key.start, key.stop, self.normalized
            if type(start) is type(stop) is int and 0 <= start <= stop <= len(text) > start:
                piece = _new(Piece)  # a sixth less time than a call of the class, and most of the time is spent here
                piece.normalized = text[start:stop]
                return piece
        raise NotEnough(f"[{key}]")


class Text(_StandIn):
    """Stands for a `PreTokenizedString`."""

    __slots__ = ("pieces",)
    __class__ = PreTokenizedString  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self.pieces = [Piece(text)]

    def split(self, func: Callable[[int, NormalizedString], Sequence[NormalizedString]]) -> None:
        """Put in the place of each piece those that the function returns, empty ones left out."""
        found: list[Piece] = []
        for index, piece in enumerate(self.pieces):
            some: Any = func(index, piece)  # type: ignore[arg-type]
            if type(some) is not list:
                raise NotEnough("split")
            found += some
        if not {Piece}.issuperset(map(type, found)):
            raise NotEnough("split")
        self.pieces = [piece for piece in found if piece.normalized]
