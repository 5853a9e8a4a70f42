"""Predict the tag of every word, each in the window that answers for it, once, by however many processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import gather_object

from tokbench.labelled.sentences import OUTSIDE
from tokbench.validation.batching import Padding, by_length
from tokbench.validation.windows import Encoded, Window, continued

FORWARD = 2
"""How many more windows fit into memory where no gradients are kept."""


def predict(
    accelerator: Accelerator, model: Any, encoded: Encoded, padding: Padding, batch_size: int, labels: Sequence[str]
) -> list[list[str]]:
    """Return the tags of each sentence, one a word.

    A word for which the tokenizer emitted nothing, such as a space, gets no answer and stays "O". That is right where
    nothing is labelled and an error inside a span; other words of the span do not make up for it.
    Every process computes its share of the batches, and all get the whole.
    """
    windows = encoded.windows
    batches = by_length([len(window.ids) for window in windows], batch_size * FORWARD)
    own = accelerator.unwrap_model(model).eval()  # processes may have unlike many batches, which DDP would wait for
    shares = [
        (index, answer)
        for batch in batches[accelerator.process_index :: accelerator.num_processes]
        for index, answer in zip(batch, _answers(accelerator, own, [windows[i] for i in batch], padding), strict=True)
    ]
    answered = dict(gather_object(shares))
    tags = [[OUTSIDE] * len(pieces) for pieces in encoded.pieces]
    for index, window in enumerate(windows):
        _write(tags[window.sentence], window, [labels[number] for number in answered[index]])
    return tags


def _answers(accelerator: Accelerator, model: Any, windows: Sequence[Window], padding: Padding) -> list[list[int]]:
    with torch.inference_mode():
        inputs = {name: values.to(accelerator.device) for name, values in padding.inputs(windows).items()}
        best = model(**inputs).logits.argmax(dim=-1).cpu().numpy()
    return [
        row[[place for place, _ in window.answers]].tolist() if window.answers else []
        for row, window in zip(best, windows, strict=True)
    ]


def _write(tags: list[str], window: Window, answers: Sequence[str]) -> None:
    """Put the answers of a window in their places; a word that shares the token of the one before continues it."""
    before = -1
    for (place, word), answer in zip(window.answers, answers, strict=True):
        tags[word] = continued(answer) if place == before else answer
        before = place
