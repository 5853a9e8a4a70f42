"""`tokbench build`: a recipe becomes an artifact."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench build recipe.toml",
        "tokbench build recipe.toml -o trial --no-checks --set trainer.vocab_size=8000",
        "tokbench build recipe.toml --sizes 4000,8000,16000,32000",
    ),
)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder to make; by default ./NAME.")
@click.option("--force", is_flag=True, help="Replace the folder where it exists.")
@click.option("--no-checks", is_flag=True, help="Skip the proofs, for a trial; the manifest says so.")
@click.option("--no-push", is_flag=True, help="Publish nothing, whatever [hub] in the recipe says.")
@options.overrides
@click.option(
    "--counts",
    type=options.NamedPath(path_type=Path),
    help="Train from the words and counts of a Parquet file.",
)
@options.sizes
@options.threads
@options.memory
@options.engine
@options.trust_remote_code
def build(
    recipe: Path,
    output: Path | None,
    force: bool,
    no_checks: bool,
    no_push: bool,
    overrides: tuple[str, ...],
    counts: Path | None,
    sizes: tuple[int, ...] | None,
    threads: int | None,
    memory: int | None,
    engine: str,
    trust_remote_code: bool,
) -> None:
    """Build a tokenizer from a recipe, and prove it.

    The folder that is made loads with `AutoTokenizer.from_pretrained`. It also holds the recipe with every default
    filled in, a manifest of what was read and with which versions, and a model card. With a table [hub] in the recipe,
    it is then published, as by 'tokbench push'; of several sizes none is.
    """
    import tokbench
    from tokbench.cli import console

    with console.progress() as report:
        build_all = partial(tokbench.build_sizes, sizes=sizes) if sizes else partial(tokbench.build, push=not no_push)
        made = build_all(
            recipe,
            output=output,
            counts=counts,
            overrides=overrides,
            force=force,
            checks=not no_checks,
            threads=threads,
            memory=memory,
            engine=engine,
            trust_remote_code=trust_remote_code,
            report=report,
        )
    for artifact in made if isinstance(made, list) else [made]:
        console.line(f"{artifact.path}: {artifact.summary()}")
