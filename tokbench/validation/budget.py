"""A budget of time: how long runs take, what each may take of what is left, and when its last update must be over.

    budget 60 s, 8 gone; two runs that are expected to take 18 s and 30 s  →  19 s and 31 s of the 50 that are shared

The paces are measured beforehand. What a run did not need is left for those after it, and what it took too long is
missing for them, so that the whole keeps to the budget.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tokbench.validation.settings import TrainingSettings

CLOSING = 0.03
"""The share of the budget in which the answer is drawn from the runs and written."""


@dataclass(frozen=True)
class Pace:
    """Seconds that a run of one tokenizer takes: before it, for an update on average, for a look at dev, and after it.

    `windows` are how many the training split has.
    """

    before: float
    update: float
    dev: float
    after: float
    windows: int

    def seconds(self, training: TrainingSettings) -> float:
        """Return how long a run of these settings takes."""
        steps = total_steps(training, self.windows)
        return self.before + steps * self.update + looks(training, self.windows, steps) * self.dev + self.after


@dataclass(frozen=True)
class Budget:
    """A time in seconds, by which all must have ended: `ends` is of `time.monotonic()`."""

    seconds: float
    ends: float

    @classmethod
    def of(cls, seconds: float, gone: float = 0.0) -> Budget:
        """Return a budget of which some seconds are gone already, such as those in which the program started."""
        return cls(seconds, time.monotonic() + seconds - gone)

    @property
    def left(self) -> float:
        """Return the seconds that are left for runs."""
        return self.ends - time.monotonic() - CLOSING * self.seconds

    def last_update(self, training: TrainingSettings, paces: Sequence[Pace]) -> float:
        """Return when the last update of a run must be over, given its pace and then those of the runs behind it."""
        expected = [pace.seconds(training) for pace in paces]
        share = self.left * expected[0] / sum(expected)
        return time.monotonic() + share - paces[0].dev - paces[0].after


def epoch_steps(training: TrainingSettings, windows: int) -> int:
    """Return how many updates see every window once."""
    return math.ceil(windows / training.batch_size)


def total_steps(training: TrainingSettings, windows: int) -> int:
    """Return how many updates the epochs are, at least one."""
    return max(1, round(training.epochs * epoch_steps(training, windows)))


def looks(training: TrainingSettings, windows: int, steps: int) -> int:
    """Return how often a run of so many updates looks at the dev split."""
    return math.ceil(steps / (training.evaluate_every or epoch_steps(training, windows)))
