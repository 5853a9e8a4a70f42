"""`tokbench new recipe`: a commented recipe to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from tokbench.cli import options
from tokbench.recipe import presets


@click.group(
    epilog=options.examples(
        "tokbench new recipe my.toml --like bert",
    ),
)
def new() -> None:
    """Write a recipe to start from."""


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
