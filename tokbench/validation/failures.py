"""What ends a fine-tuning early, told in a sentence: no memory, and a loss that is no number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from tokbench.errors import UserError
from tokbench.validation.settings import TrainingSettings

NO_MEMORY = ("can't allocate memory", "out of memory", "not enough memory")
"""What torch says where it raises a plain `RuntimeError`."""


@contextmanager
def memory_explained(training: TrainingSettings) -> Iterator[None]:
    """Raise `UserError` with a smaller batch to try where the memory does not suffice for the body."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError, RuntimeError) as error:
        told = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not told and not any(words in str(error) for words in NO_MEMORY):
            raise
        raise UserError(f"training.batch_size: {_smaller(training)}") from error


def refuse_nan(
    losses: list[float], first_step: int, training: TrainingSettings, proven: Callable[[int], Path | None]
) -> None:
    """Raise `UserError` that names the first step whose loss is no finite number; `proven` gives its checkpoint."""
    for step, loss in enumerate(losses, first_step):
        if not abs(loss) < float("inf"):
            kept = proven(step)
            last = f"the last good checkpoint is '{kept}'" if kept else "there is no good checkpoint yet"
            raise UserError(
                f"training.learning_rate: the loss of step {step} is {loss}; {last}; try"
                f" training.learning_rate={training.learning_rate / 2:g}, or training.precision=no"
            )


def _smaller(training: TrainingSettings) -> str:
    size, parts = training.batch_size, training.accumulation
    if parts < size:
        return (
            f"the memory does not suffice for {-(-size // parts)} windows of up to {training.window} tokens at once;"
            f" try training.batch_size={max(size // 2, 1)}, or training.accumulation={parts * 2}, which computes the"
            " same in smaller parts"
        )
    return (
        f"the memory does not suffice for one window of {training.window} tokens; try training.window="
        f"{max(training.window // 2, 8)}, or a smaller model"
    )
