"""Time, memory and worth of Unigram training, tokbench beside its peers, on the same text, in one run.

    python -m tests.bench --only unigram

Documents come from JSON Lines files (field `text`, plain or compressed), as much of each as `--megabytes` says: HF's
trainer takes minutes of 20 MB, and longer of Python code than of prose. They are normalized (NFKC, runs of white space
are one space) and written a line each; one line in twenty is held out. Every trainer is given the same lines, or the
counts of their words ("… counts"), in a fresh process, in turn; pieces do not cross spaces, and nothing else limits
them. What is timed is the call that trains, not imports; peak memory is that of the whole process until then. A row
has medians, how many times tokbench's share the peer takes (from counts, where it starts from counts), and the ratio
that is asked for, where that is not reached. What takes more than twenty seconds is not repeated, and still all of it
takes most of an hour, the larger part of it HF's of Python code; `--megabytes 10` takes less than half of that.

What a vocabulary is worth is told by the held-out words, each spelled its likeliest way by `tokenizers`: tokens a
word, and bits a byte under the scores, which are brought to sum to one first. Words with characters that the training
text lacks are left out. Nothing else should run.

Below the rows of a size stands where tokbench's seconds and memory went: the CPU seconds of each phase of one more run,
and the most memory that the process held meanwhile. At the end, what was asked for and not reached is named again.

With `--generated`, tokbench alone is given the counts of so many made-up words, and its time and memory are told.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import unigram_growth
from train import Figures, median
from unigram_trainers import TRAINERS, Pieces

CORPORA = Path(__file__).parents[2].parent / "shared" / "data" / "corpora"

TRAINER = Path(__file__).with_name("unigram_trainers.py")

HELD_OUT = 20
"""One line in so many is held out."""

LONG = 20
"""What takes more seconds is not repeated."""

TARGETS: dict[str, tuple[int, dict[str, float]]] = {
    "CPU s": (1, {"hf": 15, "sentencepiece": 3}),
    "wall s": (2, {"hf": 20, "sentencepiece": 4}),
    "MB": (1, {"hf": 4, "sentencepiece": 2}),
}
"""By column: on how many threads, and how many times tokbench's share the peers are to take, at least."""
WORSE = 1.002
"""How many times as many bits and tokens as the better peer's tokbench may take."""


def main() -> None:
    """Run all trainers in turn and print the tables."""
    arguments = _arguments()
    show_header(arguments.repeat)
    missed: list[str] = []
    for name in arguments.names:
        with tempfile.TemporaryDirectory() as folder:
            held_out = prepare(arguments.corpora / f"{name}.jsonl.zst", arguments.megabytes, Path(folder))
            for vocab_size in arguments.vocab_sizes:
                missed += [f"{name}, {cell}" for cell in compare(Path(folder), vocab_size, arguments, held_out)]
    if arguments.names and not all(peer.startswith("tokbench") for peer in arguments.peers):
        print("\n".join(["not reached:", *missed]) if missed else "all that was asked for is reached", flush=True)
    if arguments.generated:
        grow(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="a folder of NAME.jsonl.zst, field text")
    parser.add_argument("--names", nargs="*", default=["en", "multilingual", "python"])
    parser.add_argument("--generated", nargs="*", type=int, default=[], help="numbers of made-up words to train on too")
    parser.add_argument("--megabytes", type=float, default=20, help="use only so much of each corpus (0: all)")
    parser.add_argument("--vocab-sizes", nargs="+", type=int, default=[16_000, 32_000])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--peers", nargs="+", choices=TRAINERS, default=list(TRAINERS))
    return parser.parse_args()


def compare(folder: Path, vocab_size: int, arguments: argparse.Namespace, held_out: Counter[str]) -> list[str]:
    """Run all trainers for one size of vocabulary, and print what they took and made; return what is not reached."""
    runs: dict[tuple[str, int], list[Figures]] = {}
    for _ in range(arguments.repeat):
        for threads in arguments.threads:
            for peer in arguments.peers:
                done = runs.setdefault((peer, threads), [])
                if not done or done[0]["wall s"] <= LONG:
                    done.append(run(peer, folder, vocab_size, threads))
    made = {peer: runs[peer, arguments.threads[0]][0]["pieces"] for peer in arguments.peers}
    sizes = {peer: len(pieces) for peer, pieces in made.items()}
    missed = show(sizes, runs, {peer: worth(pieces, held_out) for peer, pieces in made.items()})
    for peer in (peer for peer in arguments.peers if peer.startswith("tokbench")):
        show_phases(run(peer, folder, vocab_size, 1, "phases")["phases"], peer)
    return [f"{vocab_size:,} tokens, {cell}" for cell in missed]


def grow(arguments: argparse.Namespace) -> None:
    """Print time and memory against the number of distinct words."""
    vocab_size, threads = arguments.vocab_sizes[0], arguments.threads[0]
    print(f"\n{vocab_size:,} tokens, {_so_many(threads)}")
    unigram_growth.show_header()
    for size in arguments.generated:
        unigram_growth.show(size, run(f"generated {size}", Path(), vocab_size, threads))


# ---------------------------------------------------------------- text and counts


