"""Precision, recall and F1 of a split, by label and overall, and the accuracy of its tags.

Spans are scored by `seqeval` (strict IOB2), which is how published figures are made; labels of words are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tokbench.contracts import TaskPart
from tokbench.errors import UserError
from tokbench.labelled.sentences import OUTSIDE

Tags = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Score:
    """How well one label, or all of them, were found; `support` is how many there are to find."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Scores:
    """The scores of a run: overall (micro-averaged), by label, and the share of words whose tag is right."""

    overall: Score
    by_label: Mapping[str, Score]
    accuracy: float


def scores(task: TaskPart, gold: Tags, predicted: Tags) -> Scores:
    """Return the scores of the predicted tags."""
    by_label = _by_seqeval(task, gold, predicted) if task.spans else _by_counting(task, gold, predicted)
    overall = by_label.pop("micro avg")
    return Scores(overall, dict(sorted(by_label.items())), _accuracy(gold, predicted))


def require_seqeval() -> None:
    """Raise `UserError` with the line that installs it, where `seqeval` is missing or lacks what it needs."""
    try:
        import seqeval.metrics  # noqa: F401
    except ImportError as error:
        raise UserError(
            f"spans are scored by seqeval, which cannot be imported ({error}); pip install 'tokbench[validate]'"
        ) from error


def _by_seqeval(task: TaskPart, gold: Tags, predicted: Tags) -> dict[str, Score]:
    """Return the scores of what the task finds in the tags, written as IOB2 again."""
    require_seqeval()
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    there, said = ([_iob2(task.found(tags), len(tags)) for tags in split] for split in (gold, predicted))
    if not any(tag != OUTSIDE for tags in (*there, *said) for tag in tags):  # on which seqeval fails
        return {"micro avg": score_of(0, 0, 0)}
    report = classification_report(there, said, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    return {
        label: Score(float(row["precision"]), float(row["recall"]), float(row["f1-score"]), int(row["support"]))
        for label, row in report.items()
        if label not in ("macro avg", "weighted avg")
    }


def _iob2(found: Sequence[tuple[str, int, int]], length: int) -> list[str]:
    """Return spans as tags: ``[(PER, 0, 2)], 3 → B-PER I-PER O``."""
    tags = [OUTSIDE] * length
    for label, start, end in found:
        tags[start:end] = [f"B-{label}", *[f"I-{label}"] * (end - start - 1)]
    return tags


def _by_counting(task: TaskPart, gold: Tags, predicted: Tags) -> dict[str, Score]:
    """Return the scores of labels of words, and of all of them as `micro avg`."""
    hits: Counter[str] = Counter()
    there: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for right, guess in zip(map(task.found, gold), map(task.found, predicted), strict=True):
        there.update(label for label, *_ in right)
        said.update(label for label, *_ in guess)
        hits.update(label for label, *_ in set(right) & set(guess))
    by_label = {label: score_of(hits[label], said[label], there[label]) for label in there | said}
    return {**by_label, "micro avg": score_of(hits.total(), said.total(), there.total())}


def score_of(hits: int, said: int, there: int) -> Score:
    """Return the score of what was found rightly, what was said, and what was there."""
    return Score(hits / max(said, 1), hits / max(there, 1), 2 * hits / max(said + there, 1), there)


def _accuracy(gold: Tags, predicted: Tags) -> float:
    pairs = [
        (right, said)
        for tags, guess in zip(gold, predicted, strict=True)
        for right, said in zip(tags, guess, strict=True)
    ]
    return sum(right == said for right, said in pairs) / max(len(pairs), 1)
