"""Templates: what stands around a sequence, and around a pair of them, written as one line each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tokenizers import processors

from tokbench.post_processors.ids import identified

_SPACES = re.compile(r"[ \t\r\n]+")
_SEQUENCE = re.compile(r"\$(?P<name>[ABab]?|[0-9]+)(:(?P<type>[0-9]+))?")
_TOKEN = re.compile(r"(?P<token>[^$:][^:]*)(:(?P<type>[0-9]+))?")
LARGEST_TYPE_ID = 2**32 - 1


@dataclass(frozen=True)
class _Piece:
    """One piece of a template: a sequence, "A" or "B", or else a token."""

    sequence: str | None
    token: str | None
    type_id: int


@dataclass(frozen=True)
class TemplateProcessing:
    """Frame sequences as a template says: `[CLS] $A [SEP]`.

    single: the template of one sequence: `$A`, and tokens, with spaces between them; left out, `$A`.
    pair: the template of two, `$A` and `$B`; `:1` after a piece is its type id, otherwise 0; left out, `$A $B:1`.
    """

    single: str | None = None
    pair: str | None = None

    def __post_init__(self) -> None:
        """Refuse a template that is malformed, lacks or repeats a sequence, or names tokens without the other one."""
        _check_sequences("single", self._single, ["A"])
        _check_sequences("pair", self._pair, ["A", "B"])
        if self.tokens() and None in (self.single, self.pair):
            left_out, given = ("single", "pair") if self.single is None else ("pair", "single")
            raise ValueError(f"{left_out}: must be given where {given} names tokens; it would have none")

    def tokens(self) -> tuple[str, ...]:
        """Return the tokens it names, each once, in the order in which they appear."""
        pieces = [*_pieces(self._single, "single"), *_pieces(self._pair, "pair")]
        return tuple(dict.fromkeys(piece.token for piece in pieces if piece.token))

    @property
    def type_ids(self) -> bool:
        """Tell whether the sequences of a pair get type ids that differ."""
        return len({piece.type_id for piece in _pieces(self._pair, "pair") if piece.sequence}) > 1

    def build(self, ids: Mapping[str, int]) -> processors.PostProcessor:
        """Return the component; raises `ValueError` where `ids` lacks a token."""
        special_tokens = [identified(token, ids) for token in self.tokens()]
        return processors.TemplateProcessing(
            single=_texts(self._single), pair=_texts(self._pair), special_tokens=special_tokens
        )

    @property
    def _single(self) -> str:
        return "$A" if self.single is None else self.single

    @property
    def _pair(self) -> str:
        return "$A $B:1" if self.pair is None else self.pair


def _check_sequences(option: str, template: str, expected: list[str]) -> None:
    found = [piece.sequence for piece in _pieces(template, option) if piece.sequence]
    if sorted(found) != expected:
        wanted = " and ".join(f"${name}" for name in expected)
        raise ValueError(f"{option}: must have {wanted} once each, and no other sequence, not {template!r}")


def _texts(template: str) -> list[str]:
    return [text for text in _SPACES.split(template) if text]


def _pieces(template: str, option: str) -> list[_Piece]:
    return [_piece(text, option) for text in _texts(template)]


def _piece(text: str, option: str) -> _Piece:
    """Read a piece as `tokenizers` does: ``$B:1``, ``$1`` (A with type id 1), ``[SEP]:1``."""
    if match := _SEQUENCE.fullmatch(text):
        name, type_id = match["name"], match["type"]
        if name.isdigit():
            return _Piece("A", None, _type_id(type_id or name, text, option))
        return _Piece(name.upper() or "A", None, _type_id(type_id or "0", text, option))
    if match := _TOKEN.fullmatch(text):
        return _Piece(None, match["token"], _type_id(match["type"] or "0", text, option))
    raise ValueError(
        f"{option}: {text!r} is no piece of a template; write $A, $B or a token, each with :1 behind it for type id 1"
    )


def _type_id(digits: str, text: str, option: str) -> int:
    if int(digits) > LARGEST_TYPE_ID:
        raise ValueError(f"{option}: the type id of {text!r} must be at most {LARGEST_TYPE_ID}")
    return int(digits)
