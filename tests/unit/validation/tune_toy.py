"""Fine-tune on the toys, as a process of its own or one of several that `accelerate launch` starts.

    python -m tests.unit.validation.tune_toy FOLDER TOKENIZER [SETTING=VALUE …]

Prints the run as JSON; every process writes its own to FOLDER/process-RANK.json too.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path

import torch

from tests.unit.validation.toys import labelled_set, settings
from tokbench.tasks.words import NamedEntities
from tokbench.validation.outcome import Candidate
from tokbench.validation.tuning import fine_tune, prepare


def tune(folder: str, tokenizer: str, *given: str) -> None:
    """Fine-tune, and write the run."""
    torch.set_num_threads(1)
    training = {name: json.loads(value) for name, value in (setting.split("=") for setting in given)}
    candidate = Candidate("toy", tokenizer)
    told, _ = prepare(settings(**training), [candidate], labelled_set(), [1])  # as `validate` does
    run = fine_tune(told, candidate, labelled_set(), NamedEntities(), 1, Path(folder) / "run")
    written = json.dumps(dataclasses.asdict(run))
    (Path(folder) / f"process-{os.environ.get('RANK', '0')}.json").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    tune(*sys.argv[1:])
