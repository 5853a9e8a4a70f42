"""Validate a tokenizer: fine-tune with it and with its baselines, judge the runs, and write down the answer.

validate("wordpiece", "recipe.toml") → Answer, and in wordpiece-validation/:
    validation.json  learning-curve.svg  labels.svg  <tokenizer>/seed-1/model/ …
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.artifact import CARD, RECIPE, Artifact
from tokbench.card.validation import with_validation
from tokbench.contracts import Note, Report, silent
from tokbench.errors import UserError
from tokbench.labelled.reading import read
from tokbench.manifest import FILE as MANIFEST
from tokbench.manifest import to_json
from tokbench.recipe import validation as tables
from tokbench.validation.answer import FILE, Answer
from tokbench.validation.figures import curves, label_bars
from tokbench.validation.outcome import Candidate, Run
from tokbench.validation.requirements import require_torch
from tokbench.validation.scores import require_seqeval
from tokbench.validation.section import card_section, index_results

if TYPE_CHECKING:
    from tokbench.labelled.sentences import LabelledSet
    from tokbench.recipe.validation import Validation
    from tokbench.validation.settings import Settings

CURVE, LABELS = "learning-curve.svg", "labels.svg"
PACE = "pace.json"
"""What was asked, and how many epochs fit: a validation that was cut off goes on with as many."""


def validate(
    tokenizer: str | os.PathLike[str],
    file: str | os.PathLike[str] | None = None,
    *,
    overrides: Sequence[str] = (),
    baselines: Sequence[str] | None = None,
    output: str | os.PathLike[str] | None = None,
    budget: float | None = None,
    trust_remote_code: bool = False,
    report: Report = silent,
) -> Answer:
    """Return what models reach on a labelled task with a tokenizer, and with its baselines.

    `tokenizer` is an artifact, a folder that `transformers` loads, or an id of the Hub; `file` is a TOML file with a
    table `[validation]`, by default the recipe of the artifact, its paths relative to the current folder. `overrides`
    are such as `validation.training.epochs=1`; `baselines` replaces those of the file; `budget` is the time in seconds
    into which all runs are fitted. Python code that a tokenizer carries, of the baselines and the checkpoint too, runs
    only with `trust_remote_code`. The answer, figures and models go to `output`, by default beside the tokenizer; an
    artifact's card tells of it. Every process that Accelerate started may call this; the first one writes.
    """
    require_torch()
    source = os.fspath(tokenizer)
    plan = plan_of(source, file, overrides, baselines)
    if plan.task.part.spans:
        require_seqeval()
    folder = output_folder(source, output)
    data = read(plan.data, plan.task.part, plan.folder)
    for note in data.notes:
        report(Note(note))
    answer = _tried(plan, data, candidates(source, plan, trust_remote_code=trust_remote_code), folder, budget, report)
    if is_first_process():
        write(answer, folder, source)
    return answer


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


def is_first_process() -> bool:
    """Tell whether this process prints and writes: the only one, or the first that Accelerate started."""
    return os.environ.get("RANK", "0") == "0"


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


# ---------------------------------------------------------------- the runs


def _tried(
    plan: Validation,
    data: LabelledSet,
    tried: Sequence[Candidate],
    folder: Path,
    budget: float | None,
    report: Report,
) -> Answer:
    """Run every tokenizer with every seed, and judge; one that cannot be loaded is told before anything is trained."""
    from tokbench.validation.judging import Judged, judge

    cut = {candidate.name: _cut_spans(plan, candidate, data) for candidate in tried}
    settings = _prepared(plan, data, tried, folder, budget, report)
    runs = list(_runs(plan, settings, data, tried, folder, report))
    judged = [
        Judged(candidate, [run for run in runs if run.tokenizer == candidate.name], cut[candidate.name])
        for candidate in tried
    ]
    written = dataclasses.replace(plan, settings=settings).filled()
    return judge(judged, data, plan.task.part, task_name=plan.task.name, settings=written, notes=data.notes)


def _cut_spans(plan: Validation, candidate: Candidate, data: LabelledSet) -> int:
    from tokbench.validation.edges import cut_spans
    from tokbench.validation.loading import tokenizer_of

    return cut_spans(plan.task.part, data.split(data.scored), tokenizer_of(candidate))


def _prepared(
    plan: Validation,
    data: LabelledSet,
    tried: Sequence[Candidate],
    folder: Path,
    budget: float | None,
    report: Report,
) -> Settings:
    """Return the settings, fitted into the budget: as they were, where the same was asked before and cut off."""
    from tokbench.validation.tuning import prepare

    path = folder / PACE
    asked = to_json({"plan": plan.filled(), "tokenizers": [one.source for one in tried], "budget": budget})
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if kept.get("asked") == asked:
        return _with_epochs(plan.settings, kept["epochs"])
    settings = prepare(plan.settings, tried, data, plan.trials.seeds, budget, report)
    if is_first_process():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(to_json({"asked": asked, "epochs": settings.training.epochs}), encoding="utf-8")
        os.replace(partial, path)
    return settings


def _with_epochs(settings: Settings, epochs: float) -> Settings:
    return dataclasses.replace(settings, training=dataclasses.replace(settings.training, epochs=epochs))


def _runs(
    plan: Validation, settings: Settings, data: LabelledSet, tried: Sequence[Candidate], folder: Path, report: Report
) -> Iterator[Run]:
    """Yield the runs; their models are named as they lie in the folder, for what is published names no machine."""
    from tokbench.validation.tuning import fine_tune

    for seed in plan.trials.seeds:
        for candidate in tried:
            place = folder / _slug(candidate.name) / f"seed-{seed}"
            run = fine_tune(settings, candidate, data, plan.task.part, seed, place, report)
            model = None if run.model is None else Path(os.path.relpath(run.model, folder)).as_posix()
            yield dataclasses.replace(run, model=model)


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


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)
