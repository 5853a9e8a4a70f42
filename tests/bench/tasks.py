"""What models reach with a tokenizer of ours on labelled sets, beside the tokenizer of their checkpoint.

    python tests/bench/tasks.py --data ../shared/data/ner --encoder FOLDER --sets bc5cdr --seeds 1 2 3 --out results

For each set, a WordPiece of `--vocabulary` tokens is trained by tokbench on the set's own training text (`--only-build`
stops there; what stands in `--out` already is used as it is). The encoder is then fine-tuned with its own tokenizer,
and with the new one, its vectors transferred in each of the ways of `--methods`; `distillation+N` and `fvt+N` are
followed by N steps of masked language modeling on the training text. The splits are those that the sets come with, and
of a set in one file, a tenth each for dev and test. Scores are strict F1 (accuracy for parts of speech) over all seeds,
differences are to the checkpoint's own tokenizer, with the interval of a paired bootstrap.

`accelerate launch --mixed_precision bf16 tests/bench/tasks.py …` runs it as Accelerate is told. A run that was cut off
goes on when it is started again. Results go to OUT/SET.json, the table to OUT/table.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tokbench.contracts import Note, Progress  # noqa: E402
from tokbench.labelled.data import Data  # noqa: E402
from tokbench.labelled.reading import read  # noqa: E402
from tokbench.labelled.sentences import LabelledSet  # noqa: E402
from tokbench.tasks.words import NamedEntities, PartsOfSpeech  # noqa: E402
from tokbench.validation import bootstrap  # noqa: E402
from tokbench.validation.counts import count, f1  # noqa: E402
from tokbench.validation.outcome import Candidate, Run  # noqa: E402
from tokbench.validation.settings import ModelSettings, Settings, TrainingSettings, TransferSettings  # noqa: E402

Row = dict[str, Any]
SETS = {
    "bc5cdr": Data(train="bc5cdr-iob2/train.tsv", dev="bc5cdr-iob2/devel.tsv"),
    "wnut17": Data(
        train="wnut17/wnut17train.conll", dev="wnut17/emerging.dev.conll", test="wnut17/emerging.test.annotated"
    ),
    "turku-fi": Data(train="turku-fi/train.tsv", dev="turku-fi/dev.tsv", test="turku-fi/test.tsv"),
    "thainer-th": Data(train="thainer-th/data.conll", dev_share=0.1, test_share=0.1),
    "wikigold": Data(train="wikigold/wikigold.conll.txt", dev_share=0.1, test_share=0.1),
    "ud-pos": Data(train="ud-english-ewt/en_ewt-ud-dev.conllu", test="ud-english-ewt/en_ewt-ud-test.conllu"),
}
"""Of UD there are dev and test alone: dev is trained on, a tenth of it held out."""
OWN = "own"
"""The checkpoint's own tokenizer."""


def main() -> None:
    """Build the tokenizers, run everything, and print the table."""
    options = _options()
    rows: list[Row] = []
    for name in options.sets:
        task: Any = PartsOfSpeech() if name == "ud-pos" else NamedEntities()
        data = _limited(read(SETS[name], task, options.data), options.limit)
        tokenizer = options.out / "tokenizers" / name
        if not (tokenizer / "tokenizer.json").is_file():
            build(data, tokenizer, options.vocabulary)
        if not options.only_build:
            rows += compare(name, data, task, tokenizer, options)
    if rows and _is_first():
        shown = table(rows)
        print(shown)
        (options.out / "table.md").write_text(shown, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "ner")
    parser.add_argument("--encoder", required=True, help="a folder or an id of the Hub")
    parser.add_argument("--out", type=Path, required=True, help="where tokenizers, runs and results go")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--methods", nargs="*", default=["fvt"], help="fvt, mean, random, distillation, fvt+500, …")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--vocabulary", type=int, default=8000)
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=3e-4)
    parser.add_argument("--distillation-steps", type=int, default=500)
    parser.add_argument("--pieces", choices=["first", "all"], default="all")
    parser.add_argument("--limit", type=int, default=0, help="use only so many sentences of each split")
    parser.add_argument("--only-build", action="store_true")
    return parser.parse_args()


def _limited(data: LabelledSet, limit: int) -> LabelledSet:
    if not limit:
        return data
    return dataclasses.replace(data, train=data.train[:limit], dev=data.dev[:limit], test=data.test[:limit])


