"""`tokbench export`: a tokenizer in the format of another library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tokbench.cli import converting, options


@click.command(
    epilog=options.examples(
        "tokbench export my-bpe --to tiktoken -o my-bpe-tiktoken",
        'tokbench export my-bpe --to tiktoken -o out --texts "texts/*.txt"',
    ),
)
@click.argument("tokenizer", type=click.Path(path_type=Path))
@click.option("--to", "exporter", required=True, metavar="FORMAT", help="The exporter; 'tokbench parts exporters'.")
@converting.options
def export(tokenizer: Path, exporter: str, **asked: Any) -> None:
    """Write a tokenizer in the format of another library, and prove it.

    TOKENIZER is an artifact, or any folder that `AutoTokenizer` loads. Where the exporter can ask the other library,
    its ids are compared on many texts first; nothing is left behind where one differs.
    """
    from tokbench import formats

    converting.convert(formats.export, tokenizer, exporter, **asked)
