"""What a fine-tuned model finds in a text that nobody labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokbench.carried.consent import require_consent
from tokbench.errors import UserError
from tokbench.validation.answer import read_answer
from tokbench.validation.requirements import require_torch


@dataclass(frozen=True)
class Entity:
    """A stretch of text with a label; `score` is the model's own probability."""

    start: int
    end: int
    label: str
    score: float


def find(folder: Path, text: str, *, trust_remote_code: bool = False) -> Sequence[Entity]:
    """Return what the model that a validation left in `folder` finds: ``My name is Ada`` → (11, 14, PER).

    It is the model of the validated tokenizer, with its first seed, run by the `pipeline` of stock `transformers`.
    Python that the tokenizer carries runs only with `trust_remote_code`; raises `ArtifactError` where it may not.
    """
    require_torch()
    model = model_of(folder)
    carries = require_consent(model, trust_remote_code)
    from transformers import pipeline

    from tokbench.validation.loading import quiet

    with quiet():
        label = pipeline(
            "token-classification", model=str(model), aggregation_strategy="simple", trust_remote_code=carries
        )
        found = label(text)
    return [Entity(int(one["start"]), int(one["end"]), one["entity_group"], float(one["score"])) for one in found]


def model_of(folder: Path) -> Path:
    """Return the folder of the model; raises `UserError` where it is not there any more."""
    place = folder / (read_answer(folder)["results"][0]["trials"][0]["model"] or "")
    if not (place / "config.json").is_file():
        raise UserError(f"the model that the validation left is not at {place}; run 'tokbench validate' again")
    return place
