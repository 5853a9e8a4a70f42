"""How long a validation will take, measured on a few updates, and how many fit into a budget."""

from __future__ import annotations

import bisect
import dataclasses
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from tokbench.contracts import Note, Report, silent
from tokbench.errors import UserError
from tokbench.validation import processes
from tokbench.validation.batching import plan
from tokbench.validation.failures import memory_explained
from tokbench.validation.fitting import epoch_steps, total_steps
from tokbench.validation.learner import Learner, set_up
from tokbench.validation.predicting import predict
from tokbench.validation.stepping import Stepper
from tokbench.validation.windows import Window

if TYPE_CHECKING:
    from accelerate import Accelerator

    from tokbench.labelled.sentences import LabelledSet
    from tokbench.validation.outcome import Candidate
    from tokbench.validation.settings import Settings, TrainingSettings

MEASURED = 3
"""How many updates are timed, of batches from long to short, after one that warms up."""
KEPT_BACK = 0.1
"""The share of the budget that is kept for what was not foreseen."""


@dataclass(frozen=True)
class Pace:
    """Seconds that a run takes: before training, for an update on average, and for a look at the dev and test split."""

    before: float
    update: float
    dev: float
    test: float

    def seconds(self, steps: int, looks: int) -> float:
        """Return how long a run of so many updates and looks takes."""
        return self.before + steps * self.update + looks * self.dev + self.test


def fitted(
    settings: Settings,
    candidates: Sequence[Candidate],
    data: LabelledSet,
    seeds: Sequence[int],
    budget: float | None,
    report: Report,
) -> Settings:
    """Return the settings that `tuning.prepare` describes."""
    started = time.perf_counter()
    accelerator = processes.accelerator(settings.training, Path())
    if budget is None and accelerator.device.type != "cpu":
        return settings
    pace, windows = _measured(settings, candidates[0], data, accelerator, seeds[0])
    training, runs = settings.training, len(candidates) * len(seeds)
    steps = total_steps(training, windows)
    if budget is not None:
        spent = time.perf_counter() - started
        steps = most(training, windows, pace, (budget - spent) * (1 - KEPT_BACK) / runs)
        if not steps:
            needed = spent + runs * pace.seconds(1, 1) / (1 - KEPT_BACK)
            raise UserError(
                f"--budget: {budget:.0f} s is too little: a single update for each run takes {needed:.0f} s, with all"
                " that goes with it; give more, or fewer seeds and baselines"
            )
    if accelerator.is_main_process:
        report(Note(_told(runs, steps, runs * pace.seconds(steps, looks(training, windows, steps)), accelerator)))
    epochs = min(training.epochs, steps / epoch_steps(training, windows))
    return dataclasses.replace(settings, training=dataclasses.replace(training, epochs=epochs))


def _told(runs: int, steps: int, seconds: float, accelerator: Accelerator) -> str:
    """Return ``6 runs of 428 updates will take about 12 min on the CPU, measured on 3 updates``."""
    many = "1 run" if runs == 1 else f"{runs} runs"
    place = "the CPU" if accelerator.device.type == "cpu" else f"'{accelerator.device}'"
    span = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    return f"{many} of {steps:,} updates will take about {span} on {place}, measured on {MEASURED} updates"


# ---------------------------------------------------------------- measuring


def _measured(
    settings: Settings, candidate: Candidate, data: LabelledSet, accelerator: Accelerator, seed: int
) -> tuple[Pace, int]:
    """Return the pace of the slowest process, and how many windows the training split has."""
    started = time.perf_counter()
    learner = set_up(settings, candidate, data, accelerator, seed, silent)
    before = time.perf_counter() - started
    stepper = Stepper.of(accelerator, learner.model, settings.training, MEASURED)
    update = _update_seconds(settings.training, learner, stepper)
    window = _window_seconds(settings.training, learner, stepper)
    measured = torch.tensor([before, update, window], device=accelerator.device)
    before, update, window = accelerator.gather(measured[None]).max(dim=0).values.tolist()
    accelerator.free_memory()
    pace = Pace(before, update, window * len(learner.dev.windows), window * len(learner.scored.windows))
    return pace, len(learner.train.windows)


def _update_seconds(training: TrainingSettings, learner: Learner, stepper: Stepper) -> float:
    """Return the seconds of an average update: some are timed, from short to long, and scaled by the tokens of all."""
    windows = learner.train.windows
    lengths = [len(window.ids) for window in windows]
    batches = [[windows[index] for index in batch] for batch in plan(lengths, training.batch_size, 0, 0)]
    batches.sort(key=_padded)
    chosen = [batches[len(batches) * (2 * turn + 1) // (2 * MEASURED)] for turn in range(MEASURED)]
    with memory_explained(training):
        stepper.learn(batches[-1], learner.padding).item()  # the longest: memory fails here, and all is warm
        started = time.perf_counter()
        for batch in chosen:
            stepper.learn(batch, learner.padding).item()
    a_token = (time.perf_counter() - started) / sum(map(_padded, chosen))
    return a_token * sum(map(_padded, batches)) / len(batches)


def _window_seconds(training: TrainingSettings, learner: Learner, stepper: Stepper) -> float:
    """Return the seconds of predicting for an average window, timed on as many as one batch of training holds."""
    windows = learner.scored.windows
    some = windows[:: -(-len(windows) // training.batch_size)]
    sample = dataclasses.replace(learner.scored, windows=some)
    started = time.perf_counter()
    predict(stepper.accelerator, stepper.model, sample, learner.padding, training.batch_size, learner.labels)
    return (time.perf_counter() - started) / len(some)


def _padded(batch: Sequence[Window]) -> int:
    return len(batch) * max(len(window.ids) for window in batch)


# ---------------------------------------------------------------- fitting into a budget


def most(training: TrainingSettings, windows: int, pace: Pace, seconds: float) -> int:
    """Return the most updates, up to those of the settings, with which a run fits into so many seconds."""

    def fits(steps: int) -> bool:
        return pace.seconds(steps, looks(training, windows, steps)) <= seconds

    return bisect.bisect_left(range(1, total_steps(training, windows) + 1), True, key=lambda steps: not fits(steps))


def looks(training: TrainingSettings, windows: int, steps: int) -> int:
    """Return how often a run of so many updates looks at the dev split."""
    return math.ceil(steps / (training.evaluate_every or epoch_steps(training, windows)))