def build(data: LabelledSet, folder: Path, vocabulary: int) -> None:
    """Train a WordPiece tokenizer on the words of the training split."""
    import tokbench

    recipe = {
        "name": folder.name,
        "normalizer": {"use": "bert", "strip_accents": False},
        "pre_tokenizer": {"use": "bert"},
        "trainer": {"use": "wordpiece", "vocab_size": vocabulary},
        "special_tokens": {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"},
        "post_processor": {"use": "template", "single": "[CLS] $A [SEP]", "pair": "[CLS] $A [SEP] $B [SEP]"},
    }
    texts = [" ".join(sentence.words) for sentence in data.train]
    tokbench.build(recipe, folder, corpus=texts, force=True)


# ---------------------------------------------------------------- running


def compare(name: str, data: LabelledSet, task: Any, tokenizer: Path, options: argparse.Namespace) -> list[Row]:
    """Fine-tune with every tokenizer, method and seed, write the results, and return the rows of the table."""
    started = time.monotonic()
    gold = [sentence.tags for sentence in data.split(data.scored)]
    runs: dict[str, list[Run]] = {}
    for method in (OWN, *options.methods):
        candidate = Candidate(method, options.encoder if method == OWN else str(tokenizer))
        runs[method] = [_run(name, candidate, data, task, seed, options) for seed in options.seeds]
    rows = judged(name, task, gold, runs)
    if _is_first():
        told = {
            "set": name,
            "scored": data.scored,
            "sentences": {split: len(data.split(split)) for split in ("train", "dev", "test")},
            "options": {key: str(value) for key, value in vars(options).items()},
            "seconds": round(time.monotonic() - started),
            "rows": rows,
        }
        (options.out / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        print(f"{name}: {told['seconds']} s", flush=True)
    return rows


def judged(name: str, task: Any, gold: Sequence[Sequence[str]], runs: dict[str, list[Run]]) -> list[Row]:
    """Return a row for each tokenizer: its scores, and how they differ from those of the checkpoint's own."""
    counts = {method: np.stack([count(task, gold, run.predictions) for run in each]) for method, each in runs.items()}
    resampled = dict(zip(counts, bootstrap.resample(list(counts.values())), strict=True))
    scores = {method: f1(of_runs.sum(axis=1)) for method, of_runs in counts.items()}
    rows = []
    for method, each in runs.items():
        difference = float(scores[method].mean() - scores[OWN].mean())
        compared = bootstrap.compare(OWN, difference, resampled[method], resampled[OWN])
        rows.append(
            {
                "set": name,
                "tokenizer": method,
                "scores": [float(score) for score in scores[method]],
                "difference": None if method == OWN else dataclasses.asdict(compared),
                "costs": dataclasses.asdict(each[0].costs),
            }
        )
    return rows


def _run(name: str, candidate: Candidate, data: LabelledSet, task: Any, seed: int, options: argparse.Namespace) -> Run:
    from tokbench.validation.tuning import fine_tune

    place = options.out / "runs" / name / candidate.name / f"seed-{seed}"
    run = fine_tune(_settings(candidate.name, options), candidate, data, task, seed, place, _report)
    last = next((point.dev_score for point in reversed(run.curve) if point.dev_score is not None), 0.0)
    print(f"{name} {candidate.name} seed {seed}: dev {last:.4f}", file=sys.stderr, flush=True)
    return run


def _settings(method: str, options: argparse.Namespace) -> Settings:
    start, _, masked = method.partition("+")
    transfer = TransferSettings(
        method="fvt" if start == OWN else start,  # type: ignore[arg-type]
        distillation_steps=options.distillation_steps,
        masked_steps=int(masked or 0),
    )
    training = TrainingSettings(
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        pieces=options.pieces,
    )
    return Settings(ModelSettings(checkpoint=options.encoder), transfer, training)


def _report(event: Progress | Note) -> None:
    if isinstance(event, Note):
        print(event.text, file=sys.stderr, flush=True)


# ---------------------------------------------------------------- the table


HEADINGS = ("set", "tokenizer", "score", "sd", "difference to own", "pieces/word", "length", "embeddings", "words/s")


def _cells(row: Row) -> list[str]:
    scores, costs = row["scores"], row["costs"]
    difference = row["difference"] and row["difference"]["difference"]
    return [
        row["set"],
        row["tokenizer"],
        f"{statistics.fmean(scores):.4f}",
        f"{statistics.stdev(scores):.4f}" if len(scores) > 1 else "",
        f"{difference['value']:+.4f} ({difference['low']:+.4f} to {difference['high']:+.4f})" if difference else "",
        f"{costs['pieces_per_word']:.3f}",
        f"{costs['mean_length']:.1f}",
        f"{costs['embedding_parameters'] / 1e6:.1f} M",
        f"{costs['training_words_per_second']:,.0f}",
    ]


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEADINGS, ["---"] * len(HEADINGS), *map(_cells, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _is_first() -> bool:
    return os.environ.get("RANK", "0") == "0"


if __name__ == "__main__":
    main()
