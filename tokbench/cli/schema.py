"""`tokbench schema`: what a recipe may say, for editors."""

from __future__ import annotations

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench schema > recipe.schema.json",
    ),
)
def schema() -> None:
    """Print the JSON Schema of a recipe.

    It has the options of every part that is installed. Editors with Taplo, the language server for TOML, complete and
    check a recipe that begins with `#:schema ./recipe.schema.json`.
    """
    from tokbench.cli import console
    from tokbench.recipe.schema import recipe_schema

    console.data(recipe_schema())
