"""Weights of languages under which plain BPE is fair: found by training, measuring, and weighing again.

BPE merges the pair that shortens the text most. Let a language's pairs count its weight times, and the text that is
shortened most is another. Which weights? Say what is wanted: few tokens T in all and an even cost, cₗ = tokens of
language l over its content. The Gini coefficient G of the costs and T are both functions of the tokens tₗ of each
language, and T + p·G falls fastest along its derivative; so a pair of language l is worth ∂(T + p·G)/∂tₗ, which is

    wₗ = 1 + λ · (aₗ - G) / sₗ        aₗ = (languages that cost less - languages that cost more) / languages
                                       sₗ = content of l over the mean content

With λ = 0 this is plain BPE. The dearest language gains most by it, the cheapest gives; one of little text gets a
large weight, as helping it costs the others little. The weights move the costs, so both are computed in turn, and λ is
raised as long as the text of all together does not grow by more than was allowed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from tokbench_parity.languages import Floats, Integers, gini

SCALE = 1024
"""Weights are multiples of one over this, and counts are multiplied by it."""
LEAST = 0.02
"""No language counts less: its words would be left to single bytes."""
CLOSE = 0.03
"""Two costs that differ by less, as a share of the mean, count as a difference in part: else the weights would leap."""
STEP = 0.7
"""How far weights go towards those that the last costs ask for."""

Trained = TypeVar("Trained")


@dataclass(frozen=True)
class Round(Generic[Trained]):
    """What one training gave."""

    trained: Trained
    weights: Integers
    """By language, in 1/1024."""
    tokens: Integers
    """By language."""
    gini: float
    growth: float
    """How much longer the text of all is, in tokens, than plain BPE leaves it: 0.03 for 3 % more."""


def search(
    content: Floats,
    train: Callable[[Integers], tuple[Trained, Integers]],
    *,
    allowed: float,
    rounds: int,
) -> list[Round[Trained]]:
    """Return the rounds, plain BPE first; `train` takes weights and returns what it trained and the tokens by language.

    Only arithmetic, roots and comparisons of doubles, so the same on every machine.
    """
    weights = np.ones(len(content))
    done: list[Round[Trained]] = []
    pressure = 1.0
    for _ in range(1 + rounds):
        whole = np.rint(weights * SCALE).astype(np.int64)
        trained, tokens = train(whole)
        plain = int(done[0].tokens.sum()) if done else int(tokens.sum())
        costs = tokens / content
        done.append(Round(trained, whole, tokens, gini(costs), int(tokens.sum()) / plain - 1))
        pressure = _pressed(pressure, done[-1].growth, allowed, first=len(done) == 1)
        weights = (1 - STEP) * weights + STEP * wanted(costs, content, pressure)
    return done


def fairest(done: list[Round[Trained]], allowed: float) -> Round[Trained]:
    """Return the round of the least Gini coefficient among those whose text does not grow by more than is allowed."""
    return min((found for found in done if found.growth <= allowed), key=lambda found: found.gini)


def wanted(costs: Floats, content: Floats, pressure: float) -> Floats:
    """Return the weights that these costs ask for, shape (languages,)."""
    apart = (costs[:, None] - costs[None, :]) / (CLOSE * costs.mean())
    place = np.clip(apart, -1, 1).sum(axis=1) / len(costs)
    share = content / content.mean()
    weights: Floats = np.maximum(LEAST, 1 + pressure * (place - gini(costs)) / share)
    return weights


def _pressed(pressure: float, growth: float, allowed: float, *, first: bool) -> float:
    """Return the next λ: more of it where there is room, less where the text grew too much."""
    if first:
        return pressure
    return pressure * min(max(math.sqrt(allowed * AIM / max(growth, TINY)), 0.5), 2.0)


AIM = 0.9
"""The share of the growth that is allowed which is aimed at."""
TINY = 1e-9
