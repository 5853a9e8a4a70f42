"""Fine-tune a model with one tokenizer and one seed: the door to all that needs torch, which is imported behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.contracts import Report, silent
from tokbench.validation.requirements import require_torch

if TYPE_CHECKING:
    from tokbench.contracts import TaskPart
    from tokbench.labelled.sentences import LabelledSet
    from tokbench.validation.budget import Budget, Pace
    from tokbench.validation.outcome import Candidate, Run
    from tokbench.validation.settings import Settings


def prepare(
    settings: Settings,
    candidates: Sequence[Candidate],
    data: LabelledSet,
    seeds: Sequence[int],
    budget: Budget | None = None,
    report: Report = silent,
) -> tuple[Settings, Sequence[Pace]]:
    """Return the settings with which all runs fit into the budget and the pace of each candidate, and report the time.

    That is measured on a few updates of each candidate, where there is a budget or no GPU; else there are no paces.
    Only the number of epochs changes, and is the same for every candidate. Raises `UserError` where not even one
    update each fits.
    """
    require_torch()
    from tokbench.validation import pacing

    return pacing.fitted(settings, candidates, data, seeds, budget, report)


def fine_tune(
    settings: Settings,
    candidate: Candidate,
    data: LabelledSet,
    task: TaskPart,
    seed: int,
    folder: Path,
    report: Report = silent,
    until: float | None = None,
) -> Run:
    """Return what a model predicts for the test split, or the dev split where there is none, after fine-tuning.

    Everything is kept below `folder`, one for each run: checkpoints, and the fine-tuned model in `folder/model`. A run
    that was killed goes on from its last checkpoint when it is called again, and one that had ended is read from there.
    With `until`, a time of `time.monotonic()`, there are as many updates as are over by then, at least one.
    Every process of a run that `accelerate launch` or `notebook_launcher` started calls it, and gets the same.

    Raises `UserError` where torch is missing, the checkpoint cannot learn the task, the memory does not suffice, or
    the loss is no number any more.
    """
    require_torch()
    from tokbench.validation import fitting

    return fitting.fit(settings, candidate, data, task, seed, folder, report, until)
