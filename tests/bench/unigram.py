"""Time, memory and worth of Unigram training, tokbench beside its peers, on the same text, in one run.

    python tests/bench/unigram.py ../shared/data/corpora/en.jsonl.zst --generated 100_000,1_000_000,10_000_000

Documents come from JSON Lines files (field `text`, plain or compressed), as much of each as `--megabytes` says: HF's
trainer would not finish on all. They are normalized (NFKC, runs of white space are one space) and written a line each;
one line in twenty is held out. Every trainer is given the same lines, or the counts of their words ("… counts"), in a
fresh process, in turn; pieces do not cross spaces, and nothing else limits them. What is timed is the call that
trains, not imports; peak memory is that of the whole process. Medians are printed, and how many times tokbench's share
each peer takes; then each target, and whether it is reached.

What a vocabulary is worth is told by the held-out words, each spelled its likeliest way by `tokenizers`: tokens a
word, and bits a byte under the scores, which are brought to sum to one first. Words with characters that the training
text lacks are left out. Nothing else should run.

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
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import unigram_growth
from train import Figures, Lines, median, peak_memory

HELD_OUT = 20
"""One line in so many is held out."""

Pieces = list[tuple[str, float]]
Train = Callable[[], Pieces]


@dataclass(frozen=True)
class Task:
    """What to train: a folder with text.txt and counts.tsv, and how."""

    folder: Path
    vocab_size: int
    threads: int


@dataclass(frozen=True)
class Target:
    """What is asked for: how many times tokbench's share a peer must take, with so many threads."""

    column: str
    threads: int
    times: dict[str, float]


TARGETS = [
    Target("wall s", 2, {"hf": 20, "sentencepiece": 4, "sentencepiece counts": 4}),
    Target("CPU s", 1, {"hf": 15, "sentencepiece": 3, "sentencepiece counts": 3}),
    Target("MB", 1, {"hf": 4, "sentencepiece": 2, "sentencepiece counts": 2}),
]
WORSE = 1.002
"""How many times as many bits and tokens as the better peer's tokbench may take."""


def main() -> None:
    """Run all trainers in turn and print the tables."""
    arguments = _arguments()
    if arguments.worker:
        print(json.dumps(measure(arguments)))
        return
    for corpus in arguments.corpora:
        with tempfile.TemporaryDirectory() as name:
            held_out = prepare(corpus, arguments.megabytes, Path(name))
            for vocab_size in map(int, arguments.vocab_sizes.split(",")):
                compare(Path(name), vocab_size, arguments, held_out)
    if arguments.generated:
        grow(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="*", help="JSON Lines, documents in the field text")
    parser.add_argument("--generated", help="comma-separated: numbers of made-up words to train on too")
    parser.add_argument("--megabytes", type=float, default=20, help="use only so much of each corpus (0: all)")
    parser.add_argument("--vocab-sizes", default="16_000,32_000", help="comma-separated")
    parser.add_argument("--threads", default="1,2", help="comma-separated")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--peers", default=",".join(TRAINERS), help=f"comma-separated: {', '.join(TRAINERS)}")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(folder: Path, vocab_size: int, arguments: argparse.Namespace, held_out: Counter[str]) -> None:
    """Run all trainers for one size of vocabulary, and print what they took, what they made, and the targets."""
    by_threads: dict[int, dict[str, list[Figures]]] = {}
    for threads in map(int, arguments.threads.split(",")):
        runs: dict[str, list[Figures]] = {peer: [] for peer in arguments.peers.split(",")}
        for _ in range(arguments.repeat):
            for peer, figures in runs.items():
                figures.append(run(peer, folder, vocab_size, threads))
        print(f"\n{vocab_size:,} tokens, {threads} threads, medians of {arguments.repeat}")
        show(runs, held_out)
        by_threads[threads] = runs
    show_targets(by_threads)


def grow(arguments: argparse.Namespace) -> None:
    """Print time and memory against the number of distinct words."""
    vocab_size, threads = (int(choice.split(",")[0]) for choice in (arguments.vocab_sizes, arguments.threads))
    print(f"\n{vocab_size:,} tokens, {threads} threads")
    unigram_growth.show_header()
    for size in map(int, arguments.generated.split(",")):
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
    print(f"\n{corpus.name}: {size / 1e6:.1f} M characters, {len(trained):,} distinct words")
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


def run(peer: str, folder: Path, vocab_size: int, threads: int) -> Figures:
    """Train once, in a fresh process that has so many processors."""
    count = str(threads)
    command = [sys.executable, __file__, str(folder), "--worker", peer, "--threads", count]
    command += ["--vocab-sizes", str(vocab_size)]
    limits = {"RAYON_NUM_THREADS": count, "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **limits})
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(arguments: argparse.Namespace) -> Figures:
    """Train, and return seconds, memory and the pieces."""
    task = Task(arguments.corpora[0], int(arguments.vocab_sizes), int(arguments.threads))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: task.threads])
    if arguments.worker.startswith("generated"):
        return unigram_growth.measure(int(arguments.worker.split()[1]), task.vocab_size, task.threads)
    train = TRAINERS[arguments.worker](task)
    wall, cpu = time.perf_counter(), time.process_time()
    pieces = train()
    figures = {"wall s": time.perf_counter() - wall, "CPU s": time.process_time() - cpu, "MB": peak_memory()}
    return {**figures, "pieces": pieces}


# ---------------------------------------------------------------- the trainers: text or counts → pieces


def saved(model: Any) -> Pieces:
    """Return the pieces of a model of `tokenizers`."""
    pieces: Pieces = json.loads(model.__getstate__())["vocab"]
    return pieces


