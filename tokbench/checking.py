"""Proofs without training: of a recipe before its text is read, of an artifact long after its build."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.contracts import Report, silent

if TYPE_CHECKING:
    from tokbench.carried.consent import CarriedCode
    from tokbench.checks.results import CheckReport
    from tokbench.contracts import Cut
    from tokbench.recipe.tables import RoundTrip


@dataclass(frozen=True)
class RecipeReport:
    """What is known of a recipe that can be built."""

    name: str
    choices: tuple[str, ...]
    """What was chosen where the recipe is silent, a sentence each."""
    round_trip: RoundTrip
    """What decoding will keep."""
    cut: Cut
    """Where text may be cut before it is counted."""
    special_tokens: tuple[str, ...]
    units: tuple[str, ...]
    """The files, or other pieces, that a build would read."""


def check_recipe(
    path: str | os.PathLike[str],
    overrides: Sequence[str] = (),
    report: Report = silent,
    *,
    trust_remote_code: bool = False,
) -> RecipeReport:
    """Return what is known of a recipe: it is read, its parts are built, its corpora are found, no text is read.

    `trust_remote_code` lets the Python of its base run. Raises `UserError` with everything that is wrong.
    """
    from tokbench.blueprint import draw
    from tokbench.corpora.stream import work_units
    from tokbench.recipe.loader import load

    drawn = draw(load(path, overrides), report, trust_remote_code=trust_remote_code)
    recipe = drawn.recipe
    units = work_units([use.source() for use in recipe.corpora], recipe.mix)
    return RecipeReport(
        name=recipe.name,
        choices=recipe.choices,
        round_trip=recipe.promises.round_trip or "none",
        cut=drawn.cut,
        special_tokens=drawn.special_tokens,
        units=tuple(unit.name for unit in units),
    )


def check_artifact(
    path: str | os.PathLike[str], report: Report = silent, *, trust_remote_code: bool = False
) -> CheckReport:
    """Return what the checks find on an artifact.

    Raises `ArtifactError` where the folder is none, or carries Python that may not run.
    """
    from tokbench.artifact import Artifact
    from tokbench.checks.repeating import repeat_checks

    return repeat_checks(Artifact.open(Path(path), trust_remote_code=trust_remote_code), report)


def carried_code(path: str | os.PathLike[str]) -> CarriedCode | None:
    """Return the Python that an artifact carries, which is read and not run; None where there is none."""
    from tokbench.artifact import Artifact
    from tokbench.carried.consent import look

    artifact = Artifact.open(Path(path))
    return look(artifact.path, artifact.manifest.get("code", {}))
