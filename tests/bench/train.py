"""Time and memory of training, tokbench beside its peers, on the same documents, in one run.

    python tests/bench/train.py ../shared/data/corpora/{en,multilingual,python}.jsonl.zst --threads 1 2

Documents come from JSON Lines files (field `text`, plain or compressed) and are written to text files, one a line;
every trainer is given such a file, in a fresh process, in turn, as often as `--repeat` says, and tokbench before each
peer: machines are faster at one moment than at the next. What is timed is the call that makes merges of text, not
imports; peak memory is that of the whole process. Medians are printed, and how many times tokbench's share each peer
takes. The merges must equal HF's, or the run fails; peers with others are named.

Peers are HF `tokenizers` and, where the extra `bench` is installed, gigatoken and gigabpe. Nothing else should run.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.one_trainer import BERT, GPT2

ONE_TRAINER = Path(__file__).parent / "one_trainer.py"

Figures = dict[str, Any]


def main() -> None:
    """Run all trainers in turn and print the table."""
    arguments = _arguments()
    import tempfile

    for corpus in arguments.corpus:
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "text.txt"
            size = write_lines(corpus, text, arguments.megabytes)
            for threads in arguments.threads:
                print(f"{corpus.name}: {size / 1e6:.1f} MB, {arguments.split}, {arguments.vocab_size} tokens,", end=" ")
                print(f"{threads} {'thread' if threads == 1 else 'threads'}, medians of {arguments.repeat}")
                compare(text, threads, arguments)


def compare(text: Path, threads: int, arguments: argparse.Namespace) -> None:
    """Run all trainers in turn on a text, and print what they took."""
    runs = in_turn(text, threads, arguments)
    show(runs)
    check(runs, arguments.split)


def in_turn(text: Path, threads: int, arguments: argparse.Namespace) -> dict[str, list[Figures]]:
    """Return what every trainer took, as often as is asked; tokbench, which takes least, is run before each peer."""
    names = peers(arguments)
    order = [name for peer in names[1:] for name in (names[0], peer)] or names
    runs: dict[str, list[Figures]] = {name: [] for name in names}
    for name in order * arguments.repeat:
        runs[name].append(run(name, text, threads, arguments))
    return runs


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="+", help="JSON Lines, documents in the field text")
    parser.add_argument("--megabytes", type=float, default=0, help="use only so much of the corpus (0: all)")
    parser.add_argument("--split", choices=[GPT2, BERT], default=GPT2, help="gpt2: BPE; bert: WordPiece, HF only")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--threads", type=int, nargs="+", default=[1], help="one after another: 1 2")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", default="hf,gigatoken,gigabpe", help="comma-separated")
    parser.add_argument("--keep", action="store_true", help="tokbench keeps its counts, as a first build does")
    return parser.parse_args()


def write_lines(corpus: Path, text: Path, megabytes: float) -> int:
    """Write documents one a line, their own line ends as spaces; return the bytes written."""
    import pyarrow as pa

    size = 0
    with pa.input_stream(corpus) as stream, text.open("wb") as lines:
        for line in io.BufferedReader(stream):
            document = " ".join(json.loads(line)["text"].splitlines()).strip()
            size += lines.write(document.encode() + b"\n") if document else 0
            if megabytes and size > megabytes * 1e6:
                break
    return size


def peers(arguments: argparse.Namespace) -> list[str]:
    """Return tokbench and the peers that were asked for, are installed, and train such a model."""
    installed = {"hf": "tokenizers", "gigatoken": "gigatoken", "gigabpe": "gigabpe"}
    named = [peer for peer in arguments.peers.split(",") if peer == "hf" or arguments.split == GPT2]
    found = [peer for peer in named if importlib.util.find_spec(installed[peer])]
    for peer in set(named) - set(found):
        print(f"({peer} is not installed: pip install 'tokbench[bench]')")
    return ["tokbench", *found]


# ---------------------------------------------------------------- one process


def run(peer: str, text: Path, threads: int, arguments: argparse.Namespace) -> Figures:
    """Train once, in a fresh process that has so many processors as threads."""
    import subprocess
    import tempfile

    count = str(threads)
    asked = {"text": str(text), "split": arguments.split, "vocab_size": arguments.vocab_size, "threads": threads}
    asked |= {"trainer": peer, "keep": arguments.keep}
    told = {"RAYON_NUM_THREADS": count, "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"}
    told["PYTHONDONTWRITEBYTECODE"] = ""  # modules are compiled once, as in an installation
    with tempfile.TemporaryDirectory() as cache:
        told["XDG_CACHE_HOME"] = cache
        command = [sys.executable, str(ONE_TRAINER), json.dumps(asked)]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **told})
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


# ---------------------------------------------------------------- the table


def show(runs: dict[str, list[Figures]]) -> None:
    """Print medians, and each peer's share of tokbench's."""
    columns = ("wall s", "CPU s", "MB")
    ours = {column: median(runs["tokbench"], column) for column in columns}
    print(f"{'':10}" + "".join(f"{column:>18}" for column in columns))
    for peer, figures in runs.items():
        cells = (f"{median(figures, column):.2f} ({median(figures, column) / ours[column]:.1f}x)" for column in columns)
        print(f"{peer:10}" + "".join(f"{cell:>18}" for cell in cells))
    print(profile(runs["tokbench"]))


def profile(figures: list[Figures]) -> str:
    """Return where the seconds and the memory of tokbench went: counting, and merging with the making of the model."""
    of = {column: median(figures, column) for column in ("counting", "merging", "MB before", "MB counted", "MB")}
    return (
        f"tokbench: CPU s counting {of['counting']:.2f}, merging {of['merging']:.2f}; peak MB before it began"
        f" {of['MB before']:.0f}, when it had counted {of['MB counted']:.0f}, in all {of['MB']:.0f}"
    )


def median(figures: list[Figures], column: str) -> float:
    """Return the middle figure of a column."""
    import statistics

    return statistics.median(run[column] for run in figures)


def check(runs: dict[str, list[Figures]], split: str) -> None:
    """Fail where tokbench made other merges than HF, or twice others; say which peers did.

    HF's WordPiece differs from run to run, and is not compared.
    """
    compared = [peer for peer in runs if split == GPT2 or peer == "tokbench"]
    digests = {peer: {run["digest"] for run in runs[peer]} for peer in compared}
    if len(digests["tokbench"] | digests.get("hf", set())) > 1:
        raise SystemExit(f"the merges differ: {digests}")
    others = [peer for peer in compared if digests[peer] != digests["tokbench"]]
    print(f"merges identical: {', '.join(peer for peer in compared if peer not in others)}")
    if others:
        print(f"other merges: {', '.join(others)}")


if __name__ == "__main__":
    main()
