"""How many tokens SuperBPE saves on text that it was not trained on, for each size and each transition.

    python plugins/tokbench-superbpe/bench/curve.py ../shared/data/corpora/en.jsonl.zst --held-out 991

Each tokenizer is built by tokbench from the first documents of the corpus, and encodes the last ones, which no stage
has seen; plain BPE of the same size, words and corpus is what it is compared with.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tokbench
from tokbench.contracts import Tally
from tokbench.corpora.files import Files
from tokbench.corpora.source import Source, SourceSettings
from tokbench.corpora.stream import texts, work_units

WIDTH = 40
"""Characters of the longest bar."""


def main() -> None:
    """Print a line for each tokenizer."""
    arguments = parsed()
    documents = list(read(arguments.corpus))
    train, held_out = documents[: -arguments.held_out], documents[-arguments.held_out :]
    size = sum(len(text.encode()) for text in held_out)
    print(f"trained on {len(train):,} documents; {len(held_out):,} held out, {size:,} bytes\n")
    print(f"{'vocabulary':>10} {'transition':>10} {'tokens':>10} {'bytes/token':>11} {'fewer':>6}")
    for vocab_size in numbers(arguments.sizes):
        plain = tokens(train, held_out, {"use": "bpe", "vocab_size": vocab_size}, arguments.split)
        line(vocab_size, vocab_size, plain, size, plain)
        for share in numbers(arguments.transitions):
            transition = vocab_size * share // 100
            trainer = {"use": "superbpe", "vocab_size": vocab_size, "transition_size": transition}
            line(vocab_size, transition, tokens(train, held_out, trainer, arguments.split), size, plain)


def parsed() -> argparse.Namespace:
    """Return the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="a file that tokbench reads")
    parser.add_argument("--held-out", type=int, default=1000, help="how many of the last documents are kept apart")
    parser.add_argument("--sizes", default="64000,128000", help="of the vocabulary")
    parser.add_argument("--transitions", default="80,60,40,25,12", help="in percent of the vocabulary")
    parser.add_argument("--split", default="cl100k", help="the pre-tokenizer of plain BPE and of the first stage")
    return parser.parse_args()


def numbers(given: str) -> list[int]:
    """Return the numbers of a list with commas."""
    return [int(number) for number in given.split(",") if number]


def read(path: Path) -> Iterator[str]:
    """Yield the documents of a file."""
    return texts(work_units([Source(Files(path), SourceSettings())]), Tally())


def tokens(train: list[str], held_out: list[str], trainer: dict[str, Any], split: str) -> int:
    """Return how many tokens the held-out text has by a tokenizer trained so."""
    recipe = {"name": "trial", "pre_tokenizer": {"use": split}, "trainer": trainer}
    with tempfile.TemporaryDirectory() as folder:
        artifact = tokbench.build(recipe, Path(folder) / "trial", corpus=train, checks=False)
        encoded = artifact.tokenizer.backend_tokenizer.encode_batch_fast(held_out, add_special_tokens=False)
        return sum(len(encoding.ids) for encoding in encoded)


def line(vocab_size: int, transition: int, found: int, size: int, plain: int) -> None:
    """Print what one tokenizer does, with a bar for what it saves."""
    saved = 1 - found / plain
    bar = "█" * round(saved * 100 * WIDTH / 40)
    print(f"{vocab_size:>10,} {transition:>10,} {found:>10,} {size / found:>11.3f} {saved:>6.1%} {bar}", flush=True)


if __name__ == "__main__":
    main()
