"""One training of a Unigram model, in a process that imports little else; `unigram.py` starts them.

    python tests/bench/unigram_trainers.py TRAINER FOLDER VOCAB_SIZE THREADS [phases]

The folder holds text.txt, a line each, and counts.tsv. Seconds, peak memory and the pieces are printed as JSON; with
`phases`, what each phase of tokbench's training took besides.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from memory import Phases, peak_memory

Pieces = list[tuple[str, float]]
Train = Callable[[], Callable[[], Pieces]]
"""Trains, and returns what tells the pieces, which is not measured."""


@dataclass(frozen=True)
class Task:
    """What to train: a folder with text.txt and counts.tsv, and how."""

    folder: Path
    vocab_size: int
    threads: int


def main() -> None:
    """Train as the command line says."""
    name, folder, vocab_size, threads, *phases = sys.argv[1:]
    task = Task(Path(folder), int(vocab_size), int(threads))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: task.threads])
    if name.startswith("generated"):
        import unigram_growth

        figures = unigram_growth.measure(int(name.split()[1]), task.vocab_size, task.threads)
    else:
        figures = in_phases(name, task) if phases else measure(TRAINERS[name](task))
    print(json.dumps(figures))


def measure(train: Train) -> dict[str, Any]:
    """Train, and return seconds, memory and the pieces."""
    wall, cpu = time.perf_counter(), time.process_time()
    spell = train()
    figures = {"wall s": time.perf_counter() - wall, "CPU s": time.process_time() - cpu, "MB": peak_memory()}
    return {**figures, "pieces": spell()}


def in_phases(name: str, task: Task) -> dict[str, Any]:
    """Train with tokbench, and return what each phase took."""
    train, phases = TRAINERS[name](task), Phases()

    from tokbench.trainers import unigram

    learn = unigram.learn_unigram

    def learn_in_phases(*arguments: Any) -> Any:
        trained = learn(*arguments, entered=phases.enter)
        phases.enter("model")
        return trained

    unigram.learn_unigram = learn_in_phases  # type: ignore[assignment]
    phases.enter("counting")
    kept = train()
    phases.enter("end")
    return {"phases": phases.took, "size": len(kept())}


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


if __name__ == "__main__":
    main()
