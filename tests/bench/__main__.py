"""Every figure that tokbench claims, measured side by side with its peers: one command.

    pip install -e '.[bench]' && python -m tests.bench --corpora ../shared/data/corpora

First the table of training: each peer and tokbench in turn, on the same text, in processes of their own; CPU seconds on
one thread, wall seconds on two, peak memory on one; medians, how many times tokbench's share the peer takes, and the
ratio that tokbench must reach. Then counting without a kernel, growth, a second build, eight sizes, the stages of a
build, its overhead, the readers, many files on many threads, and Unigram. Nothing else should run meanwhile. All of it
takes two to three hours; `--megabytes 2 --repeat 1 --vocab-size 2000` shows in minutes that everything runs.
"""

from __future__ import annotations

import argparse
import copy
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import train
from tests.bench.ratios import ratio

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

Targets = tuple[float, float, float]
ROWS: dict[tuple[str, str], dict[str, Targets]] = {
    ("en", train.GPT2): {"hf": (30, 22, 4), "gigatoken": (2.5, 2.5, 2), "gigabpe": (2.3, 2.3, 1.5)},
    ("multilingual", train.GPT2): {"hf": (18, 15, 4), "gigatoken": (3.5, 3.5, 2), "gigabpe": (2, 2, 1.5)},
    ("python", train.GPT2): {"hf": (1, 1, 1), "gigatoken": (1, 1, 1), "gigabpe": (1, 1, 1)},
    ("en", train.BERT): {"hf": (20, 15, 3)},
}
"""How many times tokbench's share each peer is to take, at least: CPU seconds, wall seconds, memory."""

OTHERS = {
    "count": ("count.py", "--names", "en", "--splits", "no-kernel"),
    "python-part": ("python_part.py",),
    "scale": ("scale.py",),
    "build": ("build.py",),
    "threads": ("threads.py",),
    "unigram": ("unigram.py", "--generated", "100_000", "1_000_000", "10_000_000"),
}
"""The other benchmarks, each with what it is asked for."""


def table(options: argparse.Namespace) -> None:
    """Print the table of training."""
    print(f"{'corpus':13}{'split':6}{'peer':11}{'CPU, 1 thread':>22}{'wall, 2 threads':>22}{'memory, 1 thread':>22}")
    for (name, split), targets in ROWS.items():
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "text.txt"
            train.write_lines(options.corpora / f"{name}.jsonl.zst", text, options.megabytes)
            runs = {threads: _runs(options, split, threads, text) for threads in (1, 2)}
        for peer in [peer for peer in runs[1] if peer != "tokbench"]:
            cells = zip((1, 2, 1), ("CPU s", "wall s", "MB"), targets[peer], strict=True)
            line = "".join(_cell(runs[threads], peer, column, target) for threads, column, target in cells)
            print(f"{name:13}{split:6}{peer:11}{line}", flush=True)
        print(f"{name:13}{split:6}{train.profile(runs[1]['tokbench'])}", flush=True)


def _runs(options: argparse.Namespace, split: str, threads: int, text: Path) -> dict[str, list[train.Figures]]:
    """Return what every trainer took, in turn; other merges than HF's end the benchmark."""
    asked = copy.copy(options)
    asked.split, asked.keep = split, False
    asked.vocab_size = options.vocab_size * 15 // 16 if split == train.BERT else options.vocab_size
    runs = train.in_turn(text, threads, asked)
    train.check(runs, split)
    return runs


def _cell(runs: dict[str, list[train.Figures]], peer: str, column: str, target: float) -> str:
    theirs, ours = (train.median(runs[name], column) for name in (peer, "tokbench"))
    return f"{f'{theirs:.2f} ({ratio(theirs, ours, target)})':>22}"


def others(options: argparse.Namespace) -> Iterator[list[str]]:
    """Yield the commands of the other benchmarks."""
    for name, (program, *arguments) in OTHERS.items():
        if name in options.only and (HERE / program).exists():
            command = [sys.executable, str(HERE / program), *arguments, "--corpora", str(options.corpora)]
            command += ["--repeat", str(options.repeat)]
            if options.megabytes:
                command += ["--megabytes", str(options.megabytes)]
            yield command + (["--vocab-size", str(options.vocab_size)] if name == "scale" else [])


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "data" / "corpora")
    parser.add_argument("--only", nargs="+", choices=["table", *OTHERS], default=["table", *OTHERS])
    parser.add_argument("--megabytes", type=float, default=0, help="use only so much of each corpus (0: all)")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", default="hf,gigatoken,gigabpe", help="comma-separated")
    options = parser.parse_args()
    options.corpora = options.corpora.resolve()
    if "table" in options.only:
        table(options)
    for command in others(options):
        print(flush=True)
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
