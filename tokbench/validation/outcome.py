"""What a fine-tuning leaves: the predicted tags, the curve, and what the tokenizer cost; plain numbers, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A tokenizer that takes part in a validation: the one to prove, or a baseline."""

    name: str
    """What tables and figures call it, unlike that of any other candidate of the run."""
    source: str
    """A folder, or the id of a repository on the Hub."""
    revision: str | None = None
    """The revision on the Hub."""
    trusted: bool = False
    """Whether Python code that the tokenizer carries may run, and code of the checkpoint's own tokenizer too."""


@dataclass(frozen=True)
class Point:
    """A place on the learning curve: after `step` updates, in `epoch` (a fraction counts), the loss since the last."""

    step: int
    epoch: float
    loss: float
    dev_score: float | None = None
    """None where only the loss was looked at."""


@dataclass(frozen=True)
class Costs:
    """What a tokenizer costs the model: measured on the words of the training split, and while the model ran."""

    pieces_per_word: float
    mean_length: float
    """Pieces a sentence, special tokens included, before sentences are cut into windows."""
    max_length: int
    truncated: int
    """Sentences longer than the model's window; they are split, no word is lost."""
    embedding_parameters: int
    training_words_per_second: float
    inference_words_per_second: float


@dataclass(frozen=True)
class Run:
    """One fine-tuning with one tokenizer and one seed.

    `predictions` are of the scored split: for each sentence, in order, one tag a word. `pieces` tells, in the same
    shape, into how many pieces the tokenizer cut each word; 0 where it emitted nothing.
    """

    tokenizer: str
    """The name of the candidate."""
    seed: int
    predictions: Sequence[Sequence[str]]
    pieces: Sequence[Sequence[int]]
    curve: Sequence[Point]
    costs: Costs
    best_step: int = 0
    """The step whose weights were kept: the best on the dev split."""
    model: str | None = None
    """The folder of the fine-tuned model, where it was saved."""
    shortened: bool = False
    """Whether the budget ended it before all of its updates."""
