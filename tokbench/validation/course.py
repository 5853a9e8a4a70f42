"""The course of a fine-tuning: updates, looks at the dev split, checkpoints, and an early end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch

from tokbench.contracts import Progress, Report
from tokbench.validation.batching import Padding, plan
from tokbench.validation.checkpoints import Store
from tokbench.validation.failures import refuse_nan
from tokbench.validation.outcome import Point
from tokbench.validation.settings import TrainingSettings
from tokbench.validation.stepping import Stepper
from tokbench.validation.windows import Window

CHECKED = 10
"""After how many updates the losses are fetched from the device, which waits for it, and looked at."""
POINTS = 100
"""About how many points of the curve tell the loss."""


@dataclass
class Place:
    """Where in its course a run is; all of it is in every checkpoint."""

    step: int = 0
    best: float | None = None
    best_step: int = 0
    stale: int = 0
    """Looks at the dev split since the best."""
    words: int = 0
    seconds: float = 0.0
    """Spent on updates alone."""
    losses: list[float] = field(default_factory=list)
    """Since the last point of the curve."""
    curve: list[Point] = field(default_factory=list)

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps, as plain values."""
        return {**vars(self), "losses": list(self.losses), "curve": [vars(point) for point in self.curve]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go where a checkpoint was."""
        vars(self).update({**state, "curve": [Point(**point) for point in state["curve"]]})


@dataclass
class Course:
    """A run from its first update to its last, or from a checkpoint on.

    `look` tells how good the model is on the dev split; None where there is none. `steps` are those that are asked
    for, and those that there are in the end.
    """

    name: str
    training: TrainingSettings
    stepper: Stepper
    windows: Sequence[Window]
    padding: Padding
    steps: int
    seed: int
    store: Store
    report: Report
    look: Callable[[], float] | None = None
    until: float | None = None
    """When the last update must be over, by `time.monotonic()`; then there are as many as fit, and no more."""
    place: Place = field(default_factory=Place)
    _pending: list[torch.Tensor] = field(default_factory=list)
    _asked: int = 0
    _began: float = 0.0
    _first: int = 0

    def run(self) -> Place:
        """Train to the end, and leave the model with the weights that are kept."""
        accelerator = self.stepper.accelerator
        accelerator.register_for_checkpointing(self.place, self.stepper.schedule)
        self._resume()
        self._asked, self._began, self._first = self.steps, time.monotonic(), self.place.step
        self.stepper.aim(self.place.step, self.steps)  # a checkpoint may be of a shorter course
        for batch in self._batches():
            if self._stopped or self.place.step >= self.steps:
                break
            self._update(batch)
        if self._early and self.place.best is not None:
            self.store.load_best(self.stepper.model)
        else:
            self.place.best_step = self.place.step
        return self.place

    # ------------------------------------------------------------ updates

    @cached_property
    def _lengths(self) -> list[int]:
        return [len(window.ids) for window in self.windows]

    @property
    def _epoch_steps(self) -> int:
        return -(-len(self.windows) // self.training.batch_size)

    def _batches(self) -> Iterator[list[int]]:
        """Yield the batches that are still to come."""
        while self.place.step < self.steps:
            epoch, done = divmod(self.place.step, self._epoch_steps)
            batches = plan(self._lengths, self.training.batch_size, self.seed, epoch)
            yield from batches[done : self.steps - epoch * self._epoch_steps]

    def _update(self, batch: Sequence[int]) -> None:
        started = time.perf_counter()
        windows = [self.windows[index] for index in batch]
        self._pending.append(self.stepper.learn(windows, self.padding))
        self.place.step += 1
        self.place.words += sum(len(window.answers) for window in windows)
        self.place.seconds += time.perf_counter() - started
        self._keep_to_time()
        self._after()

    @property
    def shortened(self) -> bool:
        """Tell whether the time did not suffice for all updates; a run that its score ended needed no more."""
        return self.steps < self._asked and self.place.step >= self.steps

    def _keep_to_time(self) -> None:
        """Have as many updates as fit into what is left, by the pace so far, looks and checkpoints included."""
        if self.until is None:
            return
        step, now = self.place.step, time.monotonic()
        fits = (self.until - now) * (step - self._first) / max(now - self._began, 1e-9)
        device = self.stepper.accelerator.device
        least = self.stepper.accelerator.gather(torch.tensor([fits], dtype=torch.float32, device=device)).min()
        steps = min(self._asked, step + max(int(least), 0))
        if steps != self.steps:
            self.steps = steps
            self.stepper.aim(step, steps)

    # ------------------------------------------------------------ between updates

    def _after(self) -> None:
        """Do what is due after an update: fetch losses, draw a point, look at the dev split, write a checkpoint."""
        place, last = self.place, self.place.step == self.steps
        looks = last or self._due(self.training.evaluate_every or self._epoch_steps)
        saves = self._due(self.training.checkpoint_every) if self.training.checkpoint_every else looks and not last
        if looks or saves or place.step % CHECKED == 0:
            self._fetch()
        if looks or place.step % max(CHECKED, self.steps // POINTS // CHECKED * CHECKED) == 0:
            self._point(self.look() if looks and self.look else None)
        if saves:
            self.store.save(place.step)

    def _due(self, every: int) -> bool:
        return self.place.step % every == 0

    def _fetch(self) -> None:
        """Bring the losses of all processes here, and raise where one is no number."""
        started = time.perf_counter()
        losses = self.stepper.accelerator.reduce(torch.stack(self._pending), "sum").tolist()
        self.place.seconds += time.perf_counter() - started
        refuse_nan(losses, self.place.step - len(losses) + 1, self.training, self.store.proven)
        self._pending.clear()
        self.place.losses += losses
        self._tell()

    def _point(self, score: float | None) -> None:
        place = self.place
        loss = sum(place.losses) / len(place.losses)
        place.losses = []
        place.curve.append(Point(place.step, place.step / self._epoch_steps, loss, score))
        told = {"loss": loss, "learning_rate": self.stepper.schedule.get_last_lr()[0]}
        self.stepper.accelerator.log(told | ({} if score is None else {"dev_score": score}), step=place.step)
        if score is not None:
            self._judge(score)

    def _judge(self, score: float) -> None:
        """Note whether this is the best yet, and keep its weights where training may end early."""
        place = self.place
        place.stale += 1
        if place.best is None or score > place.best:
            place.best, place.best_step, place.stale = score, place.step, 0
            if self._early:
                self.store.save_best(self.stepper.model)

    @property
    def _early(self) -> bool:
        return self.training.early_stopping > 0

    @property
    def _stopped(self) -> bool:
        return self._early and self.place.stale >= self.training.early_stopping

    def _tell(self) -> None:
        place = self.place
        best = "" if place.best is None else f", dev {place.best:.3f}"
        total = round(place.words / place.step * self.steps)
        told = f"loss {place.losses[-1]:.3f}{best}" if place.losses else ""
        self.report(Progress(self.name, place.words, total, "words", told))

    def _resume(self) -> None:
        if latest := self.store.latest():
            self.stepper.accelerator.load_state(str(latest))
