"""`tokbench import`: a tokenizer of another library becomes a folder that `transformers` loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tokbench.cli import converting, options


@click.command(
    "import",
    epilog=options.examples(
        "tokbench import spiece.model --from sentencepiece -o my-t5",
        "tokbench import cl100k_base.tiktoken --from tiktoken -o cl100k --set pattern=cl100k",
    ),
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--from", "importer", required=True, metavar="FORMAT", help="The importer; 'tokbench parts importers'.")
@converting.options
def import_(path: Path, importer: str, **asked: Any) -> None:
    """Make a tokenizer of another library one that `transformers` loads.

    The folder serves wherever a tokenizer does, as the `[base]` of a recipe for one. Where the importer can ask the
    other library, its ids are compared on many texts first; nothing is left behind where one differs.
    """
    from tokbench import formats

    converting.convert(formats.import_, path, importer, **asked)
