"""The ways to spell a text with pieces: how often each piece is expected, and the likeliest way.

Probabilities are multiplied, not their logarithms added: what would fall below the smallest double is carried as
a number and how many steps of 2⁵¹² it was raised by. Expected counts are summed as whole numbers of fractions, so
that the order of the summands has no part in the sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

STEP = 512
SMALL = 2.0**-400


@dataclass
class Model:
    """Pieces with their probabilities; all single characters of the text are among them."""

    pieces: list[str]
    scores: list[float]
    """Natural logarithms of the probabilities."""
    chances: list[float]

    def __post_init__(self) -> None:
        self.ids = {piece: index for index, piece in enumerate(self.pieces)}
        self.longest = max(map(len, self.pieces), default=1)

    def edges(self, text: str, start: int) -> Iterator[tuple[int, int]]:
        """Yield the pieces that stand in the text from `start`, as (end, id), the shortest first."""
        for end in range(start + 1, min(start + self.longest, len(text)) + 1):
            piece = self.ids.get(text[start:end])
            if piece is not None:
                yield end, piece


@dataclass
class Scaled:
    """The number value · 2^(-512 · steps), a sum that grows."""

    value: float = 0.0
    steps: int | None = None

    def add(self, value: float, steps: int) -> None:
        """Add another; the larger of the two units is kept."""
        if self.steps is None or steps < self.steps:
            down = 0 if self.steps is None else self.steps - steps
            self.value = math.ldexp(self.value, -STEP * down) + value
            self.steps = steps
        else:
            self.value += math.ldexp(value, -STEP * (steps - self.steps))

    def settled(self) -> tuple[float, int]:
        """Return value and steps, raised by one step where the value is small."""
        steps = self.steps or 0
        return (math.ldexp(self.value, STEP), steps + 1) if self.value < SMALL else (self.value, steps)


def add_expected(model: Model, text: str, weight: float, expected: list[int]) -> None:
    """Add to each piece how often it is expected in the text, in units of which the text counts `weight`.

    The sum over all spellings of a text, forward and backward (Kudo 2018, section 3.2): each spelling counts by its
    share of the text's probability.
    """
    forward = [Scaled() for _ in range(len(text) + 1)]
    forward[0].add(1.0, 0)
    begins = []
    for start in range(len(text) + 1):
        value, steps = forward[start].settled()
        begins.append((value, steps))
        for end, piece in model.edges(text, start):
            forward[end].add(value * model.chances[piece], steps)
    whole, whole_steps = begins[-1]
    share = weight / whole
    ends = [(1.0, 0)] * (len(text) + 1)
    for start in reversed(range(len(text))):
        backward = Scaled()
        here = begins[start][0] * share
        for end, piece in model.edges(text, start):
            rest = model.chances[piece] * ends[end][0]
            backward.add(rest, ends[end][1])
            steps = begins[start][1] + ends[end][1] - whole_steps
            expected[piece] += int(math.ldexp(here * rest, -STEP * steps) + 0.5)
        ends[start] = backward.settled()


def likeliest(model: Model, text: str, without: int | None = None) -> tuple[float, list[int]]:
    """Return the likeliest spelling and its score; of equal ones, the one whose last piece is the longest.

    `without` is a piece that may not be used. What HF's Unigram model does (tokenizers 0.23.3, encode_optimized).
    """
    best: list[tuple[float, int, int] | None] = [(0.0, 0, -1)] + [None] * len(text)
    for start in range(len(text)):
        so_far = best[start]
        if so_far is None:
            continue
        for end, piece in model.edges(text, start):
            if piece == without:
                continue
            score = so_far[0] + model.scores[piece]
            there = best[end]
            if there is None or score > there[0]:
                best[end] = (score, start, piece)
    spelled: list[int] = []
    end = len(text)
    while end > 0:
        _, start, piece = best[end] or (0.0, 0, -1)
        spelled.append(piece)
        end = start
    return (best[-1] or (0.0, 0, -1))[0], spelled[::-1]
