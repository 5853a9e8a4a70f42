"""Words a second of fine-tuning, tokbench beside the recipe of `transformers`, in one run.

    python tests/bench/finetune.py --encoder FOLDER --train ../shared/data/ner/bc5cdr-iob2/train.tsv --sentences 600

Both fine-tune the same checkpoint with its own tokenizer on the same sentences, with the same batch size, learning
rate, weight decay, schedule and precision (Accelerate's), and the labels on the first pieces. `peer` does what
examples/pytorch/token-classification/run_ner_no_trainer.py of `transformers` does: a `DataLoader` that shuffles, pads
each batch to its longest sentence with `DataCollatorForTokenClassification`, `AutoModelForTokenClassification` with
its own loss, AdamW, a linear schedule, all prepared by Accelerate. What is timed is the training loop over one epoch,
after some warm-up steps; loading and tokenizing are not. They take turns; printed are CPU seconds (wall seconds on a
GPU), words a second, medians and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from accelerate import Accelerator  # noqa: E402
from accelerate.utils import set_seed  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402
from transformers import (  # noqa: E402
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    get_scheduler,
)

from tokbench.contracts import silent  # noqa: E402
from tokbench.labelled.data import Data  # noqa: E402
from tokbench.labelled.reading import read  # noqa: E402
from tokbench.labelled.sentences import LabelledSet, Sentence  # noqa: E402
from tokbench.tasks.words import NamedEntities  # noqa: E402
from tokbench.validation import processes  # noqa: E402
from tokbench.validation.batching import plan  # noqa: E402
from tokbench.validation.learner import set_up  # noqa: E402
from tokbench.validation.outcome import Candidate  # noqa: E402
from tokbench.validation.settings import ModelSettings, Settings, TrainingSettings  # noqa: E402
from tokbench.validation.stepping import Stepper  # noqa: E402

WARMED = 3
"""Steps that are not timed."""
WEIGHT_DECAY = 0.01
Epoch = Iterator[Callable[[], None]]
"""The steps of an epoch, each a call."""


def main() -> None:
    """Measure both in turn, and print the table."""
    options = _options()
    torch.set_num_threads(options.threads)
    data = read(Data(train=str(options.train), dev_share=0.02), NamedEntities())
    data = LabelledSet(data.train[: options.sentences], data.dev, [], data.labels)
    words = sum(len(sentence.words) for sentence in data.train)
    taken: dict[str, list[float]] = {"peer": [], "tokbench": []}
    for turn in range(options.repeat):
        taken["peer"].append(timed(peer(data, options, turn)))
        taken["tokbench"].append(timed(ours(data, options, turn)))
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    for name, seconds in taken.items():
        told = "  ".join(f"{each:.2f}" for each in seconds)
        print(f"{name:9} {medians[name]:8.2f} s  {words / medians[name]:8,.0f} words/s   ({told})")
    print(f"ratio     {medians['peer'] / medians['tokbench']:8.2f}   {words:,} words, batches of {options.batch_size}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", required=True, help="a folder or an id of the Hub")
    parser.add_argument("--train", type=Path, default=ROOT.parent / "shared/data/ner/bc5cdr-iob2/train.tsv")
    parser.add_argument("--sentences", type=int, default=600)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def timed(steps: Epoch) -> float:
    """Return the seconds of an epoch's steps, of this process's CPU time, or of the clock where a GPU computes."""
    on_gpu = torch.cuda.is_available()
    clock = time.perf_counter if on_gpu else time.process_time
    taken = 0.0
    for number, step in enumerate(steps):
        if on_gpu and number <= WARMED:
            torch.cuda.synchronize()
        started = clock()
        step()
        if number >= WARMED:
            taken += clock() - started
    if on_gpu:
        started = clock()
        torch.cuda.synchronize()
        taken += clock() - started
    return taken


# ---------------------------------------------------------------- tokbench


def ours(data: LabelledSet, options: argparse.Namespace, seed: int) -> Epoch:
    """Yield the steps of an epoch as `tokbench validate` takes them; the first few are taken again at the end."""
    training = TrainingSettings(
        batch_size=options.batch_size, learning_rate=options.learning_rate, pieces="first", warmup=0.0, epochs=1
    )
    settings = Settings(ModelSettings(checkpoint=options.encoder), training=training)
    with tempfile.TemporaryDirectory() as folder:
        accelerator = processes.accelerator(training, Path(folder))
        learner = set_up(settings, Candidate("own", options.encoder), data, accelerator, seed, silent)
        windows = learner.train.windows
        batches = plan([len(window.ids) for window in windows], training.batch_size, seed, 0)
        stepper = Stepper.of(accelerator, learner.model, training, len(batches))
        for batch in [*batches[:WARMED], *batches]:
            yield lambda batch=batch: _learned(stepper, [windows[index] for index in batch], learner.padding)
        accelerator.free_memory()


def _learned(stepper: Stepper, windows: Sequence[Any], padding: Any) -> None:
    stepper.learn(windows, padding)


# ---------------------------------------------------------------- the peer


def peer(data: LabelledSet, options: argparse.Namespace, seed: int) -> Epoch:
    """Yield the steps of an epoch as the recipe of `transformers` takes them."""
    set_seed(seed)
    accelerator = Accelerator()
    tokenizer = AutoTokenizer.from_pretrained(options.encoder)
    model = AutoModelForTokenClassification.from_pretrained(options.encoder, num_labels=len(data.labels))
    rows = [features(tokenizer, sentence, data.labels) for sentence in data.train]
    collate = DataCollatorForTokenClassification(tokenizer)
    loader = DataLoader(rows, shuffle=True, collate_fn=collate, batch_size=options.batch_size)
    plain = ["bias", "LayerNorm.weight"]
    named = list(model.named_parameters())
    groups = [
        {"params": [w for n, w in named if not any(p in n for p in plain)], "weight_decay": WEIGHT_DECAY},
        {"params": [w for n, w in named if any(p in n for p in plain)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=options.learning_rate)
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    schedule = accelerator.prepare(get_scheduler("linear", optimizer, 0, len(loader)))
    model.train()
    for epoch in range(2):
        batches = iter(loader)
        for _ in range(WARMED if epoch == 0 else len(loader)):
            yield lambda batches=batches: _stepped(accelerator, model, optimizer, schedule, batches)
    accelerator.free_memory()


def features(tokenizer: Any, sentence: Sentence, labels: Sequence[str]) -> dict[str, list[int]]:
    """Return a sentence as the recipe's `tokenize_and_align_labels` does: the label of a word on its first piece."""
    encoded = tokenizer(list(sentence.words), is_split_into_words=True, truncation=True, max_length=128)
    aligned, before = [], None
    for word in encoded.word_ids():
        new = word is not None and word != before
        aligned.append(labels.index(sentence.tags[word]) if new else -100)
        before = word
    return {**encoded, "labels": aligned}


def _stepped(accelerator: Any, model: Any, optimizer: Any, schedule: Any, batches: Iterator[Any]) -> None:
    with accelerator.accumulate(model):
        loss = model(**next(batches)).loss
        accelerator.backward(loss)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()


if __name__ == "__main__":
    main()
