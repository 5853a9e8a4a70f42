"""Train a model on the words of the training split alone, before it is fine-tuned: masked language modeling.

    the dog slept  →  the [MASK] slept, and "dog" is to be told

As Devlin, Chang, Lee and Toutanova, "BERT", 2019: of the tokens that are drawn, 80 % are masked, 10 % become another
token, and 10 % stay. What is drawn depends on the seed and on the number of the batch alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tokbench.contracts import Progress, Report
from tokbench.errors import UserError
from tokbench.validation import loading
from tokbench.validation.batching import endless
from tokbench.validation.stepping import Stepper
from tokbench.validation.transfer import transferred
from tokbench.validation.windows import IGNORED, Window

if TYPE_CHECKING:
    from accelerate import Accelerator
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from tokbench.validation.learner import Learner
    from tokbench.validation.settings import Settings

MASKED, REPLACED = 0.8, 0.1


def train_masked(settings: Settings, learner: Learner, accelerator: Accelerator, seed: int, report: Report) -> None:
    """Train the learner's encoder for `transfer.masked_steps` updates, in a masked language model of its own.

    Raises `UserError` where the tokenizer has no mask token, or the architecture no such model.
    """
    mask = learner.tokenizer.mask_token_id
    if mask is None:
        raise UserError("transfer.masked_steps: the tokenizer has no mask token; give it one, or leave these steps out")
    model = _masked_model(settings, learner, seed)
    transfer, training = settings.transfer, settings.training
    steps = transfer.masked_steps
    stepper = Stepper.of(accelerator, model, training, steps, transfer.masked_learning_rate)
    windows = learner.train.windows
    batches = endless([len(window.ids) for window in windows], training.batch_size, seed)
    for step, batch in zip(range(steps), batches, strict=False):
        rng = np.random.default_rng((seed, step))
        hidden = [hide(windows[index], mask, learner.tokenizer, transfer.masked_share, rng) for index in batch]
        stepper.learn(hidden, learner.padding)
        report(Progress("masked language modeling", step + 1, steps, "updates"))
    accelerator.free_memory()
    trained = loading.encoder_of(accelerator.unwrap_model(stepper.model)).state_dict()
    own = loading.encoder_of(learner.model)
    own.load_state_dict({name: trained[name].cpu() for name in own.state_dict()})


def hide(
    window: Window, mask: int, tokenizer: PreTrainedTokenizerFast, share: float, rng: np.random.Generator
) -> Window:
    """Return the window with some of its tokens hidden, and these as its labels; special tokens are never hidden."""
    ids = np.array(window.ids)
    own = ~np.isin(ids, tokenizer.all_special_ids)
    drawn = own & (rng.random(len(ids)) < share)
    chance = rng.random(len(ids))
    others = rng.integers(len(tokenizer), size=len(ids))
    changed = np.where(chance < MASKED, mask, np.where(chance < MASKED + REPLACED, others, ids))
    return replace(
        window, ids=np.where(drawn, changed, ids).tolist(), labels=np.where(drawn, ids, IGNORED).tolist(), answers=()
    )


def _masked_model(settings: Settings, learner: Learner, seed: int) -> PreTrainedModel:
    """Return a masked language model around the encoder as it is: the checkpoint's head, or a new one."""
    if not settings.model.checkpoint:
        model = loading.new_masked_model(learner.model.config)
    else:
        model = loading.load_masked_model(settings.model)
        if learner.old is not None:
            model, _ = transferred(model, learner.old, learner.tokenizer, settings.transfer.method, seed)
    known = loading.encoder_of(learner.model).state_dict()
    loading.encoder_of(model).load_state_dict(known, strict=False)  # some have a pooler, which labels need not
    return model