def with_tokbench(task: Task) -> Train:
    """Tokbench: its counter and its trainer, without the wrapping and the checks of a build."""
    from pyarrow import compute, csv  # noqa: F401 - imported before the clock starts
    from tokenizers import Tokenizer, models
    from tokenizers.pre_tokenizers import Metaspace

    from tokbench.contracts import CountingPlan, silent
    from tokbench.engines.local import Local
    from tokbench.models.unigram import Unigram
    from tokbench.trainers.unigram import UnigramTrainer

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = Metaspace()
    plan = CountingPlan(tokenizer.to_str(), "space", task.threads)

    def train() -> Pieces:
        words, _ = Local().count([Lines(task.folder / "text.txt")], plan, silent)
        return saved(UnigramTrainer(vocab_size=task.vocab_size).train(words, Unigram(), ["<unk>"], silent))

    return train


def with_tokbench_counts(task: Task) -> Train:
    """Tokbench's trainer, from counts."""
    from tokbench.contracts import silent
    from tokbench.counting.words import WordCounts
    from tokbench.models.unigram import Unigram
    from tokbench.trainers.unigram import UnigramTrainer

    def train() -> Pieces:
        with (task.folder / "counts.tsv").open(encoding="utf-8") as lines:
            rows = (line.rsplit("\t", 1) for line in lines)
            words = WordCounts.of(("▁" + word, int(count)) for word, count in rows)
        return saved(UnigramTrainer(vocab_size=task.vocab_size).train(words, Unigram(), ["<unk>"], silent))

    return train


def with_hf(task: Task) -> Train:
    """HF `tokenizers`, by `train_from_iterator`."""
    from tokenizers import Tokenizer, models, trainers
    from tokenizers.pre_tokenizers import Metaspace

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=task.vocab_size, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False
    )

    def train() -> Pieces:
        with (task.folder / "text.txt").open(encoding="utf-8", newline="\n") as lines:
            tokenizer.train_from_iterator((line.removesuffix("\n") for line in lines), trainer)
        return saved(tokenizer.model)

    return train


def with_sentencepiece(task: Task, input_format: str = "text") -> Train:
    """Sentencepiece, with no normalization and no splits but at white space."""
    import sentencepiece

    name = "text.txt" if input_format == "text" else "counts.tsv"

    def train() -> Pieces:
        sentencepiece.SentencePieceTrainer.train(
            input=str(task.folder / name),
            input_format=input_format,
            model_prefix=str(task.folder / "model"),
            vocab_size=task.vocab_size,
            num_threads=task.threads,
            character_coverage=1.0,
            normalization_rule_name="identity",
            split_by_unicode_script=False,
            split_by_number=False,
            max_sentence_length=1 << 30,
            bos_id=-1,
            eos_id=-1,
            minloglevel=2,
        )
        with (task.folder / "model.vocab").open(encoding="utf-8") as lines:
            rows = (line.rstrip("\n").rsplit("\t", 1) for line in lines)
            return [(piece, float(score)) for piece, score in rows]

    return train


TRAINERS: dict[str, Callable[[Task], Train]] = {
    "tokbench": with_tokbench,
    "tokbench counts": with_tokbench_counts,
    "hf": with_hf,
    "sentencepiece": with_sentencepiece,
    "sentencepiece counts": lambda task: with_sentencepiece(task, "tsv"),
}


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


def show(runs: dict[str, list[Figures]], held_out: Counter[str]) -> None:
    """Print medians, each peer's share of tokbench's, and what the vocabularies are worth, which is noted there."""
    columns = ("wall s", "CPU s", "MB")
    print(f"{'':22}" + "".join(f"{column:>18}" for column in (*columns, "tokens", "bits/byte", "tokens/word")))
    for peer, figures in runs.items():
        cells = [f"{median(figures, column):.2f} ({ratio(runs, peer, column):.1f}x)" for column in columns]
        figures[0].update(worth(figures[0]["pieces"], held_out))
        cells += [str(len(figures[0]["pieces"])), f"{figures[0]['bits/byte']:.5f}", f"{figures[0]['tokens/word']:.5f}"]
        print(f"{peer:22}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


def ratio(runs: dict[str, list[Figures]], peer: str, column: str) -> float:
    """Return how many times as much a peer takes as tokbench, from counts where the peer starts from counts."""
    ours = "tokbench counts" if peer.endswith("counts") and "tokbench counts" in runs else next(iter(runs))
    return median(runs[peer], column) / median(runs[ours], column)


def show_targets(by_threads: dict[int, dict[str, list[Figures]]]) -> None:
    """Print each target for which there is a run, and whether it is reached."""
    print("targets")
    for target in TARGETS:
        runs = by_threads.get(target.threads, {})
        for peer, times in target.times.items():
            if peer in runs:
                found = ratio(runs, peer, target.column)
                name = f"{target.column}, {target.threads} threads, {peer}"
                print(f"  {name:45} {found:7.1f}x of {times:g}x  {'reached' if found >= times else 'NOT reached'}")
    runs = next(iter(by_threads.values()))
    peers = [figures[0] for peer, figures in runs.items() if not peer.startswith("tokbench")]
    for column in ("bits/byte", "tokens/word") if peers else ():
        found = next(iter(runs.values()))[0][column] / min(figures[column] for figures in peers)
        print(f"  {column:45} {found:7.4f}  of {WORSE:g}  {'reached' if found <= WORSE else 'NOT reached'}", flush=True)


if __name__ == "__main__":
    main()
