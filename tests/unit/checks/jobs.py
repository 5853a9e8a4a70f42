"""Artifacts with a fault, and the proofs that must find it, in this process: a fresh one takes seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.unit.shapes import TEXTS, Shape, build
from tokbench.checks.expected import Reference
from tokbench.checks.fresh_process.proofs import Loaded
from tokbench.checks.probes import PROBES
from tokbench.checks.running import job_for


def loaded(shape: Shape, folder: Path, spoil: Callable[[Path], None] | None = None, **promised: Any) -> Loaded:
    """Return the artifact of a shape as the fresh process sees it, after `spoil` had its way with the folder."""
    build(shape, folder)
    if spoil:
        spoil(folder)
    trained = Reference(shape.tokenizer)
    job = job_for(folder, trained, trained.probe([*PROBES, *TEXTS]), replace(shape.promised, **promised))
    under_proof = Loaded(json.loads(json.dumps(job)))
    under_proof.decoded = job["decoded"]
    return under_proof


def edit(name: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Return what changes a JSON file of the folder."""

    def spoil(folder: Path) -> None:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
        change(content)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")

    return spoil


def swap(vocabulary: dict[str, int], one: str, other: str) -> None:
    """Give two tokens each other's id."""
    vocabulary[one], vocabulary[other] = vocabulary[other], vocabulary[one]
