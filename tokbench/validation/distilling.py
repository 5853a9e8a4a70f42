"""Train the vectors of new tokens until the encoder says of each word what it said with the old tokenizer.

    old: hyper ##tension is …     the encoder's mean over the pieces of "hypertension"
    new: hypertension is …        is what its answer for the new token is drawn to

After Dobler, Elliott and de Melo, "Token Distillation: Attention-Aware Input Embeddings for New Tokens", 2025: nothing
but the vectors of tokens that the old vocabulary lacks is trained. Theirs compares the positions behind a new token in
a model that reads to the right; ours, for encoders, compares words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from tokbench.contracts import Progress, Report
from tokbench.validation import loading
from tokbench.validation.batching import Padding, Tensors, endless
from tokbench.validation.stepping import Part, Stepper
from tokbench.validation.windows import NOWHERE, Window

if TYPE_CHECKING:
    from accelerate import Accelerator

    from tokbench.validation.learner import Learner
    from tokbench.validation.settings import Settings

Pair = tuple[Window, Window]
"""A sentence as the old tokenizer cuts it, and as the new one does."""


def distill(settings: Settings, learner: Learner, accelerator: Accelerator, seed: int, report: Report) -> None:
    """Train the vectors of the learner's new tokens for `transfer.distillation_steps` updates."""
    transfer, training = settings.transfer, settings.training
    teacher, taught = _teacher(settings, learner)
    pairs = _pairs(taught, learner.train.windows)
    encoder = loading.encoder_of(learner.model)
    with _only_new_tokens(learner):
        steps = transfer.distillation_steps
        still = replace(training, weight_decay=0.0)  # which would move the vectors that are to stay
        stepper = Stepper.of(accelerator, encoder, still, steps, transfer.distillation_learning_rate)
        lesson = _Lesson(replace(stepper, loss=word_loss, dropout=False), teacher.to(accelerator.device), learner)
        batches = endless([len(new.ids) for _, new in pairs], training.batch_size, seed)
        for step, batch in zip(range(steps), batches, strict=False):
            lesson.learn([pairs[index] for index in batch])
            report(Progress("distillation", step + 1, steps, "updates"))
    accelerator.free_memory()


def word_loss(encoder: torch.nn.Module, inputs: Tensors, targets: torch.Tensor) -> torch.Tensor:
    """Return the sum over words of the mean squared distance of the encoder's answer from the targets.

    `inputs` also has `owners` (rows, width), the word of each token; `targets` is (rows, words, dimensions), not a
    number where there is nothing to compare with.
    """
    owners = inputs["owners"]
    hidden = encoder(**{name: values for name, values in inputs.items() if name != "owners"}).last_hidden_state
    differences = word_means(hidden.float(), owners, targets.shape[1]) - targets
    # Put to zero before they are squared: behind that, the gradient of what is not a number is none either.
    return torch.where(differences.isnan(), 0.0, differences).square().mean(dim=-1).sum()


def word_means(hidden: torch.Tensor, owners: torch.Tensor, words: int) -> torch.Tensor:
    """Return the mean over the tokens of each word (rows, words, dimensions); of words without one, not a number."""
    rows, _, dimensions = hidden.shape
    owned = owners != NOWHERE
    place = (owners + torch.arange(rows, device=owners.device)[:, None] * words)[owned]
    sums = hidden.new_zeros(rows * words, dimensions).index_add(0, place, hidden[owned])
    counts = hidden.new_zeros(rows * words).index_add(0, place, torch.ones_like(place, dtype=hidden.dtype))
    means = torch.where(counts[:, None] > 0, sums / counts.clamp(min=1)[:, None], torch.nan)
    return means.view(rows, words, dimensions)


@dataclass(frozen=True)
class _Lesson:
    """One who learns from another, word by word."""

    stepper: Stepper
    teacher: torch.nn.Module
    learner: Learner

    def learn(self, pairs: Sequence[Pair]) -> None:
        """Update the vectors once."""
        self.stepper.step(self._parts(pairs), sum(len(set(new.owners) - {NOWHERE}) for _, new in pairs))

    def _parts(self, pairs: Sequence[Pair]) -> Iterator[Part]:
        for share in self.stepper.shares(len(pairs)):
            old, new = zip(*(pairs[index] for index in share or [-1]), strict=True)
            words = 1 + max(max(window.owners) for window in (*old, *new))
            targets = self._targets(old, words)
            yield self._inputs(new, self.learner.padding), targets if share else torch.full_like(targets, torch.nan)

    def _targets(self, windows: Sequence[Window], words: int) -> torch.Tensor:
        device = self.stepper.accelerator.device
        inputs = {name: values.to(device) for name, values in self._inputs(windows, self._old_padding).items()}
        owners = inputs.pop("owners")
        with torch.no_grad(), self.stepper.accelerator.autocast():
            return word_means(self.teacher(**inputs).last_hidden_state.float(), owners, words)

    @property
    def _old_padding(self) -> Padding:
        old = self.learner.old
        return replace(self.learner.padding, token=(old.pad_token_id or 0) if old else 0)

    def _inputs(self, windows: Sequence[Window], padding: Padding) -> Tensors:
        return {**padding.inputs(windows), "owners": padding.stacked([window.owners for window in windows], NOWHERE)}


def _teacher(settings: Settings, learner: Learner) -> tuple[torch.nn.Module, Sequence[Window]]:
    """Return the checkpoint's encoder as it was, and the training split as its own tokenizer cuts it."""
    if learner.old is None:
        raise ValueError("distill needs a learner that has another vocabulary than its checkpoint")
    size = settings.training.window
    model = loading.load_model(settings.model, learner.labels, learner.old, size)
    size = loading.longest_input(model, learner.old, size)
    windowing = replace(learner.windowing, tokenizer=learner.old.backend_tokenizer, size=size)
    return loading.encoder_of(model).eval().requires_grad_(False), windowing.encode(learner.data.train).windows


def _pairs(old: Sequence[Window], new: Sequence[Window]) -> list[Pair]:
    """Return the sentences that both tokenizers leave in one window, and cut into tokens at all."""
    whole = [{window.sentence: window for window in windows if _is_whole(window)} for windows in (old, new)]
    cut = [{w.sentence for w, after in pairwise(windows) if w.sentence == after.sentence} for windows in (old, new)]
    kept = sorted((whole[0].keys() & whole[1].keys()) - cut[0] - cut[1])
    return [(whole[0][sentence], whole[1][sentence]) for sentence in kept]


def _is_whole(window: Window) -> bool:
    return any(owner != NOWHERE for owner in window.owners)


@contextmanager
def _only_new_tokens(learner: Learner) -> Iterator[None]:
    """Let nothing learn but the vectors of tokens that the old vocabulary lacks."""
    learned = {name: weights.requires_grad for name, weights in learner.model.named_parameters()}
    table = loading.table_of(learner.model)
    kept = torch.tensor(sorted(learner.sources.kept if learner.sources else ()), dtype=torch.long)
    new = torch.ones(len(table), 1).index_fill(0, kept, 0.0)
    learner.model.requires_grad_(False)
    table.requires_grad_(True)
    hook = table.register_hook(lambda gradient: gradient * new.to(gradient.device))  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        hook.remove()
        for name, weights in learner.model.named_parameters():
            weights.requires_grad_(learned[name])
