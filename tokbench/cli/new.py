"""`tokbench new`: a commented recipe, or the package of a plugin, to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from tokbench.cli import options
from tokbench.recipe import presets
from tokbench.registry import KINDS


@click.group(
    epilog=options.examples(
        "tokbench new recipe my.toml --like bert",
        "tokbench new plugin finnish-fold --kind normalizer",
    ),
)
def new() -> None:
    """Write a recipe or a plugin to start from."""


@new.command(
    "recipe",
    epilog=options.examples(
        'tokbench new recipe my.toml --like gpt2 --corpus "texts/*.txt"',
        "tokbench new recipe finnish --like xlm-r",
    ),
)
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--like", type=click.Choice(presets.NAMES), required=True, help="The family of tokenizers to follow.")
@click.option("--corpus", metavar="PATH", help="The text to train on: a file, a folder or a pattern.")
def recipe(name: Path, like: str, corpus: str | None) -> None:
    """Write the recipe NAME (.toml is added), commented and complete, for a known family of tokenizers."""
    from tokbench.cli import console

    path = presets.write(name, like, corpus=corpus)
    if corpus is None:
        console.note(f"{path} reads {presets.CORPUS}; write the path of your own text into it")
    console.line(f"{path} is written; next: tokbench build {shlex.quote(str(path))}")


@new.command(
    "plugin",
    epilog=options.examples(
        "tokbench new plugin finnish-fold --kind normalizer",
        "tokbench new plugin tokbench-superwords --kind trainer",
    ),
)
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(list(KINDS.values())),
    metavar="KIND",
    required=True,
    help=f"What kind of part it is: {', '.join(KINDS.values())}.",
)
def plugin(name: str, kind: str) -> None:
    """Write the package of a plugin, tokbench-NAME: a part called NAME, its tests and its page, ready to install."""
    from tokbench import scaffold
    from tokbench.cli import console

    group = next(group for group, singular in KINDS.items() if singular == kind)
    package = scaffold.write(name, group, Path.cwd())
    console.line(f"{package.name} is written; next: cd {package.name} && pip install -e '.[test]' && pytest")
