"""How long work says how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Progress:
    """How far a stage is: `done` of `total` (None: unknown), counted in `unit` ("documents", "bytes", "merges")."""

    stage: str
    done: int
    total: int | None
    unit: str
    told: str = ""
    """What is worth a look beside it: a loss, a score."""


@dataclass(frozen=True)
class Note:
    """Something the user should know: a default that was chosen, text that was skipped."""

    text: str


Report: TypeAlias = "Callable[[Progress | Note], None]"
"""Where long work says how it goes; the command line draws it, a library's caller may ignore it."""


def silent(event: Progress | Note) -> None:
    """Report to nobody: the default of every function that reports."""
