"""Fine-tune a model with one tokenizer and one seed: from labelled sentences to a run that can be scored.

sentences → windows of tokens → model, its vocabulary transferred → training → predicted tags
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.contracts import Report, silent
from tokbench.validation.requirements import require_torch

if TYPE_CHECKING:
    from tokbench.contracts import TaskPart
    from tokbench.labelled.sentences import LabelledSet
    from tokbench.validation.outcome import Candidate, Run
    from tokbench.validation.settings import Settings


def prepare(
    settings: Settings,
    candidates: Sequence[Candidate],
    data: LabelledSet,
    task: TaskPart,
    seeds: Sequence[int],
    budget: float | None = None,
    report: Report = silent,
) -> Settings:
    """Return the settings with which all runs fit into `budget` seconds, and report how long they will take."""
    require_torch()
    raise NotImplementedError(settings, candidates, data, task, seeds, budget, report)


def fine_tune(
    settings: Settings,
    candidate: Candidate,
    data: LabelledSet,
    task: TaskPart,
    seed: int,
    folder: Path,
    report: Report = silent,
) -> Run:
    """Return what a model predicts for the test split, or the dev split where there is none, after fine-tuning.

    Everything is kept below `folder`, one for each run: checkpoints, and the fine-tuned model in `folder/model`. A run
    that was killed goes on from its last checkpoint when it is called again, and one that had ended is read from there.
    Every process of a run that `accelerate launch` or `notebook_launcher` started calls it, and gets the same.

    Raises `UserError` where torch is missing, the checkpoint cannot learn the task, the memory does not suffice, or
    the loss is no number any more.
    """
    require_torch()
    raise NotImplementedError(settings, candidate, data, task, seed, folder, report)
