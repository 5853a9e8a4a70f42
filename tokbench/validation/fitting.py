"""One fine-tuning, from labelled sentences to a run that can be scored.

sentences → windows of tokens → model, its vocabulary transferred → training → predicted tags, saved model
"""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING

from accelerate.utils import set_seed

from tokbench.carried.copying import document_of
from tokbench.contracts import Report, silent
from tokbench.validation import checkpoints, counts, loading, processes
from tokbench.validation.budget import total_steps
from tokbench.validation.course import Course
from tokbench.validation.distilling import distill
from tokbench.validation.failures import memory_explained
from tokbench.validation.learner import Learner, set_up
from tokbench.validation.masking import train_masked
from tokbench.validation.outcome import Run
from tokbench.validation.predicting import predict
from tokbench.validation.saving import save_learned
from tokbench.validation.stepping import Stepper
from tokbench.validation.windows import Encoded

if TYPE_CHECKING:
    from tokbench.contracts import TaskPart
    from tokbench.labelled.sentences import LabelledSet
    from tokbench.validation.outcome import Candidate
    from tokbench.validation.settings import Settings

MODEL = "model"
Predicted = tuple[list[list[str]], float]
"""The tags of each sentence, and how many words a second were predicted."""


def fit(
    settings: Settings,
    candidate: Candidate,
    data: LabelledSet,
    task: TaskPart,
    seed: int,
    folder: Path,
    report: Report,
    until: float | None = None,
) -> Run:
    """Return the run that `tuning.fine_tune` describes: the one that ended in the folder, or a new one."""
    accelerator = processes.accelerator(settings.training, folder)
    tokenizer = loading.tokenizer_of(candidate)
    store = checkpoints.Store(folder, accelerator)
    store.open(checkpoints.fingerprint(settings, document_of(tokenizer), data, seed))
    if done := store.finished():
        return dataclasses.replace(done, tokenizer=candidate.name)
    fitting = _Fitting(settings, candidate, task, seed, store, report if accelerator.is_main_process else silent, until)
    with memory_explained(settings.training):
        run = fitting.run(data)
    store.finish(run)
    accelerator.free_memory()
    return run


@dataclasses.dataclass(frozen=True)
class _Fitting:
    settings: Settings
    candidate: Candidate
    task: TaskPart
    seed: int
    store: checkpoints.Store
    report: Report
    until: float | None
    looks: list[Predicted] = dataclasses.field(default_factory=list)
    """The last look at the dev split, which need not be taken again where it is the split that is scored."""

    def run(self, data: LabelledSet) -> Run:
        accelerator = self.store.accelerator
        learner = set_up(self.settings, self.candidate, data, accelerator, self.seed, self.report)
        if self.store.latest() is None:  # else a checkpoint has the weights
            self._adapt(learner)
        with processes.tracked(accelerator, self.settings, self.candidate.name, self.seed):
            course = self._course(learner)
            place = course.run()
        again = not self.looks or learner.scored is not learner.dev or place.best_step != place.step
        predictions, rate = self._predicted(course.stepper, learner, learner.scored) if again else self.looks[-1]
        self._save(learner)
        return Run(
            tokenizer=self.candidate.name,
            seed=self.seed,
            predictions=predictions,
            pieces=learner.scored.pieces,
            curve=place.curve,
            costs=learner.costs(place.words / place.seconds, rate),
            best_step=place.best_step,
            model=str(self.store.folder / MODEL),
            shortened=course.shortened,
        )

    def _adapt(self, learner: Learner) -> None:
        """Let the model grow into a new vocabulary, as the settings ask."""
        transfer, told = self.settings.transfer, (self.store.accelerator, self.seed, self.report)
        if learner.old is not None and transfer.method == "distillation":
            distill(self.settings, learner, *told)
        if transfer.masked_steps:
            train_masked(self.settings, learner, *told)
        set_seed(self.seed)

    def _course(self, learner: Learner) -> Course:
        training = self.settings.training
        steps = total_steps(training, len(learner.train.windows))
        stepper = Stepper.of(self.store.accelerator, learner.model, training, steps)

        def look() -> float:
            self.looks[:] = [self._predicted(stepper, learner, learner.dev)]
            return counts.score(self.task, [sentence.tags for sentence in learner.data.dev], self.looks[-1][0])

        return Course(
            name=f"{self.candidate.name}, seed {self.seed}",
            training=training,
            stepper=stepper,
            windows=learner.train.windows,
            padding=learner.padding,
            steps=steps,
            seed=self.seed,
            store=self.store,
            report=self.report,
            look=look if learner.data.dev else None,
            until=self.until,
        )

    def _predicted(self, stepper: Stepper, learner: Learner, split: Encoded) -> Predicted:
        started, size = time.perf_counter(), self.settings.training.batch_size
        tags = predict(stepper.accelerator, stepper.model, split, learner.padding, size, learner.labels)
        return tags, sum(map(len, tags)) / (time.perf_counter() - started)

    def _save(self, learner: Learner) -> None:
        if self.store.accelerator.is_main_process:
            save_learned(learner, self.store.folder / MODEL)
        self.store.accelerator.wait_for_everyone()