def prepare(corpus: Path, megabytes: float, folder: Path) -> Counter[str]:
    """Write lines to train on and the counts of their words; return the counts of the held-out words."""
    trained: Counter[str] = Counter()
    held_out: Counter[str] = Counter()
    with (folder / "text.txt").open("w", encoding="utf-8") as file:
        size = 0
        for number, line in enumerate(lines_of(corpus, megabytes)):
            if number % HELD_OUT == 0:
                held_out.update(line.split(" "))
                continue
            trained.update(line.split(" "))
            size += file.write(line + "\n")
    with (folder / "counts.tsv").open("w", encoding="utf-8") as file:
        file.writelines(f"{word}\t{count}\n" for word, count in sorted(trained.items()))
    seen = set("".join(trained))
    print(f"{corpus.name}: {size / 1e6:.1f} M characters, {len(trained):,} distinct words", flush=True)
    return Counter({word: count for word, count in held_out.items() if seen.issuperset(word)})


def lines_of(corpus: Path, megabytes: float) -> Any:
    """Yield the lines of documents, normalized, up to so many megabytes of them."""
    import pyarrow as pa

    size = 0
    with pa.input_stream(corpus) as stream:
        for document in io.BufferedReader(stream):
            for line in json.loads(document)["text"].splitlines():
                text = re.sub(r"[\s\x00\u2581]+", " ", unicodedata.normalize("NFKC", line)).strip()
                size += len(text.encode())
                if text:
                    yield text
            if megabytes and size > megabytes * 1e6:
                return


# ---------------------------------------------------------------- one process


def run(peer: str, folder: Path, vocab_size: int, threads: int, *more: str) -> Figures:
    """Train once, in a fresh process that has so many processors."""
    command = [sys.executable, str(TRAINER), peer, str(folder), str(vocab_size), str(threads), *more]
    limits = {"RAYON_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **limits})
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


# ---------------------------------------------------------------- the table


def worth(pieces: Pieces, held_out: Counter[str]) -> Figures:
    """Return what a vocabulary makes of the held-out words; the first piece is the unknown token."""
    from tokenizers import models

    scores = [score for _, score in pieces[1:]]
    whole = math.log(math.fsum(math.exp(score) for score in scores))
    model: Any = models.Unigram([("<unk>", -100.0), *((piece, score) for piece, score in pieces[1:])], 0, False)
    nats, tokens = 0.0, 0
    for word, count in held_out.items():
        ids = [token.id for token in model.tokenize("▁" + word)]
        nats -= count * math.fsum(pieces[i][1] - whole for i in ids)
        tokens += count * len(ids)
    size = sum(count * len(("▁" + word).encode()) - 2 * count for word, count in held_out.items())
    return {"bits/byte": nats / math.log(2) / size, "tokens/word": tokens / held_out.total()}


def show_header(repeat: int) -> None:
    """Print what the columns are."""
    columns = (f"{column}, {_so_many(threads)}" for column, (threads, _) in TARGETS.items())
    print(f"medians of {repeat}\n{'tokens':>8}  {'':22}" + "".join(f"{column:>24}" for column in columns), end="")
    print(f"{'bits/byte':>20}{'tokens/word':>20}")


def show(sizes: dict[str, int], runs: dict[tuple[str, int], list[Figures]], made: dict[str, Figures]) -> list[str]:
    """Print a row for each trainer, with the size of the vocabulary that it made; return the cells not reached."""
    missed = []
    for peer, found in made.items():
        cells = {column: _cell(runs, peer, column) for column in TARGETS}
        worths = {column: _worth_cell(made, peer, column) for column in found}
        row = "".join(f"{cell:>24}" for cell in cells.values()) + "".join(f"{cell:>20}" for cell in worths.values())
        print(f"{sizes[peer]:>8,}  {peer:22}{row}", flush=True)
        missed += [f"{peer}, {name}: {cell}" for name, cell in (cells | worths).items() if "<" in cell or ">" in cell]
    return missed


def show_phases(phases: dict[str, dict[str, float]], peer: str) -> None:
    """Print what each phase took."""
    print(f"{'':10}{f'{peer}, 1 thread':22}" + "".join(f"{name:>13}" for name in phases))
    for column, digits in (("CPU s", 2), ("MB", 1)):
        print(f"{'':10}{column:22}" + "".join(f"{took[column]:13.{digits}f}" for took in phases.values()), flush=True)


def _cell(runs: dict[tuple[str, int], list[Figures]], peer: str, column: str) -> str:
    """Write a median, how many times tokbench's it is, and what that should be where it is not."""
    threads, targets = TARGETS[column]
    if (peer, threads) not in runs:
        return "-"
    ours = "tokbench counts" if peer.endswith("counts") else "tokbench"
    theirs = median(runs[peer, threads], column)
    if peer == ours or (ours, threads) not in runs:
        return f"{theirs:.2f}"
    times, target = theirs / median(runs[ours, threads], column), targets[peer.removesuffix(" counts")]
    return f"{theirs:.2f} ({times:.1f}x{'' if times >= target else f' < {target:g}'})"


def _worth_cell(made: dict[str, Figures], peer: str, column: str) -> str:
    """Write what a vocabulary is worth, and tokbench's mark where it is worse than the better peer's."""
    found = made[peer][column]
    best = min((worths[column] for name, worths in made.items() if not name.startswith("tokbench")), default=found)
    worse = peer.startswith("tokbench") and found > WORSE * best
    return f"{found:.5f}" + (f" > {WORSE * best:.5f}" if worse else "")


def _so_many(threads: int) -> str:
    return f"{threads} {'thread' if threads == 1 else 'threads'}"


if __name__ == "__main__":
    main()
