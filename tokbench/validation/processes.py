"""What Accelerate gives a run: its processes, devices and precision, and its trackers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from accelerate import Accelerator
from accelerate.utils import ProjectConfiguration

from tokbench.errors import UserError

if TYPE_CHECKING:
    from tokbench.validation.settings import Settings, TrainingSettings


SEVERAL = ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")
"""Where a process finds how many there are, as Accelerate looks for it."""


def started_alone() -> bool:
    """Tell whether `accelerate launch` was asked for several processes on a CPU, and started one.

    It does so where MPI is not named. What it leaves is the address at which several would have met.
    """
    launched = {"ACCELERATE_USE_CPU", "ACCELERATE_MIXED_PRECISION", "MASTER_ADDR"} <= os.environ.keys()
    return launched and not os.environ.keys() & set(SEVERAL)


def accelerator(training: TrainingSettings, folder: Path) -> Accelerator:
    """Return the accelerator of a run; what `accelerate config` or `accelerate launch` say goes before the settings."""
    try:
        made = Accelerator(
            gradient_accumulation_steps=training.accumulation,
            mixed_precision=training.precision,
            log_with=list(training.trackers) or None,
            project_config=ProjectConfiguration(project_dir=str(folder), logging_dir=str(folder / "trackers")),
        )
    except ValueError as error:  # a tracker or a precision that this machine lacks
        reason = str(error).partition("\n")[0].rstrip(".")
        raise UserError(f"training: Accelerate cannot be set up ({reason}); change trackers or precision") from error
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if started > made.num_processes:  # each would train alone, and write over the others
        raise UserError(
            f"{started} processes were started, and Accelerate does not join them without a GPU unless it is told to"
            " stay on the CPU; set ACCELERATE_USE_CPU=true"
        )
    return made


@contextmanager
def tracked(made: Accelerator, settings: Settings, name: str, seed: int) -> Iterator[None]:
    """Log to the trackers for as long as the body runs; all of them are finished, and nothing else is."""
    if made.log_with:
        told = {
            f"{table}.{key}": _plain(value) for table, keys in asdict(settings).items() for key, value in keys.items()
        }
        made.init_trackers("tokbench", {**told, "tokenizer": name, "seed": seed})
    try:
        yield
    finally:
        for tracker in made.trackers:
            tracker.finish()


def _plain(value: object) -> int | float | str | bool:
    return value if isinstance(value, int | float | str | bool) else str(value)
