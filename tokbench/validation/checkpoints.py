"""Checkpoints: a run that was killed goes on where the last whole one was written.

folder/checkpoint-300/     what Accelerate keeps: weights, optimizer, schedule, random numbers, and our place
folder/best.safetensors    the best weights so far, where training stops early
folder/run.json            what came of it, once it has ended
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.validation.outcome import Costs, Point, Run

if TYPE_CHECKING:
    from accelerate import Accelerator

    from tokbench.labelled.sentences import LabelledSet
    from tokbench.validation.settings import Settings

PLAN = "plan.json"
RUN = "run.json"
BEST = "best.safetensors"
RANDOM = "random_states_*.pkl"
"""What Accelerate writes for each process."""


def fingerprint(settings: Settings, tokenizer: Mapping[str, Any], data: LabelledSet, seed: int) -> str:
    """Return what changes when a run would: its settings, the tokenizer's JSON, the data, the seed."""
    digest = hashlib.sha256(json.dumps([dataclasses.asdict(settings), seed], sort_keys=True).encode())
    digest.update(json.dumps(tokenizer).encode())
    for split in (data.train, data.dev, data.test):
        for sentence in split:
            digest.update(json.dumps([sentence.words, sentence.tags, sentence.text]).encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class Store:
    """What a run leaves on disk; only the first process writes, all read."""

    folder: Path
    accelerator: Accelerator

    def open(self, plan: str) -> None:
        """Make the folder ready for a run of this plan: what a run of another plan left there is removed."""
        path = self.folder / PLAN
        same = path.is_file() and path.read_text(encoding="utf-8") == plan
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process and not same:
            self._clear()
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_text(plan, encoding="utf-8")
        self.accelerator.wait_for_everyone()

    def latest(self) -> Path | None:
        """Return the last whole checkpoint."""
        return max(self._whole(), key=_step, default=None)

    def proven(self, step: int) -> Path | None:
        """Return the last checkpoint after which a step before this one had a loss, and remove those behind it."""
        behind = [path for path in self._whole() if _step(path) >= step - 1]
        if self.accelerator.is_main_process:
            for path in behind:
                shutil.rmtree(path)
        self.accelerator.wait_for_everyone()
        return self.latest()

    def save(self, step: int) -> None:
        """Write a checkpoint beside its place, rename it when it is whole, and remove all but the one before it."""
        target = self.folder / f"checkpoint-{step}"
        partial = self.folder / f"checkpoint-{step}.partial"
        self.accelerator.save_state(str(partial))
        self.accelerator.wait_for_everyone()
        if self.accelerator.is_main_process:
            kept = (partial, self.latest())
            for path in self.folder.glob("checkpoint-*"):
                if path not in kept:
                    shutil.rmtree(path)
            os.rename(partial, target)
        self.accelerator.wait_for_everyone()

    def save_best(self, model: Any) -> None:
        """Keep the weights of the unwrapped model as the best."""
        if self.accelerator.is_main_process:
            from safetensors.torch import save_model

            partial = self.folder / f"{BEST}.partial"
            save_model(self.accelerator.unwrap_model(model), str(partial))
            os.replace(partial, self.folder / BEST)
        self.accelerator.wait_for_everyone()

    def load_best(self, model: Any) -> None:
        """Give the model the weights that were kept as the best."""
        from safetensors.torch import load_model

        load_model(self.accelerator.unwrap_model(model), str(self.folder / BEST))

    def finish(self, run: Run) -> None:
        """Write the run, and remove what was needed to go on with it."""
        if self.accelerator.is_main_process:
            partial = self.folder / f"{RUN}.partial"
            partial.write_text(json.dumps(dataclasses.asdict(run), ensure_ascii=False), encoding="utf-8")
            os.replace(partial, self.folder / RUN)
            for path in (*self.folder.glob("checkpoint-*"), *self.folder.glob(BEST)):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.accelerator.wait_for_everyone()

    def finished(self) -> Run | None:
        """Return the run that ended here."""
        path = self.folder / RUN
        return read_run(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None

    def _whole(self) -> list[Path]:
        """Return the checkpoints that were written to their end, by as many processes as there are now."""
        named = [path for path in self.folder.glob("checkpoint-*") if path.name.removeprefix("checkpoint-").isdigit()]
        return [path for path in named if len(list(path.glob(RANDOM))) == self.accelerator.num_processes]

    def _clear(self) -> None:
        """Remove what a run of another plan left, and nothing else."""
        left = [self.folder / name for name in (PLAN, RUN, BEST)]
        for path in (*left, *self.folder.glob("checkpoint-*")):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def read_run(table: dict[str, Any]) -> Run:
    """Return the run that `dataclasses.asdict` wrote as a table."""
    curve = [Point(**point) for point in table["curve"]]
    pieces: Sequence[Sequence[int]] = [tuple(each) for each in table["pieces"]]
    return Run(**{**table, "curve": curve, "pieces": pieces, "costs": Costs(**table["costs"])})


def _step(path: Path) -> int:
    return int(path.name.removeprefix("checkpoint-"))
