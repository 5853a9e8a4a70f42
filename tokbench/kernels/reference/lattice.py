"""The ways to spell a text with pieces: how often each piece is expected, and the likeliest way.

Probabilities are multiplied, not their logarithms added: what would fall below the smallest double is carried as
a number and how many steps of 2⁵¹² it was raised by. Expected counts are summed as whole numbers of fractions, so
that the order of blocks of texts has no part in the sum.
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


@dataclass(frozen=True)
class Scaled:
    """The number value · 2^(-512 · steps)."""

    value: float
    steps: int = 0


def settled(terms: list[tuple[float, Scaled]]) -> Scaled:
    """Return the sum of products; it is raised by a step where it is small, and has the largest unit among them."""
    unit = min(number.steps for _, number in terms)
    value = 0.0
    for factor, number in terms:
        value += factor * math.ldexp(number.value, -STEP * (number.steps - unit))
    return Scaled(math.ldexp(value, STEP), unit + 1) if value < SMALL else Scaled(value, unit)


def add_expected(model: Model, texts: list[tuple[str, float]], expected: list[int]) -> None:
    """Add to each piece how often it is expected in the texts, in units of which each text counts so many.

    The sum over all spellings of a text, backward and forward (Kudo 2018, section 3.2): each spelling counts by its
    share of the text's probability. What texts have in common at their ends is spelled once, for all of them.
    """
    rests = {"": Scaled(1.0)}
    for text, _ in texts:
        for start in reversed(range(len(text))):
            rest = text[start:]
            if rest not in rests:
                rests[rest] = settled([(model.chances[i], rests[rest[end:]]) for end, i in model.edges(rest, 0)])
    # By the probability of the rest: how many texts have a spelling that breaks there.
    shares = dict.fromkeys(rests, 0.0)
    wholes = {text: weight / rests[text].value for text, weight in texts}
    for rest in reversed(list(rests)[1:]):
        share = shares[rest] + wholes.get(rest, 0.0)
        for end, piece in model.edges(rest, 0):
            after = rests[rest[end:]]
            chance = math.ldexp(model.chances[piece], STEP * (rests[rest].steps - after.steps))
            expected[piece] += int(share * (chance * after.value) + 0.5)
            shares[rest[end:]] += share * chance


def likeliest(model: Model, text: str, without: int | None = None) -> tuple[float, list[int]]:
    """Return the likeliest spelling and its score; of equal ones, the one whose first piece is the longest.

    `without` is a piece that may not be used.
    """
    best = [(-math.inf, 0, -1)] * len(text) + [(0.0, 0, -1)]
    for start in reversed(range(len(text))):
        for end, piece in model.edges(text, start):
            score = best[end][0] + model.scores[piece]
            if piece != without and score >= best[start][0]:
                best[start] = (score, end, piece)
    spelled: list[int] = []
    start = 0
    while start < len(text):
        _, start, piece = best[start]
        spelled.append(piece)
    return best[0][0], spelled
