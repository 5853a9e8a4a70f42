"""What counting raises where something that it went by turns out to be false; it counts anew without."""

from __future__ import annotations

from tokbench.errors import TrainingError


class Crossing(TrainingError):
    """A pipeline looks across places at which it says that text can be cut."""


class Disagreement(TrainingError):
    """A part in Python gives other words where it is given plain strings, and has given the same before."""
