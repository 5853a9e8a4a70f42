"""`tokbench export`: a tokenizer in the format of another library."""

from __future__ import annotations

from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench export my-bpe --to tiktoken -o my-bpe-tiktoken",
        'tokbench export my-bpe --to tiktoken -o out --texts "texts/*.txt"',
    ),
)
@click.argument("tokenizer", type=click.Path(path_type=Path))
@click.option("--to", "exporter", required=True, metavar="FORMAT", help="The exporter; 'tokbench parts exporters'.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The folder to make.")
@options.settings
@options.texts
@options.no_proof
def export(
    tokenizer: Path, exporter: str, output: Path, settings: tuple[str, ...], texts: tuple[Path, ...], no_proof: bool
) -> None:
    """Write a tokenizer in the format of another library, and prove it.

    TOKENIZER is an artifact, or any folder that `AutoTokenizer` loads. Where the exporter can ask the other library,
    its ids are compared on many texts first; nothing is left behind where one differs.
    """
    from tokbench import formats
    from tokbench.cli import console

    with console.progress() as report:
        made = formats.export(
            tokenizer,
            exporter,
            output,
            options=options.as_table(settings),
            texts=texts,
            proof=not no_proof,
            report=report,
        )
    console.line(f"{made.path}: {', '.join(made.files)}; {options.proved(made.texts)}")
