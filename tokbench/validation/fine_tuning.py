"""Fine-tune a model with one tokenizer and one seed: from labelled sentences to a run that can be scored.

sentences → windows of tokens → model, its vocabulary transferred → training → predicted tags
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from tokbench.contracts import Report, silent
from tokbench.labelled.sentences import LabelledSet, Sentence, Split
from tokbench.validation.outcome import Candidate, Run
from tokbench.validation.requirements import require_torch
from tokbench.validation.settings import Settings

Score = Callable[[Sequence[Sentence], Sequence[Sequence[str]]], float]
"""How good predicted tags are: from the sentences and, for each, a tag a word, to one number, higher is better."""


def fine_tune(
    settings: Settings,
    candidate: Candidate,
    data: LabelledSet,
    score: Score,
    folder: Path,
    *,
    seed: int = 0,
    scored: Split = "test",
    budget: float | None = None,
    report: Report = silent,
) -> Run:
    """Return what the model predicts for the split `scored`, after it was fine-tuned with the candidate's tokenizer.

    Everything is kept below `folder`, one for each run: checkpoints, and the fine-tuned model in `folder/model`. A run
    that was killed goes on from its last checkpoint when it is called again, and one that had ended is read from there.
    `budget`, in seconds, is how long it may take: it gets fewer updates, so that it fits. Every process of a run that
    `accelerate launch` or `notebook_launcher` started calls it, and gets the same.

    Raises `UserError` where torch is missing, the checkpoint cannot learn the task, the memory does not suffice, or
    the loss is no number any more.
    """
    require_torch()
    raise NotImplementedError
