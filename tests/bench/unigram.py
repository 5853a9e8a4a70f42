"""Time, memory and worth of Unigram training, tokbench beside its peers, on the same text, in one run.

    python -m tests.bench --only unigram

Documents come from JSON Lines files (field `text`, plain or compressed), as much of each as `--megabytes` says: HF's
trainer takes minutes of 20 MB, and longer of Python code than of prose. They are normalized (NFKC, runs of white space
are one space) and written a line each; one line in twenty is held out. Every trainer is given the same lines, or the
counts of their words ("… counts"), in a fresh process, in turn; pieces do not cross spaces, and nothing else limits
them. What is timed is the call that trains, not imports; peak memory is that of the whole process until then. A row
has medians, how many times tokbench's share the peer takes (from counts, where it starts from counts), and the ratio
that is asked for, where that is not reached.

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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import unigram_growth
from train import Figures, median, peak_memory

CORPORA = Path(__file__).parents[2].parent / "shared" / "data" / "corpora"

HELD_OUT = 20
"""One line in so many is held out."""

Pieces = list[tuple[str, float]]
Train = Callable[[], Callable[[], Pieces]]
"""Trains, and returns what tells the pieces, which is not measured."""


@dataclass(frozen=True)
class Task:
    """What to train: a folder with text.txt and counts.tsv, and how."""

    folder: Path
    vocab_size: int
    threads: int


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
    if arguments.worker:
        print(json.dumps(measure(arguments)))
        return
    show_header(arguments.repeat)
    for name in arguments.names:
        with tempfile.TemporaryDirectory() as folder:
            held_out = prepare(arguments.corpora / f"{name}.jsonl.zst", arguments.megabytes, Path(folder))
            for vocab_size in arguments.vocab_sizes:
                compare(Path(folder), vocab_size, arguments, held_out)
    if arguments.generated:
        grow(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="a folder of NAME.jsonl.zst, field text")
    parser.add_argument("--names", nargs="*", default=["en", "multilingual", "python"])
    parser.add_argument("--generated", nargs="*", type=int, default=[], help="numbers of made-up words to train on too")
    parser.add_argument("--megabytes", type=float, default=5, help="use only so much of each corpus (0: all)")
    parser.add_argument("--vocab-sizes", nargs="+", type=int, default=[16_000, 32_000])
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--peers", nargs="+", choices=TRAINERS, default=list(TRAINERS))
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


def compare(folder: Path, vocab_size: int, arguments: argparse.Namespace, held_out: Counter[str]) -> None:
    """Run all trainers for one size of vocabulary, and print what they took, and what they made."""
    runs: dict[tuple[str, int], list[Figures]] = {}
    for _ in range(arguments.repeat):
        for threads in arguments.threads:
            for peer in arguments.peers:
                runs.setdefault((peer, threads), []).append(run(peer, folder, vocab_size, threads))
    made = {peer: runs[peer, arguments.threads[0]][0]["pieces"] for peer in arguments.peers}
    sizes = {peer: len(pieces) for peer, pieces in made.items()}
    show(sizes, runs, {peer: worth(pieces, held_out) for peer, pieces in made.items()})


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


def run(peer: str, folder: Path, vocab_size: int, threads: int) -> Figures:
    """Train once, in a fresh process that has so many processors."""
    count = str(threads)
    command = [sys.executable, __file__, "--corpora", str(folder), "--worker", peer, "--threads", count]
    command += ["--vocab-sizes", str(vocab_size)]
    limits = {"RAYON_NUM_THREADS": count, "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **limits})
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(arguments: argparse.Namespace) -> Figures:
    """Train, and return seconds, memory and the pieces."""
    task = Task(arguments.corpora, arguments.vocab_sizes[0], arguments.threads[0])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: task.threads])
    if arguments.worker.startswith("generated"):
        return unigram_growth.measure(int(arguments.worker.split()[1]), task.vocab_size, task.threads)
    train = TRAINERS[arguments.worker](task)
    wall, cpu = time.perf_counter(), time.process_time()
    spell = train()
    figures = {"wall s": time.perf_counter() - wall, "CPU s": time.process_time() - cpu, "MB": peak_memory()}
    return {**figures, "pieces": spell()}


# ---------------------------------------------------------------- the trainers: text or counts → pieces


def saved(model: Any) -> Pieces:
    """Return the pieces of a model of `tokenizers`."""
    pieces: Pieces = json.loads(model.__getstate__())["vocab"]
    return pieces


def with_tokbench(task: Task) -> Train:
    """Tokbench: the reader, the counter and the trainer of a build; no counts are kept, as the peers keep nothing."""
    from tokenizers import Tokenizer, models
    from tokenizers.pre_tokenizers import Metaspace

    import tokbench.corpora.reading  # noqa: F401 - imported before the clock starts
    from tokbench.contracts import CountingPlan, silent
    from tokbench.corpora.files import Files
    from tokbench.corpora.source import Source
    from tokbench.corpora.stream import work_units
    from tokbench.engines.local import Local
    from tokbench.models.unigram import Unigram
    from tokbench.trainers.unigram import UnigramTrainer

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = Metaspace()
    plan = CountingPlan(tokenizer.to_str(), "space", task.threads)

    def train() -> Callable[[], Pieces]:
        units = work_units([Source(Files(task.folder / "text.txt"))])
        kept_by_nobody = [replace(unit, fingerprint="") for unit in units]  # type: ignore[type-var]
        words, _ = Local().count(kept_by_nobody, plan, silent)
        model = UnigramTrainer(vocab_size=task.vocab_size).train(words, Unigram(), ["<unk>"], silent)
        return lambda: saved(model)

    return train


def with_tokbench_counts(task: Task) -> Train:
    """Tokbench's trainer, from counts."""
    from tokbench.contracts import silent
    from tokbench.counting.words import WordCounts
    from tokbench.models.unigram import Unigram
    from tokbench.trainers.unigram import UnigramTrainer

    def train() -> Callable[[], Pieces]:
        with (task.folder / "counts.tsv").open(encoding="utf-8") as lines:
            rows = (line.rsplit("\t", 1) for line in lines)
            words = WordCounts.of(("▁" + word, int(count)) for word, count in rows)
        model = UnigramTrainer(vocab_size=task.vocab_size).train(words, Unigram(), ["<unk>"], silent)
        return lambda: saved(model)

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

    def train() -> Callable[[], Pieces]:
        with (task.folder / "text.txt").open(encoding="utf-8", newline="\n") as lines:
            tokenizer.train_from_iterator((line.removesuffix("\n") for line in lines), trainer)
        return lambda: saved(tokenizer.model)

    return train


