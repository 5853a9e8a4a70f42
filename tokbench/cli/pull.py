"""`tokbench pull`: an artifact comes back from the Hub."""

from __future__ import annotations

from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench pull me/finnish",
        "tokbench pull me/finnish -o trial --revision v1",
    ),
)
@click.argument("repository", metavar="OWNER/NAME")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder to make; by default ./NAME.")
@click.option("--revision", help="A branch, a tag or a commit; by default main.")
@click.option("--force", is_flag=True, help="Replace the folder where it exists.")
def pull(repository: str, output: Path | None, revision: str | None, force: bool) -> None:
    """Download an artifact from the Hub, with its recipe, and compare it with its manifest.

    No code that it may carry is run.
    """
    from tokbench.cli import console
    from tokbench.hub import pulling

    with console.progress() as report:
        artifact = pulling.pull(repository, output, revision=revision, force=force, report=report)
    console.line(f"{artifact.path}: {artifact.summary()}")
