"""Time, memory and worth of Unigram training, tokbench beside its peers, on the same text, in one run.

    python tests/bench/unigram.py ../shared/data/corpora/en.jsonl.zst --megabytes 5
    python tests/bench/unigram.py --generated 100_000,1_000_000,10_000_000

Documents come from a JSON Lines file (field `text`, plain or compressed). They are normalized (NFKC, runs of white
space are one space) and written a line each; one line in twenty is held out. Every trainer is given the same lines, or
the counts of their words ("… counts"), in a fresh process, in turn; pieces do not cross spaces, and nothing else limits
them. What is timed is the call that trains, not imports; peak memory is that of the whole process. Medians are
printed, and how many times tokbench's share each peer takes.

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
from pathlib import Path
from typing import Any

from train import Figures, Lines, median, peak_memory

HELD_OUT = 20
"""One line in so many is held out."""

Pieces = list[tuple[str, float]]
Train = Callable[[], Pieces]


def main() -> None:
    """Run all trainers in turn and print the table."""
    arguments = _arguments()
    if arguments.worker:
        print(json.dumps(measure(arguments)))
        return
    if arguments.generated:
        grow(arguments)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held_out = prepare(arguments, folder)
        print(f"{arguments.vocab_size} tokens, {arguments.threads} threads, medians of {arguments.repeat}")
        runs: dict[str, list[Figures]] = {peer: [] for peer in arguments.peers.split(",")}
        for _ in range(arguments.repeat):
            for peer, figures in runs.items():
                figures.append(run(peer, folder, arguments))
        show(runs, held_out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", help="JSON Lines, documents in the field text")
    parser.add_argument("--generated", help="comma-separated: numbers of made-up words to train on instead")
    parser.add_argument("--megabytes", type=float, default=0, help="use only so much of the corpus (0: all)")
    parser.add_argument("--vocab-size", type=int, default=16_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--peers", default=",".join(TRAINERS), help=f"comma-separated: {', '.join(TRAINERS)}")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    return parser.parse_args()


# ---------------------------------------------------------------- text and counts


def prepare(arguments: argparse.Namespace, folder: Path) -> Counter[str]:
    """Write lines to train on and the counts of their words; return the counts of the held-out words."""
    trained: Counter[str] = Counter()
    held_out: Counter[str] = Counter()
    with (folder / "text.txt").open("w", encoding="utf-8") as file:
        size = 0
        for number, line in enumerate(lines_of(arguments.corpus, arguments.megabytes)):
            if number % HELD_OUT == 0:
                held_out.update(line.split(" "))
                continue
            trained.update(line.split(" "))
            size += file.write(line + "\n")
    with (folder / "counts.tsv").open("w", encoding="utf-8") as file:
        file.writelines(f"{word}\t{count}\n" for word, count in sorted(trained.items()))
    seen = set("".join(trained))
    print(f"{arguments.corpus.name}: {size / 1e6:.1f} M characters, {len(trained):,} distinct words,", end=" ")
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


def made_up(size: int) -> Any:
    """Return made-up words of some nine characters, the n-th most frequent with a count near size / n."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute

    from tokbench.counting.words import WordCounts

    chance = np.random.default_rng(1)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ai", "en", "ir")]
    # Small numbers, and so some syllables, are the most frequent.
    columns = [chance.zipf(1.3, size).clip(max=len(syllables)) - 1 for _ in range(4)]
    lengths = chance.integers(2, 5, size)
    parts = [
        pa.array(np.where(lengths > i, column, len(syllables))).cast(pa.int32()) for i, column in enumerate(columns)
    ]
    spelled = [pa.DictionaryArray.from_arrays(part, [*syllables, ""]).cast(pa.large_string()) for part in parts]
    # A number in letters makes words distinct.
    numbers = pa.array(np.base_repr(i, 26).translate(LETTERS) for i in range(size))
    begin, nothing = (pa.scalar(text, pa.large_string()) for text in ("▁", ""))
    words = compute.binary_join_element_wise(begin, *spelled, numbers.cast(pa.large_string()), nothing)
    order = compute.sort_indices(words)
    counts = pa.array(size // (chance.permutation(size) + 1) + 1, pa.int64())
    return WordCounts(words.take(order), counts)


LETTERS = {ord("0123456789ABCDEFGHIJKLMNOP"[i]): "etaoinshrdlucmfwypvbgkjqxz"[i] for i in range(26)}


def grow(arguments: argparse.Namespace) -> None:
    """Print time and memory against the number of distinct words."""
    print(f"{arguments.vocab_size} tokens, {arguments.threads} threads")
    print(f"{'distinct words':>15}{'characters':>15}{'wall s':>10}{'CPU s':>10}{'MB':>10}{'of that words':>15}")
    for size in map(int, arguments.generated.split(",")):
        found = run(f"generated {size}", Path(), arguments)
        print(
            f"{size:>15,}{found['characters']:>15,}{found['wall s']:>10.1f}{found['CPU s']:>10.1f}{found['MB']:>10.0f}"
            f"{found['MB before']:>15.0f}",
            flush=True,
        )


def measure_generated(size: int, arguments: argparse.Namespace) -> Figures:
    """Train on made-up words."""
    from pyarrow import compute

    from tokbench.kernels.unigram import UnigramOptions, learn_unigram

    words = made_up(size)
    before = peak_memory()
    wall, cpu = time.perf_counter(), time.process_time()
    learn_unigram(words, UnigramOptions(vocab_size=arguments.vocab_size), lambda pieces: None, arguments.threads)
    figures = {"wall s": time.perf_counter() - wall, "CPU s": time.process_time() - cpu}
    characters = compute.sum(compute.utf8_length(words.words)).as_py()
    return {**figures, "MB": peak_memory(), "MB before": before, "characters": characters}


# ---------------------------------------------------------------- one process


def run(peer: str, folder: Path, arguments: argparse.Namespace) -> Figures:
    """Train once, in a fresh process that has `--threads` processors."""
    count = str(arguments.threads)
    command = [sys.executable, __file__, str(folder), "--worker", peer, "--threads", count]
    command += ["--vocab-size", str(arguments.vocab_size)]
    threads = {"RAYON_NUM_THREADS": count, "TOKENIZERS_PARALLELISM": "true" if arguments.threads > 1 else "false"}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **threads})
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def measure(arguments: argparse.Namespace) -> Figures:
    """Train, and return seconds, memory and the pieces."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    if arguments.worker.startswith("generated"):
        return measure_generated(int(arguments.worker.split()[1]), arguments)
    train = TRAINERS[arguments.worker](arguments.corpus, arguments)
    wall, cpu = time.perf_counter(), time.process_time()
    pieces = train()
    figures = {"wall s": time.perf_counter() - wall, "CPU s": time.process_time() - cpu, "MB": peak_memory()}
    return {**figures, "pieces": pieces}


# ---------------------------------------------------------------- the trainers: text or counts → pieces


def saved(model: Any) -> Pieces:
    """Return the pieces of a model of `tokenizers`."""
    pieces: Pieces = json.loads(model.__getstate__())["vocab"]
    return pieces


def with_tokbench(folder: Path, arguments: argparse.Namespace) -> Train:
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
    plan = CountingPlan(tokenizer.to_str(), "space", arguments.threads)

    def train() -> Pieces:
        words, _ = Local().count([Lines(folder / "text.txt")], plan, silent)
        return saved(UnigramTrainer(vocab_size=arguments.vocab_size).train(words, Unigram(), ["<unk>"], silent))

    return train


def with_tokbench_counts(folder: Path, arguments: argparse.Namespace) -> Train:
    """Tokbench's trainer, from counts."""
    from tokbench.contracts import silent
    from tokbench.counting.words import WordCounts
    from tokbench.models.unigram import Unigram
    from tokbench.trainers.unigram import UnigramTrainer

    def train() -> Pieces:
        with (folder / "counts.tsv").open(encoding="utf-8") as lines:
            rows = (line.rsplit("\t", 1) for line in lines)
            words = WordCounts.of(("▁" + word, int(count)) for word, count in rows)
        return saved(UnigramTrainer(vocab_size=arguments.vocab_size).train(words, Unigram(), ["<unk>"], silent))

    return train


