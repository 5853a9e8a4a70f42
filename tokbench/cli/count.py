"""`tokbench count`: the words of a recipe's corpora and their counts, as a Parquet file."""

from __future__ import annotations

from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench count recipe.toml -o words.parquet",
        "tokbench build recipe.toml --counts words.parquet",
    ),
)
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The Parquet file to write.")
@options.overrides
@options.threads
@options.memory
@options.engine
@options.trust_remote_code
def count(
    recipe: Path,
    output: Path,
    overrides: tuple[str, ...],
    threads: int | None,
    memory: int | None,
    engine: str,
    trust_remote_code: bool,
) -> None:
    """Count the words of RECIPE's corpora, to train from later.

    The file has the columns `word` and `count`. A file of the same columns that was made elsewhere does as well.
    """
    from tokbench import pipeline
    from tokbench.cli import console
    from tokbench.wording import counted

    with console.progress() as report:
        words = pipeline.count(
            recipe,
            output,
            overrides=overrides,
            threads=threads,
            memory=memory,
            engine=engine,
            trust_remote_code=trust_remote_code,
            report=report,
        )
    console.line(f"{output}: {counted(words.total, 'word')}, {len(words):,} distinct")
