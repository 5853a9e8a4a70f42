"""Every tokenizer with every seed, one run after the other, within a budget of time where there is one.

seed 1: mine, bert    seed 2: mine, bert    →  four runs, judged together
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.contracts import Note, Report
from tokbench.manifest import to_json
from tokbench.validation.answer import Answer
from tokbench.validation.budget import Budget, Pace
from tokbench.validation.outcome import Candidate, Run

if TYPE_CHECKING:
    from tokbench.labelled.sentences import LabelledSet
    from tokbench.recipe.validation import Validation
    from tokbench.validation.settings import Settings

PACE = "pace.json"
"""What was asked, how many epochs fit, and the paces: a validation that was cut off goes on with as many."""


RANKS = ("RANK", "PMI_RANK", "OMPI_COMM_WORLD_RANK", "MV2_COMM_WORLD_RANK")
"""Where a process finds which of several it is, as Accelerate looks for it: torchrun's, and those of MPI."""


def is_first_process() -> bool:
    """Tell whether this process prints and writes: the only one, or the first that Accelerate started."""
    return next((os.environ[name] for name in RANKS if name in os.environ), "0") == "0"


@dataclass
class Trying:
    """What is tried: the first candidate is the tokenizer to prove; the runs go below `folder`."""

    plan: Validation
    data: LabelledSet
    tried: Sequence[Candidate]
    folder: Path
    budget: Budget | None
    report: Report
    notes: list[str] = field(default_factory=list)
    """What the answer says besides: runs that the budget ended."""

    def answer(self) -> Answer:
        """Run and judge; a tokenizer that cannot be loaded is told before anything is trained."""
        from tokbench.validation.judging import Judged, judge

        task = self.plan.task
        cut = {candidate.name: self._cut_spans(candidate) for candidate in self.tried}
        settings, paces = self._prepared()
        runs = list(self._runs(settings, paces))
        judged = [
            Judged(candidate, [run for run in runs if run.tokenizer == candidate.name], cut[candidate.name])
            for candidate in self.tried
        ]
        written = dataclasses.replace(self.plan, settings=settings).filled()
        notes = (*self.data.notes, *self.notes)
        return judge(judged, self.data, task.part, task_name=task.name, settings=written, notes=notes)

    def _cut_spans(self, candidate: Candidate) -> int:
        from tokbench.validation.edges import cut_spans
        from tokbench.validation.loading import tokenizer_of

        return cut_spans(self.plan.task.part, self.data.split(self.data.scored), tokenizer_of(candidate))

    def _prepared(self) -> tuple[Settings, Sequence[Pace]]:
        """Return settings and paces: as they were, where the same was asked before and cut off."""
        from tokbench.validation.tuning import prepare

        path, plan = self.folder / PACE, self.plan
        seconds = self.budget and self.budget.seconds
        asked = to_json({"plan": plan.filled(), "tokenizers": [one.source for one in self.tried], "budget": seconds})
        kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if kept.get("asked") == asked:
            return _with_epochs(plan.settings, kept["epochs"]), [Pace(**pace) for pace in kept["paces"]]
        settings, paces = prepare(plan.settings, self.tried, self.data, plan.trials.seeds, self.budget, self.report)
        if is_first_process():
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            told = {"asked": asked, "epochs": settings.training.epochs, "paces": list(map(dataclasses.asdict, paces))}
            partial.write_text(to_json(told), encoding="utf-8")
            os.replace(partial, path)
        return settings, paces

    def _runs(self, settings: Settings, paces: Sequence[Pace]) -> Iterator[Run]:
        """Yield the runs; where the budget ended one, those behind it have no more epochs, so that all are alike."""
        from tokbench.validation.tuning import fine_tune

        order = [(seed, place) for seed in self.plan.trials.seeds for place in range(len(self.tried))]
        for number, (seed, place) in enumerate(order):
            candidate, part = self.tried[place], self.plan.task.part
            waiting = [paces[place] for _, place in order[number:]] if self.budget else []
            until = self.budget.last_update(settings.training, waiting) if self.budget else None
            folder = self.folder / _slug(candidate.name) / f"seed-{seed}"
            run = fine_tune(settings, candidate, self.data, part, seed, folder, self.report, until)
            if run.shortened:
                settings = self._shortened(settings, run)
            yield dataclasses.replace(run, model=self._named(run.model))

    def _shortened(self, settings: Settings, run: Run) -> Settings:
        """Note that the budget ended a run, and return the settings with its epochs."""
        epochs, asked = run.curve[-1].epoch, settings.training.epochs
        note = f"{run.tokenizer}, seed {run.seed}: the budget ended it after {epochs:.2f} of {asked:.2f} epochs"
        self.notes.append(note)
        self.report(Note(note))
        return _with_epochs(settings, epochs)

    def _named(self, model: str | None) -> str | None:
        """Return a model as it lies in the folder, for what is published names no machine."""
        return None if model is None else Path(os.path.relpath(model, self.folder)).as_posix()


def _with_epochs(settings: Settings, epochs: float) -> Settings:
    return dataclasses.replace(settings, training=dataclasses.replace(settings.training, epochs=epochs))


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)
