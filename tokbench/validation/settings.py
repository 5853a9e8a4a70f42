"""What a fine-tuning may be told: the model, how a new vocabulary meets it, and how it is trained.

Each class is a table of the validation's TOML file; its fields are the keys, read as the options of a part are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

Architecture = Literal["bert", "modernbert"]
Size = Literal["tiny", "small", "base"]
Method = Literal["fvt", "mean", "random", "distillation"]
Pieces = Literal["first", "all"]
Schedule = Literal["linear", "cosine", "constant"]
Precision = Literal["no", "fp16", "bf16"]


@dataclass(frozen=True)
class ModelSettings:
    """The model that learns the task.

    checkpoint: a folder or an id of the Hub that `AutoModelForTokenClassification` loads; empty: a new model
    revision: the revision on the Hub
    architecture: what a new model is
    size: how large a new model is
    frozen: train the classifier alone, on an encoder that stays as it is (linear probing)
    dropout: every dropout of the model; not given, those of its own configuration
    """

    checkpoint: str = ""
    revision: str | None = None
    architecture: Architecture = "bert"
    size: Size = "tiny"
    frozen: bool = False
    dropout: float | None = None

    def __post_init__(self) -> None:
        if self.revision is not None and not self.checkpoint:
            raise ValueError("revision needs a checkpoint")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise ValueError("dropout must be from 0 to below 1")


@dataclass(frozen=True)
class TransferSettings:
    """How a vocabulary that the checkpoint does not know gets its vectors.

    method: where a new token starts: `fvt`, the mean of the old tokenizer's pieces of its text; `mean`, the mean of
      all old vectors; `random`, drawn as these are spread; `distillation`, FVT, and then training that makes the
      encoder say of each word what it said with the old tokenizer
    distillation_steps: how many steps of `distillation`
    distillation_learning_rate: the step size of these
    masked_steps: steps of masked language modeling on the training text before fine-tuning; 0: none
    masked_learning_rate: the step size of these
    masked_share: the share of the tokens that is masked
    """

    method: Method = "fvt"
    distillation_steps: int = 500
    distillation_learning_rate: float = 1e-3
    masked_steps: int = 0
    masked_learning_rate: float = 1e-4
    masked_share: float = 0.15

    def __post_init__(self) -> None:
        _not_negative(self, "distillation_steps", "masked_steps")
        _positive(self, "distillation_learning_rate", "masked_learning_rate")
        if not 0 < self.masked_share < 1:
            raise ValueError("masked_share must be between 0 and 1")


@dataclass(frozen=True)
class TrainingSettings:
    """How the model is fine-tuned.

    epochs: how often the training split is seen; a fraction counts
    batch_size: windows to one update, shared by all processes and all parts of `accumulation`
    learning_rate: the highest step size of AdamW
    weight_decay: AdamW's, on all but biases and norms
    schedule: how the step size falls after the warm-up
    warmup: the share of the updates over which the step size rises
    max_norm: the longest gradient, longer ones are clipped; 0: none is
    pieces: which pieces of a word carry its label: its first, or all (`B-` becomes `I-` inside the word)
    window: the most tokens that the model sees at once, where it allows as many
    stride: the tokens that two windows of a longer sentence share
    evaluate_every: updates between looks at the dev split; 0: after each epoch
    early_stopping: looks without a better dev score after which training stops, and the best model is kept;
      0: train to the end, and keep the last
    checkpoint_every: updates between checkpoints; 0: one at each look at the dev split
    accumulation: the parts in which an update is computed, to save memory
    precision: mixed precision; not given, as Accelerate is configured
    trackers: what Accelerate logs to, such as `tensorboard`
    """

    epochs: float = 3.0
    batch_size: int = 32
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    schedule: Schedule = "linear"
    warmup: float = 0.1
    max_norm: float = 1.0
    pieces: Pieces = "all"
    window: int = 512
    stride: int = 64
    evaluate_every: int = 0
    early_stopping: int = 0
    checkpoint_every: int = 0
    accumulation: int = 1
    precision: Precision | None = None
    trackers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _positive(self, "epochs", "batch_size", "learning_rate", "window", "accumulation")
        _not_negative(
            self, "weight_decay", "max_norm", "stride", "evaluate_every", "early_stopping", "checkpoint_every"
        )
        if self.stride >= self.window:
            raise ValueError("stride must be smaller than the window")
        if not 0 <= self.warmup <= 1:
            raise ValueError("warmup must be from 0 to 1, a share of the updates")


@dataclass(frozen=True)
class Settings:
    """All that `fine_tune` may be told."""

    model: ModelSettings = field(default_factory=ModelSettings)
    transfer: TransferSettings = field(default_factory=TransferSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)


def _positive(settings: object, *names: str) -> None:
    for name in names:
        if not 0 < getattr(settings, name) < math.inf:
            raise ValueError(f"{name} must be above 0")


def _not_negative(settings: object, *names: str) -> None:
    for name in names:
        if not 0 <= getattr(settings, name) < math.inf:
            raise ValueError(f"{name} must be 0 or more")