def with_hf(folder: Path, arguments: argparse.Namespace) -> Train:
    """HF `tokenizers`, by `train_from_iterator`."""
    from tokenizers import Tokenizer, models, trainers
    from tokenizers.pre_tokenizers import Metaspace

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=arguments.vocab_size, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False
    )

    def train() -> Pieces:
        with (folder / "text.txt").open(encoding="utf-8", newline="\n") as lines:
            tokenizer.train_from_iterator((line.removesuffix("\n") for line in lines), trainer)
        return saved(tokenizer.model)

    return train


def with_sentencepiece(folder: Path, arguments: argparse.Namespace, input_format: str = "text") -> Train:
    """Sentencepiece, with no normalization and no splits but at white space."""
    import sentencepiece

    name = "text.txt" if input_format == "text" else "counts.tsv"

    def train() -> Pieces:
        sentencepiece.SentencePieceTrainer.train(
            input=str(folder / name),
            input_format=input_format,
            model_prefix=str(folder / "model"),
            vocab_size=arguments.vocab_size,
            num_threads=arguments.threads,
            character_coverage=1.0,
            normalization_rule_name="identity",
            split_by_unicode_script=False,
            split_by_number=False,
            max_sentence_length=1 << 30,
            bos_id=-1,
            eos_id=-1,
            minloglevel=2,
        )
        with (folder / "model.vocab").open(encoding="utf-8") as lines:
            rows = (line.rstrip("\n").rsplit("\t", 1) for line in lines)
            return [(piece, float(score)) for piece, score in rows]

    return train


TRAINERS: dict[str, Callable[[Path, argparse.Namespace], Train]] = {
    "tokbench": with_tokbench,
    "tokbench counts": with_tokbench_counts,
    "hf": with_hf,
    "sentencepiece": with_sentencepiece,
    "sentencepiece counts": lambda folder, arguments: with_sentencepiece(folder, arguments, "tsv"),
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
    """Print medians, each peer's share of tokbench's, and what the vocabularies are worth."""
    first = next(iter(runs))
    columns = ("wall s", "CPU s", "MB")
    print(f"{'':22}" + "".join(f"{column:>18}" for column in (*columns, "tokens", "bits/byte", "tokens/word")))
    for peer, figures in runs.items():
        cells = [
            f"{median(figures, column):.2f} ({median(figures, column) / median(runs[first], column):.1f}x)"
            for column in columns
        ]
        found = worth(figures[0]["pieces"], held_out)
        cells += [str(len(figures[0]["pieces"])), f"{found['bits/byte']:.5f}", f"{found['tokens/word']:.5f}"]
        print(f"{peer:22}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