def with_sentencepiece(task: Task, input_format: str = "text") -> Train:
    """Sentencepiece, with no normalization and no splits but at white space; of little text it makes fewer tokens."""
    import sentencepiece

    name = "text.txt" if input_format == "text" else "counts.tsv"

    def train() -> Callable[[], Pieces]:
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
            hard_vocab_limit=False,
            minloglevel=2,
        )
        return pieces

    def pieces() -> Pieces:
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


def show_header(repeat: int) -> None:
    """Print what the columns are."""
    columns = (f"{column}, {_so_many(threads)}" for column, (threads, _) in TARGETS.items())
    print(f"medians of {repeat}\n{'tokens':>8}  {'':22}" + "".join(f"{column:>24}" for column in columns), end="")
    print(f"{'bits/byte':>20}{'tokens/word':>20}")


def show(sizes: dict[str, int], runs: dict[tuple[str, int], list[Figures]], made: dict[str, Figures]) -> None:
    """Print a row for each trainer, with the size of the vocabulary that it made."""
    for peer, found in made.items():
        cells = [_cell(runs, peer, column) for column in TARGETS]
        worths = [_worth_cell(made, peer, column) for column in found]
        row = "".join(f"{cell:>24}" for cell in cells) + "".join(f"{cell:>20}" for cell in worths)
        print(f"{sizes[peer]:>8,}  {peer:22}{row}", flush=True)


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
