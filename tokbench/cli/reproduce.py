"""`tokbench reproduce`: an artifact is built again, and compared with itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench reproduce me/finnish",
        "tokbench reproduce finnish --folder recipes --json",
    ),
)
@click.argument("artifact", metavar="ARTIFACT|OWNER/NAME")
@click.option("--revision", help="A branch, a tag or a commit of the repository; by default main.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where the recipe's relative paths start; by default here."
)
@click.option("--counts", type=options.NamedPath(path_type=Path), help="The words and counts that it was built from.")
@options.trust_remote_code
@options.threads
@options.memory
@options.as_json
def reproduce(
    artifact: str,
    revision: str | None,
    folder: Path | None,
    counts: Path | None,
    trust_remote_code: bool,
    threads: int | None,
    memory: int | None,
    as_json: bool,
) -> None:
    """Build an artifact again, and say which files are the same.

    ARTIFACT is a folder, or an id on the Hub. It is built from its own recipe into a folder that is thrown away.
    Nothing is pushed. The exit code is 1 where a file came out otherwise; what is known to differ is said.
    """
    from tokbench import reproducing
    from tokbench.cli import console, drawing

    with console.progress() as report:
        found = reproducing.reproduce(
            artifact,
            revision=revision,
            folder=folder,
            counts=counts,
            trust_remote_code=trust_remote_code,
            threads=threads,
            memory=memory,
            report=report,
        )
    if as_json:
        console.data({"identical": not found.different, **dataclasses.asdict(found)})
    else:
        rows = [(file.verdict, file.name, file.note) for file in found.files]
        drawing.table(("", "file", ""), rows)
    found.require()
