"""Model parts for the tests of trainers, and helpers to look into what was trained."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tokenizers import models

from tokbench.contracts import Note, Progress


@dataclass(frozen=True)
class Part:
    """A model part as anyone may write it: only `build`."""

    make: Callable[[], models.Model]
    unk_token: str | None = None

    def build(self) -> models.Model:
        return self.make()


class Notes:
    """A report that keeps the notes and counts the rest."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.progress: list[Progress] = []

    def __call__(self, event: Progress | Note) -> None:
        if isinstance(event, Note):
            self.texts.append(event.text)
        else:
            self.progress.append(event)


def state(model: models.Model) -> dict[str, Any]:
    """Return a model as it would be saved."""
    saved: dict[str, Any] = json.loads(model.__getstate__())
    return saved


def tokens(model: models.Model) -> list[str]:
    """Return the vocabulary by id."""
    vocabulary = state(model)["vocab"]
    assert sorted(vocabulary.values()) == list(range(len(vocabulary)))
    return sorted(vocabulary, key=vocabulary.__getitem__)
