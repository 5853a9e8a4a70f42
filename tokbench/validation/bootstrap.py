"""How sure a difference is: the paired bootstrap over sentences.

Sentences are drawn with replacement, the same for both tokenizers, and the scores are computed anew; 95 of 100 of the
differences lie in the interval. Where there are several seeds, they are drawn too, for each tokenizer on its own.

Efron and Tibshirani 1993, chapters 13 and 16; Berg-Kirkpatrick, Burkett and Klein 2012 for its use in this field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokbench.validation.counts import f1

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    """(seeds, sentences, 3): what `counts.count` tells of each run."""
    Scores = NDArray[np.float64]
    """(resamples,)"""

RESAMPLES = 10_000
AT_ONCE = 4_000_000
"""Draws that are held in memory at once: 32 MB."""
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """Where a figure lies: as it was measured, and the interval of 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """How a tokenizer does beside a baseline: the difference of their scores.

    `p` is how likely a difference as large as this, in either direction, would be if there were none.
    """

    baseline: str
    difference: Interval
    p: float


def resample(runs: Sequence[Counts], seed: int = 0, resamples: int = RESAMPLES) -> list[Scores]:
    """Return, for each tokenizer, the score in each resample; all tokenizers get the same sentences."""
    import numpy as np

    chance = np.random.default_rng(seed)
    return [_over_seeds(f1(sums), chance) for sums in _sums(runs, chance, resamples)]


def interval(measured: float, resampled: Scores) -> Interval:
    """Return the interval of a score or of a difference, by the percentiles of its resamples."""
    import numpy as np

    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(measured, float(low), float(high))


def compare(baseline: str, measured: float, ours: Scores, theirs: Scores) -> Comparison:
    """Return what the resamples say of a measured difference."""
    difference = ours - theirs
    against = min((difference <= 0).sum(), (difference >= 0).sum())
    p = min(1.0, 2 * (int(against) + 1) / (len(difference) + 1))
    return Comparison(baseline, interval(measured, difference), p)


def _sums(runs: Sequence[Counts], chance: np.random.Generator, resamples: int) -> list[NDArray[np.float64]]:
    """Return, for each tokenizer, the counts of each resample, summed over its sentences: (resamples, seeds, 3).

    Sentences with the same counts in every run are drawn as one, as often as all of them together would be: most
    sentences have nothing to find, and nothing found.
    """
    import numpy as np

    flat = np.concatenate([run.transpose(1, 0, 2).reshape(run.shape[1], -1) for run in runs], axis=1)
    rows, times = np.unique(flat, axis=0, return_counts=True)
    share = times / times.sum()
    step = max(1, AT_ONCE // len(rows))
    drawn: list[NDArray[np.float64]] = [
        chance.multinomial(len(flat), share, size=min(step, resamples - start)).astype(np.float64) @ rows
        for start in range(0, resamples, step)
    ]
    widths = np.cumsum([run.shape[0] * 3 for run in runs])[:-1]
    return [part.reshape(resamples, -1, 3) for part in np.split(np.concatenate(drawn), widths, axis=1)]


def _over_seeds(scores: NDArray[np.float64], chance: np.random.Generator) -> Scores:
    """Return the mean over seeds that are drawn with replacement: (resamples, seeds) → (resamples,)."""
    import numpy as np

    resamples, seeds = scores.shape
    weights = chance.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples)
    mean: Scores = (weights * scores).sum(axis=1) / seeds
    return mean
