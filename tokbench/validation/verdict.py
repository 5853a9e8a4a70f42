"""The verdict: one sentence that claims no more than the intervals allow."""

from __future__ import annotations

from collections.abc import Sequence

from tokbench.validation.bootstrap import Comparison, Interval


def verdict(name: str, metric: str, score: Interval, comparisons: Sequence[Comparison], seeds: int) -> str:
    """Return what was shown, with a clause for each baseline.

    ``wordpiece reaches F1 81.2 (79.9 to 82.5), which is better than bert by 1.4 (0.3 to 2.5).``

    Better or worse is said where the interval of the difference leaves out zero; else how much better or worse the
    tokenizer may still be. One seed tells nothing of other seeds, and that is said.
    """
    clauses = [f"{name} reaches {metric} {_points(score.value)} ({_range(score)})"]
    clauses += [_beside(comparison) for comparison in comparisons]
    told = "" if seeds > 1 else "; with one seed, this says nothing of how much seeds matter"
    return ", ".join(clauses) + told + "."


def decided(comparison: Comparison) -> str:
    """Return `better`, `worse`, or `open` where the interval holds both."""
    if comparison.difference.low > 0:
        return "better"
    return "worse" if comparison.difference.high < 0 else "open"


def _beside(comparison: Comparison) -> str:
    difference, decision = comparison.difference, decided(comparison)
    if decision == "open":
        low, high = _points(max(0.0, -difference.low)), _points(max(0.0, difference.high))
        return f"and no difference to {comparison.baseline} is shown: it may be {low} worse or {high} better"
    size = sorted(abs(edge) for edge in (difference.low, difference.high))
    by = f"{_points(abs(difference.value))} ({_points(size[0])} to {_points(size[1])})"
    return f"which is {decision} than {comparison.baseline} by {by}"


def _range(interval: Interval) -> str:
    return f"{_points(interval.low)} to {_points(interval.high)}"


def _points(share: float) -> str:
    """Return a share in points of a hundred: ``0.8123 → 81.2``."""
    return f"{100 * share:.1f}"
