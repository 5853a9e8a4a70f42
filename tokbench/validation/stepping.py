"""One update of the weights, the same whether one process computes it or many, at once or in parts.

The loss is the sum over the tokens of the whole batch, divided by their number: each process and each part adds its
share, and what Accelerate averages afterwards is scaled back. So the result differs by the arithmetic alone, where the
model has no dropout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from accelerate import Accelerator

from tokbench.validation.batching import Padding, Tensors, shares
from tokbench.validation.settings import Schedule, TrainingSettings
from tokbench.validation.windows import IGNORED, Window

Part = tuple[Tensors, torch.Tensor]
"""Inputs, and what is to be learned of them."""
Loss = Callable[[torch.nn.Module, Tensors, torch.Tensor], torch.Tensor]
"""The summed loss of a part."""


def label_loss(model: torch.nn.Module, inputs: Tensors, labels: torch.Tensor) -> torch.Tensor:
    """Return the sum of the cross-entropies of labels (rows, width), those that are ignored left out."""
    logits = model(**inputs).logits.float()
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum"
    )


@dataclass(frozen=True)
class Stepper:
    """A model on its way: prepared by Accelerate, with its optimizer and its schedule."""

    accelerator: Accelerator
    model: Any
    optimizer: Any
    schedule: Any
    max_norm: float
    loss: Loss = label_loss
    dropout: bool = True

    @classmethod
    def of(
        cls,
        accelerator: Accelerator,
        model: torch.nn.Module,
        training: TrainingSettings,
        steps: int,
        learning_rate: float | None = None,
    ) -> Stepper:
        """Return the stepper for so many steps, with the learning rate of the settings where none is given."""
        rate = training.learning_rate if learning_rate is None else learning_rate
        made = optimizer(model.to(accelerator.device), rate, training.weight_decay)
        prepared, made = accelerator.prepare(model, made)
        return cls(
            accelerator,
            prepared,
            made,
            torch.optim.lr_scheduler.LambdaLR(
                getattr(made, "optimizer", made), Falling(training.schedule, math.ceil(steps * training.warmup), steps)
            ),
            training.max_norm,
        )

    def aim(self, step: int, steps: int) -> None:
        """Let the schedule end after so many steps, from this one on."""
        self.schedule.lr_lambdas[0].aim(step, steps)

    def learn(self, windows: Sequence[Window], padding: Padding) -> torch.Tensor:
        """Update the weights by the labels of a batch of windows, as `step` does."""
        return self.step(self._parts(windows, padding), sum(window.labelled for window in windows))

    def _parts(self, batch: Sequence[Window], padding: Padding) -> Iterator[Part]:
        """Yield what this process computes; where nothing falls to it, a window that teaches nothing."""
        for share in self.shares(len(batch)):
            windows = [batch[index] for index in share or [-1]]
            labels = padding.labels(windows)
            yield padding.inputs(windows), labels if share else torch.full_like(labels, IGNORED)

    def shares(self, rows: int) -> Iterator[list[int]]:
        """Yield the rows of a batch that this process computes, part by part."""
        accelerator = self.accelerator
        parts = accelerator.gradient_accumulation_steps
        return shares(range(rows), parts, accelerator.num_processes, accelerator.process_index)

    def step(self, parts: Iterable[Part], count: int) -> torch.Tensor:
        """Update the weights once; return this process's share of the mean loss of `count` tokens, on its device."""
        accelerator, total = self.accelerator, torch.zeros((), device=self.accelerator.device)
        scale = accelerator.num_processes * accelerator.gradient_accumulation_steps / max(count, 1)
        self.model.train(self.dropout)
        for inputs, labels in parts:
            with accelerator.accumulate(self.model):
                inputs = {name: values.to(accelerator.device, non_blocking=True) for name, values in inputs.items()}
                summed = self.loss(self.model, inputs, labels.to(accelerator.device, non_blocking=True))
                accelerator.backward(summed * scale)
                if accelerator.sync_gradients and self.max_norm:
                    accelerator.clip_grad_norm_(self.model.parameters(), self.max_norm)
                self.optimizer.step()
                self.optimizer.zero_grad()
                total += summed.detach() / max(count, 1)
        if not accelerator.optimizer_step_was_skipped:
            self.schedule.step()
        return total


def optimizer(model: torch.nn.Module, learning_rate: float, weight_decay: float) -> torch.optim.Optimizer:
    """Return AdamW over what is to be trained, with weight decay for matrices alone."""
    trained = [weights for weights in model.parameters() if weights.requires_grad]
    groups = [
        {"params": [weights for weights in trained if weights.dim() > 1], "weight_decay": weight_decay},
        {"params": [weights for weights in trained if weights.dim() <= 1], "weight_decay": 0.0},
    ]
    fused = all(weights.device.type in ("cpu", "cuda") for weights in trained)
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=learning_rate, fused=fused)


@dataclass
class Falling:
    """The share of the learning rate that each step has: it rises over the warm-up, and falls to 0 at the end.

    The end may be moved, and the share falls from where it is: ``steps 100 → aim(50, 60)``: at 55 it is 0.25.
    """

    kind: Schedule
    rising: int
    steps: int
    since: int = 0
    height: float = 1.0
    """How much of the way down is left at the step `since`."""

    def __call__(self, step: int) -> float:
        """Return the share of a step."""
        if step < self.rising:
            return (step + 1) / (self.rising + 1)
        left = self._left(step)
        return {"linear": left, "cosine": 0.5 - 0.5 * math.cos(math.pi * left), "constant": 1.0}[self.kind]

    def aim(self, step: int, steps: int) -> None:
        """Move the end; the shares of steps before this one stay as they were.

        The first updates are slow, and may let the end seem to come while the share still rises; nothing has fallen by
        then, and nothing is lost when the end moves back.
        """
        if steps == self.steps:
            return
        start = max(step, self.rising)
        if start > max(self.since, self.rising):
            self.height = self._left(start)
        self.since, self.steps = start, steps

    def _left(self, step: int) -> float:
        since = max(self.since, self.rising)
        return self.height * max(self.steps - step, 0) / max(self.steps - since, 1)
