"""How the figures of two are compared: how many times ours the other's is, and the least that it is to be."""

from __future__ import annotations


def ratio(theirs: float, ours: float, target: float = 0) -> str:
    """Return how many times ours theirs is, and the target where that is not reached: ``7.4x``, ``7.4x < 10``."""
    return f"{theirs / ours:.1f}x" + ("" if theirs / ours >= target else f" < {target:g}")
