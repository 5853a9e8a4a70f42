"""What goes wrong, by kind: each thing that was there and each that was said is counted once.

there (PER, 0, 2), said (PER, 0, 1)  → boundary
there (PER, 0, 2), said (LOC, 0, 2)  → type
there (PER, 0, 2), said (LOC, 1, 2)  → boundary and type
there (PER, 0, 2), said nothing near → missed;  the other way round → invented
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Found: TypeAlias = tuple[str, int, int]
"""Label, first word, word after the last."""

KINDS = ("type", "boundary", "boundary and type", "missed", "invented")


def kinds_of_mistakes(gold: Iterable[Sequence[Found]], predicted: Iterable[Sequence[Found]]) -> dict[str, int]:
    """Return how many mistakes of each kind there are in the sentences."""
    counts: Counter[str] = Counter()
    for right, said in zip(gold, predicted, strict=True):
        if right != said:
            counts.update(_of_sentence(right, said))
    return {kind: counts[kind] for kind in KINDS}


def _of_sentence(gold: Sequence[Found], predicted: Sequence[Found]) -> Counter[str]:
    """Count the mistakes of a sentence: what is nearest to each other is one mistake, what is left is on its own."""
    missed, invented = set(gold) - set(predicted), set(predicted) - set(gold)
    counts: Counter[str] = Counter()
    near = ((_kind(right, said), right, said) for right in missed for said in invented if _overlap(right, said) > 0)
    for kind, right, said in sorted(near, key=lambda pair: (KINDS.index(pair[0]), -_overlap(*pair[1:]), pair)):
        if right in missed and said in invented:
            counts[kind] += 1
            missed.remove(right)
            invented.remove(said)
    return counts + Counter(missed=len(missed), invented=len(invented))


def _kind(gold: Found, predicted: Found) -> str:
    if gold[1:] == predicted[1:]:
        return "type"
    return "boundary" if gold[0] == predicted[0] else "boundary and type"


def _overlap(gold: Found, predicted: Found) -> int:
    return min(gold[2], predicted[2]) - max(gold[1], predicted[1])
