"""Run HF's training where Ctrl-C can stop it.

HF's training keeps the thread that called it until it is done, deaf to signals. So it runs in a thread of its own,
and the caller waits in short steps: an interrupt ends the wait at once, and the flow of text with it. Merging that
has begun cannot be stopped; its thread is left to the end of the process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any

from tokenizers import Tokenizer, models

from tokbench.contracts import Progress, Report
from tokbench.trainers.checks import require_words

STEP = 0.1
"""Seconds between two looks at the training thread."""


def train_interruptibly(
    tokenizer: Tokenizer, model: models.Model, texts: Iterable[str], trainer: Any, report: Report
) -> None:
    """Train `model` in place on the words that `tokenizer`'s normalizer and pre-tokenizer make of the texts.

    Raises what reading the texts raises, `TrainingError` where there are none, `KeyboardInterrupt` within a second.
    """
    training = _Training(_with_model(tokenizer, model), texts, trainer)
    training.start()
    try:
        while training.is_alive():
            training.join(STEP)
            report(Progress("train", training.documents, None, "documents"))
    except BaseException:
        training.stopped = True
        raise
    if training.error is not None:
        raise training.error
    require_words(training.documents)


def _with_model(tokenizer: Tokenizer, model: models.Model) -> Tokenizer:
    """Return a tokenizer with the normalizer and pre-tokenizer of another; components in Python are shared."""
    fresh = Tokenizer(model)
    if tokenizer.normalizer is not None:
        fresh.normalizer = tokenizer.normalizer
    if tokenizer.pre_tokenizer is not None:
        fresh.pre_tokenizer = tokenizer.pre_tokenizer
    return fresh


class _Training(threading.Thread):
    """The thread that trains; `documents` counts the texts that HF has taken."""

    def __init__(self, tokenizer: Tokenizer, texts: Iterable[str], trainer: Any) -> None:
        super().__init__(name="tokbench-hf-training", daemon=True)
        self.documents = 0
        self.stopped = False
        self.error: BaseException | None = None
        self._tokenizer = tokenizer
        self._texts = texts
        self._trainer = trainer

    def run(self) -> None:
        try:
            self._tokenizer.train_from_iterator(self._counted(), self._trainer)
        except BaseException as error:
            # Not swallowed: the waiting thread raises what the texts or HF raised. The first error is the cause.
            self.error = self.error or error

    def _counted(self) -> Iterator[str]:
        try:
            for text in self._texts:
                if self.stopped:
                    return
                self.documents += 1
                yield text
        except Exception as error:
            self.error = error
            raise
