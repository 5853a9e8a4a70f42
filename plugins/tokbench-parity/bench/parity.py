"""What parity costs and brings: the Gini coefficient of tokens over languages, and compression, beside plain BPE's.

    python plugins/tokbench-parity/bench/parity.py ../shared/data/corpora/multilingual.jsonl.zst

The corpus has a column that names the language of each document. Every tokenizer is built by tokbench on all of it, at
one size, and encodes every tenth document of each language; the cost of a language is its tokens per UTF-8 byte.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tokbench
from tokbench.contracts import Tally
from tokbench.corpora.files import Files
from tokbench.corpora.source import Source, SourceSettings
from tokbench.corpora.stream import texts, work_units


def main() -> None:
    """Print a line for plain BPE, and one for each share of global merges."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--column", default="lang", help="the column that names the language")
    parser.add_argument("--vocab-size", type=int, default=128_000)
    parser.add_argument("--shares", default="0.9,0.75,0.5,0", help="of merges that are plain BPE's")
    arguments = parser.parse_args()
    documents = by_language(arguments.corpus, arguments.column)
    size = {"vocab_size": arguments.vocab_size}
    plain = figures(arguments, documents, {"use": "bpe", **size})
    show("plain bpe", plain, plain)
    for share in arguments.shares.split(","):
        trainer = {"use": "parity-bpe", "global_share": float(share), **size}
        show(f"parity {share}", figures(arguments, documents, trainer), plain)


def by_language(path: Path, column: str) -> dict[str, list[str]]:
    """Return every tenth document of each language."""
    import pyarrow as pa
    import pyarrow.json

    with pa.input_stream(str(path), compression="zstd") as stream:
        table = pyarrow.json.read_json(stream, read_options=pyarrow.json.ReadOptions(block_size=1 << 26))
    tags = sorted(set(table[column].to_pylist()))
    chosen = {tag: Source(Files(path), SourceSettings(where={column: tag})) for tag in tags}
    return {tag: list(texts(work_units([source]), Tally()))[::10] for tag, source in chosen.items()}


def figures(
    arguments: argparse.Namespace, documents: Mapping[str, list[str]], trainer: dict[str, Any]
) -> tuple[float, float]:
    """Return the Gini coefficient of tokens per byte, and the bytes per token of all languages together."""
    corpora = [
        {"use": "files", "path": str(arguments.corpus.absolute()), "where": {arguments.column: tag}, "language": tag}
        for tag in documents
    ]
    recipe = {"name": "trial", "corpus": corpora, "pre_tokenizer": {"use": "gpt2"}, "trainer": trainer}
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = tokbench.build(recipe, Path(folder) / "trial", checks=False).tokenizer.backend_tokenizer
    tokens = {tag: sum(len(one.ids) for one in tokenizer.encode_batch_fast(found)) for tag, found in documents.items()}
    sizes = {tag: sum(len(text.encode()) for text in found) for tag, found in documents.items()}
    return gini(tokens[tag] / sizes[tag] for tag in documents), sum(sizes.values()) / sum(tokens.values())


def gini(costs: Iterable[float]) -> float:
    """Return how unequal costs are: 0 where all are the same, towards 1 where one bears all."""
    ordered = sorted(costs)
    weighted = sum((2 * place - len(ordered) - 1) * cost for place, cost in enumerate(ordered, start=1))
    return weighted / (len(ordered) * sum(ordered))


def show(name: str, found: tuple[float, float], plain: tuple[float, float]) -> None:
    """Print the figures and how they differ from plain BPE's."""
    print(
        f"{name:<12} gini {found[0]:.4f} ({found[0] / plain[0] - 1:+.1%})   "
        f"bytes per token {found[1]:.3f} ({found[1] / plain[1] - 1:+.1%})",
        flush=True,
    )


if __name__ == "__main__":
    main()
