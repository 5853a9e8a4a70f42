"""What learns: a model with a candidate's tokenizer, the labels, and the sentences as it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accelerate import Accelerator
from accelerate.utils import set_seed

from tokbench.contracts import Note, Report
from tokbench.errors import UserError
from tokbench.labelled.sentences import LabelledSet
from tokbench.validation import loading
from tokbench.validation.batching import Padding
from tokbench.validation.outcome import Candidate, Costs
from tokbench.validation.settings import Pieces, Settings, TrainingSettings
from tokbench.validation.transfer import Origins, transferred
from tokbench.validation.windows import Encoded, Windowing, continued

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

WIDTH = 8
"""What widths of batches are rounded up to on a GPU, whose matrices like it."""


@dataclass
class Learner:
    """A model and its tokenizer, before training or after; `data` is the set, `train`, … are its splits encoded.

    `old` is the checkpoint's tokenizer, and `sources` where the vectors are from, where its vocabulary was replaced.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerFast
    labels: Sequence[str]
    windowing: Windowing
    padding: Padding
    data: LabelledSet
    train: Encoded
    dev: Encoded
    test: Encoded
    old: PreTrainedTokenizerFast | None = None
    sources: Origins | None = None

    @property
    def scored(self) -> Encoded:
        """Return the split that is scored: test, or dev where there is no test."""
        return self.test if self.data.test else self.dev

    def costs(self, training: float, inference: float) -> Costs:
        """Return what the tokenizer costs; the rates are words a second."""
        words = sum(map(len, self.train.pieces))
        return Costs(
            pieces_per_word=sum(map(sum, self.train.pieces)) / words,
            mean_length=sum(self.train.lengths) / len(self.train.lengths),
            max_length=max(self.train.lengths),
            truncated=self.train.cut,
            embedding_parameters=loading.table_of(self.model).numel(),
            training_words_per_second=training,
            inference_words_per_second=inference,
        )


def set_up(
    settings: Settings, candidate: Candidate, data: LabelledSet, accelerator: Accelerator, seed: int, report: Report
) -> Learner:
    """Return the learner of a candidate, its vocabulary transferred where the checkpoint has another."""
    tokenizer = loading.tokenizer_of(candidate)
    labels = learned(data.labels, settings.training.pieces)
    set_seed(seed)
    model = loading.load_model(settings.model, labels, tokenizer, settings.training.window)
    old, sources = _other_tokenizer(settings, tokenizer, candidate.trusted), None
    if old is not None:
        model, sources = transferred(model, old, tokenizer, settings.transfer.method, seed)
        report(Note(f"{candidate.name}: {sources}"))
    if settings.model.frozen:
        loading.encoder_of(model).requires_grad_(False)
    size = loading.longest_input(model, tokenizer, settings.training.window)
    windowing = _windowing(settings.training, candidate, tokenizer, labels, size)
    train, dev, test = (windowing.encode(split) for split in (data.train, data.dev, data.test))
    padding = _padding(tokenizer, accelerator)
    return Learner(model, tokenizer, labels, windowing, padding, data, train, dev, test, old, sources)


def learned(labels: Sequence[str], pieces: Pieces) -> list[str]:
    """Return the labels that the model learns: where all pieces are labelled, each `B-` needs its `I-` too."""
    inside = [continued(label) for label in labels] if pieces == "all" else []
    return list(dict.fromkeys([*labels, *inside]))


def _other_tokenizer(
    settings: Settings, tokenizer: PreTrainedTokenizerFast, trusted: bool
) -> PreTrainedTokenizerFast | None:
    """Return the checkpoint's tokenizer; None where it has the same vocabulary, or there is no checkpoint."""
    if not settings.model.checkpoint:
        return None
    model = settings.model
    old = loading.load_tokenizer(model.checkpoint, model.revision, trust_remote_code=trusted)
    return None if old.get_vocab() == tokenizer.get_vocab() else old


def _windowing(
    training: TrainingSettings,
    candidate: Candidate,
    tokenizer: PreTrainedTokenizerFast,
    labels: Sequence[str],
    size: int,
) -> Windowing:
    backend = tokenizer.backend_tokenizer
    room = size - backend.num_special_tokens_to_add(is_pair=False)
    if room <= training.stride:
        raise UserError(
            f"training.stride: {training.stride} tokens leave no room in windows of {room}, which is what the model and"
            f" '{candidate.name}' allow; try training.stride={max(room // 4, 0)}"
        )
    ids = {label: number for number, label in enumerate(labels)}
    return Windowing(backend, ids, size, training.stride, training.pieces)


def _padding(tokenizer: PreTrainedTokenizerFast, accelerator: Accelerator) -> Padding:
    token = tokenizer.pad_token_id
    takes_types = "token_type_ids" in tokenizer.model_input_names
    return Padding(0 if token is None else token, takes_types, WIDTH if accelerator.device.type == "cuda" else 1)
