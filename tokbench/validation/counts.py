"""What is right in each sentence, in numbers that add up: every score and every resample is drawn from these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tokbench.contracts import TaskPart

HITS, PREDICTED, GOLD = range(3)


def count(task: TaskPart, gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Return, for each sentence, how much was found rightly, found, and there to find: an array (sentences, 3)."""
    import numpy as np

    rows = [_row(set(task.found(right)), set(task.found(said))) for right, said in zip(gold, predicted, strict=True)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def f1(sums: Any) -> Any:
    """Return the F1 of sums of counts (…, 3), 0 where nothing was found and nothing was there.

    Where each word has a label of its own, as many are found as there are, and this is the accuracy.
    """
    import numpy as np

    sums = np.asarray(sums)
    total = sums[..., PREDICTED] + sums[..., GOLD]
    return 2 * sums[..., HITS] / np.maximum(total, 1)


def score(task: TaskPart, gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> float:
    """Return the score of a task over a split, between 0 and 1: what decides which weights are kept."""
    return float(f1(count(task, gold, predicted).sum(axis=0)))


def _row(right: set[tuple[str, int, int]], said: set[tuple[str, int, int]]) -> tuple[int, int, int]:
    return len(right & said), len(said), len(right)
