"""Validate a tokenizer: fine-tune with it and with its baselines, judge the runs, and write down the answer.

validate("wordpiece", "recipe.toml") → Answer, and in wordpiece-validation/:
    validation.json  learning-curve.svg  labels.svg  <tokenizer>/seed-1/model/ …
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.artifact import CARD, RECIPE, Artifact
from tokbench.card.validation import with_validation
from tokbench.contracts import Note, Report, silent
from tokbench.errors import UserError
from tokbench.labelled.reading import read
from tokbench.manifest import FILE as MANIFEST
from tokbench.recipe import validation as tables
from tokbench.validation.answer import FILE, Answer
from tokbench.validation.budget import Budget
from tokbench.validation.figures import curves, label_bars
from tokbench.validation.outcome import Candidate
from tokbench.validation.requirements import require_torch
from tokbench.validation.scores import require_seqeval
from tokbench.validation.section import card_section, index_results
from tokbench.validation.trials import Trying, is_first_process

if TYPE_CHECKING:
    from tokbench.recipe.validation import Validation

CURVE, LABELS = "learning-curve.svg", "labels.svg"


def validate(
    tokenizer: str | os.PathLike[str],
    file: str | os.PathLike[str] | None = None,
    *,
    overrides: Sequence[str] = (),
    baselines: Sequence[str] | None = None,
    output: str | os.PathLike[str] | None = None,
    budget: float | Budget | None = None,
    trust_remote_code: bool = False,
    report: Report = silent,
) -> Answer:
    """Return what models reach on a labelled task with a tokenizer, and with its baselines.

    `tokenizer` is an artifact, a folder that `transformers` loads, or an id of the Hub; `file` is a TOML file with a
    table `[validation]`, by default the recipe of the artifact, its paths relative to the current folder. `overrides`
    are such as `validation.training.epochs=1`; `baselines` replaces those of the file; `budget` is the time in seconds
    from this call to its end, into which all runs are fitted: epochs end early where they take longer than was
    measured. Python code that a tokenizer carries, of the baselines and the checkpoint too, runs only with
    `trust_remote_code`. The answer, figures and models go to `output`, by default beside the tokenizer; an artifact's
    card tells of it. Every process that Accelerate started may call this; the first one writes.
    """
    limit = Budget.of(budget) if isinstance(budget, int | float) else budget
    require_torch()
    _note_alone(report)
    source = os.fspath(tokenizer)
    plan = plan_of(source, file, overrides, baselines)
    if plan.task.part.spans:
        require_seqeval()
    folder = output_folder(source, output)
    data = read(plan.data, plan.task.part, plan.folder)
    for note in data.notes:
        report(Note(note))
    tried = candidates(source, plan, trust_remote_code=trust_remote_code)
    answer = Trying(plan, data, tried, folder, limit, report).answer()
    if is_first_process():
        write(answer, folder, source)
    return answer


def _note_alone(report: Report) -> None:
    """Note that Accelerate started one process where several were asked for."""
    from tokbench.validation.processes import started_alone

    if started_alone():
        report(
            Note(
                "accelerate launch has started one process: on a CPU it starts several by MPI only; two are started by"
                " 'ACCELERATE_USE_CPU=true torchrun --nproc-per-node 2 -m tokbench validate …'"
            )
        )


def plan_of(
    source: str,
    file: str | os.PathLike[str] | None,
    overrides: Sequence[str] = (),
    baselines: Sequence[str] | None = None,
) -> Validation:
    """Return the table `[validation]` of a file, or of the recipe in the artifact."""
    if file is not None:
        plan = tables.load(Path(file), overrides)
    elif (Path(source) / RECIPE).is_file():
        plan = tables.load(Path(source) / RECIPE, overrides, folder=Path())
    else:
        raise UserError(f"'{source}' has no {RECIPE}; name a TOML file with a table [validation]")
    if baselines is None:
        return plan
    return dataclasses.replace(plan, trials=dataclasses.replace(plan.trials, baselines=tuple(baselines)))


def output_folder(source: str, output: str | os.PathLike[str] | None = None) -> Path:
    """Return where the answer goes: beside the tokenizer, or in the current folder where that is on the Hub."""
    if output is not None:
        return Path(output)
    path = Path(os.path.realpath(source)) if os.path.isdir(source) else Path(source.rpartition("/")[2])
    return path.with_name(f"{path.name}-validation")


def candidates(source: str, plan: Validation, *, trust_remote_code: bool = False) -> list[Candidate]:
    """Return the tokenizer and its baselines, each with a name of its own."""
    sources = [source, *(_resolved(baseline, plan) for baseline in plan.baselines)]
    doubled = {one for one in sources if sources.count(one) > 1}
    if doubled:
        raise UserError(f"'{sorted(doubled)[0]}' takes part twice; a tokenizer is no baseline of itself")
    model = plan.settings.model
    return [
        Candidate(name, one, model.revision if one == model.checkpoint else None, trust_remote_code)
        for name, one in zip(_names(sources), sources, strict=True)
    ]


def write(answer: Answer, folder: Path, source: str) -> None:
    """Write the answer and its figures to `folder`, and into the artifact and its card where there is one."""
    files = {
        FILE: answer.to_json(),
        CURVE: curves({result.name: result.trials for result in answer.results}, answer.metric),
        LABELS: label_bars({result.name: result.by_label for result in answer.results}, answer.metric),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    if (Path(source) / MANIFEST).is_file():
        artifact = Artifact.open(source)
        card = with_validation(artifact.card_text, card_section(answer, CURVE, LABELS), index_results(answer))
        artifact.amend({**files, CARD: card})


def _resolved(baseline: str, plan: Validation) -> str:
    """Return the folder or id that a baseline stands for; folders are looked for where the file is, and here."""
    if baseline == tables.CHECKPOINT:
        if not plan.settings.model.checkpoint:
            raise UserError(
                "the baseline 'checkpoint' is the tokenizer of a checkpoint; name one in [validation.model]"
            )
        return plan.settings.model.checkpoint
    beside = plan.folder / baseline
    return str(beside) if beside.is_dir() else baseline


def _names(sources: Sequence[str]) -> Iterator[str]:
    """Yield what tables call the tokenizers: the last part of folder or id, numbered where two are alike."""
    seen: dict[str, int] = {}
    for source in sources:
        name = Path(os.path.realpath(source)).name if os.path.isdir(source) else source.rpartition("/")[2]
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}"
