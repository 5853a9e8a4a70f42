"""What `tokbench export` and `tokbench import` share: the options of a conversion, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tokbench.formats import Converted

Command = TypeVar("Command", bound=Callable[..., Any])

OPTIONS = (
    click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to make."),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="OPTION=VALUE",
        help="Set an option of the part; may be given again.",
    ),
    click.option(
        "--texts",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Compare on the documents of these files too; may be given again.",
    ),
    click.option("--no-proof", is_flag=True, help="Compare nothing, where small differences are known and borne."),
)


def options(command: Command) -> Command:
    """Give a command the options of a conversion, which `convert` takes."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def convert(
    work: Callable[..., Converted],
    source: Path,
    part: str,
    output: Path,
    settings: Iterable[str],
    texts: Iterable[Path],
    no_proof: bool,
) -> None:
    """Convert by `formats.export` or `formats.import_`; say what was written, and on how many texts it was proved."""
    from tokbench.cli import console

    table = as_table(settings)
    with console.progress() as report:
        made = work(source, part, output, options=table, texts=tuple(texts), proof=not no_proof, report=report)
    compared = "nothing was compared" if made.texts is None else f"the same ids on {made.texts:,} texts"
    console.line(f"{made.path}: {', '.join(made.files)}; {compared}")


def as_table(settings: Iterable[str]) -> dict[str, Any]:
    """Return the options that `--set` gave: ``("pattern=cl100k",) → {"pattern": "cl100k"}``."""
    from tokbench.recipe import overrides

    table: dict[str, Any] = {}
    overrides.apply(table, settings)
    return table
