"""How long a validation will take, measured on a few updates with each tokenizer, and how many epochs fit a budget."""

from __future__ import annotations

import bisect
import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import torch

from tokbench.contracts import Note, Report, silent
from tokbench.errors import UserError
from tokbench.validation import processes
from tokbench.validation.batching import plan
from tokbench.validation.budget import Budget, Pace, epoch_steps, total_steps
from tokbench.validation.failures import memory_explained
from tokbench.validation.learner import Learner, set_up
from tokbench.validation.predicting import predict
from tokbench.validation.saving import save_learned
from tokbench.validation.stepping import Stepper
from tokbench.validation.windows import Encoded, Window
from tokbench.wording import counted

if TYPE_CHECKING:
    from accelerate import Accelerator

    from tokbench.labelled.sentences import LabelledSet
    from tokbench.validation.outcome import Candidate
    from tokbench.validation.settings import Settings, TrainingSettings

MEASURED = 3
"""How many updates are timed, of batches from long to short, after one that warms up."""
KEPT_BACK = 0.1
"""The share of the time that is kept for what was not foreseen."""


def fitted(
    settings: Settings,
    candidates: Sequence[Candidate],
    data: LabelledSet,
    seeds: Sequence[int],
    budget: Budget | None,
    report: Report,
) -> tuple[Settings, Sequence[Pace]]:
    """Return the settings and paces that `tuning.prepare` describes."""
    accelerator = processes.accelerator(settings.training, Path())
    if budget is None and accelerator.device.type != "cpu":
        return settings, ()
    paces = [_measured(settings, candidate, data, accelerator, seeds[0]) for candidate in candidates]
    training = settings.training
    if budget is not None:
        left = _least(accelerator, budget.left * (1 - KEPT_BACK) / len(seeds))
        training = _fitted(training, paces, budget, left)
    if accelerator.is_main_process:
        report(Note(_told(training, paces, len(seeds), accelerator)))
    return dataclasses.replace(settings, training=training), paces


def most(training: TrainingSettings, paces: Sequence[Pace], seconds: float) -> TrainingSettings | None:
    """Return the settings with the most epochs, up to theirs, with which one run of each pace fits into the seconds.

    None where not even one update each does.
    """
    one = epoch_steps(training, paces[0].windows)

    def of(steps: int) -> TrainingSettings:
        return dataclasses.replace(training, epochs=min(training.epochs, steps / one))

    def fits(steps: int) -> bool:
        return sum(pace.seconds(of(steps)) for pace in paces) <= seconds

    every = range(1, total_steps(training, paces[0].windows) + 1)
    steps = bisect.bisect_left(every, True, key=lambda steps: not fits(steps))
    return of(steps) if steps else None


def _fitted(training: TrainingSettings, paces: Sequence[Pace], budget: Budget, seconds: float) -> TrainingSettings:
    found = most(training, paces, seconds)
    if found is None:
        one = dataclasses.replace(training, epochs=1e-9)
        missing = (sum(pace.seconds(one) for pace in paces) - seconds) / (1 - KEPT_BACK)
        raise UserError(
            f"--budget: {budget.seconds:.0f} s is too little: a single update for each run, with all that goes with it,"
            f" takes about {budget.seconds + missing:.0f} s; give more, or fewer seeds and baselines"
        )
    return found


def _least(accelerator: Accelerator, seconds: float) -> float:
    """Return what the process has that has least, so that all of them decide the same."""
    told = torch.tensor([seconds], dtype=torch.float32, device=accelerator.device)
    return float(accelerator.gather(told).min())


def _told(training: TrainingSettings, paces: Sequence[Pace], seeds: int, accelerator: Accelerator) -> str:
    """Return ``6 runs of 428 updates will take about 12 min on the CPU, measured on 3 updates of each tokenizer``."""
    runs = len(paces) * seeds
    counts = sorted({total_steps(training, pace.windows) for pace in paces})
    updates = counted(counts[0], "update") if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,} updates"
    place = "the CPU" if accelerator.device.type == "cpu" else f"'{accelerator.device}'"
    seconds = seeds * sum(pace.seconds(training) for pace in paces)
    span = f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
    each = "" if len(paces) == 1 else " of each tokenizer"
    many = counted(runs, "run")
    return f"{many} of {updates} will take about {span} on {place}, measured on {MEASURED} updates{each}"


# ---------------------------------------------------------------- measuring


def _measured(settings: Settings, candidate: Candidate, data: LabelledSet, accelerator: Accelerator, seed: int) -> Pace:
    """Return the pace of the slowest process."""
    started = time.perf_counter()
    learner = set_up(settings, candidate, data, accelerator, seed, silent)
    before = time.perf_counter() - started
    stepper = Stepper.of(accelerator, learner.model, settings.training, MEASURED)
    update = _update_seconds(settings.training, learner, stepper)
    before += update * _adapting(settings, learner)
    window, saving = _window_seconds(settings.training, learner, stepper), _saving_seconds(learner, accelerator)
    measured = torch.tensor([before, update, window, saving], device=accelerator.device)
    before, update, window, saving = accelerator.gather(measured[None]).max(dim=0).values.tolist()
    accelerator.free_memory()
    after = saving + (window * len(learner.test.windows) if learner.data.test else 0.0)
    return Pace(before, update, window * len(learner.dev.windows), after, len(learner.train.windows))


def _adapting(settings: Settings, learner: Learner) -> int:
    """Return how many updates there are before fine-tuning, each taken to be as long as one of it."""
    transfer = settings.transfer
    distilled = learner.old is not None and transfer.method == "distillation"
    return transfer.masked_steps + (transfer.distillation_steps if distilled else 0)


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
    sample: Encoded = dataclasses.replace(learner.scored, windows=windows[:: -(-len(windows) // training.batch_size)])
    started = time.perf_counter()
    predict(stepper.accelerator, stepper.model, sample, learner.padding, training.batch_size, learner.labels)
    return (time.perf_counter() - started) / len(sample.windows)


def _saving_seconds(learner: Learner, accelerator: Accelerator) -> float:
    """Return the seconds of saving the model and proving what was saved; what fails here fails before training."""
    if not accelerator.is_main_process:  # which alone saves
        return 0.0
    started = time.perf_counter()
    with TemporaryDirectory() as folder:
        save_learned(learner, Path(folder))
    return time.perf_counter() - started


def _padded(batch: Sequence[Window]) -> int:
    return len(batch) * max(len(window.ids) for window in batch)
