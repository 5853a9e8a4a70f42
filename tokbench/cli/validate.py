"""`tokbench validate`: what a model learns with a tokenizer, beside its baselines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tokbench.cli import options

if TYPE_CHECKING:
    from tokbench.validation.answer import Answer
    from tokbench.validation.budget import Budget


class Duration(click.ParamType[float]):
    """A time as people write it: ``10min`` → 600 seconds, ``1h30min`` → 5,400."""

    name = "time"
    UNITS = {"h": 3600, "min": 60, "s": 1}  # noqa: RUF012

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds, at least one."""
        found = re.findall(r"(\d+(?:\.\d+)?)\s*(h|min|s)", str(value))
        seconds = sum(float(number) * self.UNITS[unit] for number, unit in found)
        if "".join(number + unit for number, unit in found) != re.sub(r"\s", "", str(value)) or seconds < 1:
            self.fail(f"'{value}' is no time; write it as 10min, 90s or 1h30min", param, ctx)
        return seconds


@click.command(
    epilog=options.examples(
        "tokbench validate wordpiece ner.toml",
        "tokbench validate wordpiece ner.toml --baseline bert-base-cased --budget 10min",
        "tokbench validate wordpiece ner.toml --set validation.seeds=[1,2,3] --json",
        'tokbench validate wordpiece --try "My name is Ada Lovelace."',
    ),
)
@click.argument("tokenizer")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@options.overrides
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    metavar="TOKENIZER",
    help="A tokenizer to beat, in place of those in FILE; may be given again.",
)
@click.option("--budget", type=Duration(), help="Fit all of it into a time such as 10min.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The folder for answer, figures and models; by default TOKENIZER-validation.",
)
@click.option("--try", "text", metavar="TEXT", help="Show what the fine-tuned model finds in a text.")
@options.trust_remote_code
@options.as_json
def validate(
    tokenizer: str,
    file: Path | None,
    overrides: tuple[str, ...],
    baselines: tuple[str, ...],
    budget: float | None,
    output: Path | None,
    text: str | None,
    trust_remote_code: bool,
    as_json: bool,
) -> None:
    """Prove TOKENIZER on a labelled task, beside its baselines.

    A model is fine-tuned with each tokenizer, and the difference of their scores is told with its interval. FILE is a
    TOML file with a table [validation]; without it, the recipe in the artifact is taken. TOKENIZER is an artifact, a
    folder or an id of the Hub. With --try and no FILE the model of the last validation is used.

    On several GPUs: accelerate launch -m tokbench validate TOKENIZER FILE

    In two processes on a CPU: ACCELERATE_USE_CPU=true torchrun --nproc-per-node 2 -m tokbench validate TOKENIZER FILE
    """
    from tokbench.cli import console
    from tokbench.validation import running, trials

    folder = running.output_folder(tokenizer, output)
    if text is None or file is not None:
        with console.progress(quiet=not trials.is_first_process()) as report:
            answer = running.validate(
                tokenizer,
                file,
                overrides=overrides,
                baselines=baselines or None,
                output=folder,
                budget=None if budget is None else _since_start(budget),
                trust_remote_code=trust_remote_code,
                report=report,
            )
        if trials.is_first_process():
            _show(answer, folder, as_json=as_json)
    if text is not None and trials.is_first_process():
        _try(folder, text, trust_remote_code, as_json=as_json)


def _since_start(seconds: float) -> Budget:
    """Return the budget, less the time that this process has been running: imports take some seconds of it."""
    import time

    from tokbench.validation.budget import Budget
    from tokbench.validation.requirements import require_torch

    require_torch()
    import psutil  # which Accelerate brings

    return Budget.of(seconds, gone=time.time() - psutil.Process().create_time())


def _show(answer: Answer, folder: Path, *, as_json: bool) -> None:
    import json

    from tokbench.cli import console, drawing
    from tokbench.validation.tables import tables

    if as_json:
        console.data(json.loads(answer.to_json()))
        return
    for table in tables(answer):
        drawing.table(table.headings, table.rows)
        console.line("")
    console.line(answer.verdict)
    console.line(f"{folder} holds the answer, figures and models")


def _try(folder: Path, text: str, trusted: bool, *, as_json: bool) -> None:
    import dataclasses

    from tokbench.cli import console, drawing
    from tokbench.validation.trying import find

    found = find(folder, text, trust_remote_code=trusted)
    if as_json:
        console.data([dataclasses.asdict(entity) for entity in found])
        return
    drawing.marked(text, [(entity.start, entity.end, entity.label) for entity in found])
