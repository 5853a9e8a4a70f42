"""`tokbench import`: a tokenizer of another library becomes a folder that `transformers` loads."""

from __future__ import annotations

from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    "import",
    epilog=options.examples(
        "tokbench import spiece.model --from sentencepiece -o my-t5",
        "tokbench import cl100k_base.tiktoken --from tiktoken -o cl100k --set pattern=cl100k",
    ),
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--from", "importer", required=True, metavar="FORMAT", help="The importer; 'tokbench parts importers'.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to make.")
@options.settings
@options.texts
@options.no_proof
def import_(
    path: Path, importer: str, output: Path, settings: tuple[str, ...], texts: tuple[Path, ...], no_proof: bool
) -> None:
    """Make a tokenizer of another library one that `transformers` loads.

    The folder serves wherever a tokenizer does, as the `[base]` of a recipe for one. Where the importer can ask the
    other library, its ids are compared on many texts first; nothing is left behind where one differs.
    """
    from tokbench import formats
    from tokbench.cli import console

    with console.progress() as report:
        made = formats.import_(
            path, importer, output, options=options.as_table(settings), texts=texts, proof=not no_proof, report=report
        )
    console.line(f"{made.path}: {', '.join(made.files)}; {options.proved(made.texts)}")
