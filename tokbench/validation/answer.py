"""What a validation says: every figure of every tokenizer, the differences with their intervals, and a verdict.

Plain data: `validation.json` is this, as JSON.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokbench.errors import UserError
from tokbench.validation.bootstrap import Comparison, Interval
from tokbench.validation.outcome import Costs, Point
from tokbench.validation.scores import Score
from tokbench.validation.slices import Emptied

FORMAT = 1
FILE = "validation.json"


@dataclass(frozen=True)
class Figure:
    """A figure over several seeds: mean, standard deviation (0 for one seed), and the value of each."""

    mean: float
    deviation: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class Trial:
    """One run of a tokenizer: its seed, its score, how it learned, where its model is."""

    seed: int
    score: float
    best_step: int
    curve: Sequence[Point]
    model: str | None


@dataclass(frozen=True)
class Result:
    """What one tokenizer reached, over all seeds."""

    name: str
    source: str
    score: Interval
    """The mean over the seeds; the interval tells of other sentences, and of other seeds where there are several."""
    f1: Figure
    precision: Figure
    recall: Figure
    accuracy: Figure
    by_label: Mapping[str, Score]
    mistakes: Mapping[str, float]
    by_pieces: Mapping[str, Score]
    by_seen: Mapping[str, Score]
    cut_spans: int
    """Spans with an edge inside a token: this tokenizer cannot mark them exactly."""
    spans: int
    emptied: Emptied
    costs: Costs
    trials: Sequence[Trial]


@dataclass(frozen=True)
class Split:
    """A split as it was read."""

    source: str
    sentences: int
    words: int
    documents: int
    mended: Mapping[str, int]
    unlearned: Mapping[str, int] = field(default_factory=dict)
    """Labels that the training split lacks, so that no model can find them, with how many spans or words have each."""


@dataclass(frozen=True)
class Answer:
    """The whole answer: the first result is the tokenizer that was validated, the others are its baselines."""

    task: str
    metric: str
    scored: str
    """`test`, or `dev` where there is no test split."""
    scheme: str
    data: Mapping[str, Split]
    results: Sequence[Result]
    comparisons: Sequence[Comparison]
    verdict: str
    notes: Sequence[str]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    format: int = field(default=FORMAT, kw_only=True)

    @property
    def unlearned(self) -> Mapping[str, int]:
        """Return the labels of the scored split that the training split lacks, with how many have each."""
        return self.data[self.scored].unlearned

    def to_json(self) -> str:
        """Return what `validation.json` holds."""
        return json.dumps(_rounded(dataclasses.asdict(self)), ensure_ascii=False, indent=2) + "\n"


def read_answer(folder: Path) -> Mapping[str, Any]:
    """Return `validation.json` of a folder; raises `UserError` where there is none that can be read."""
    path = folder / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{folder} holds no validation; run 'tokbench validate' first") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UserError(f"{path} is not of the format {FORMAT}; validate again")
    return found


def figure(values: Sequence[float]) -> Figure:
    """Return the mean and the standard deviation of a sample."""
    import statistics

    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return Figure(statistics.fmean(values), deviation, tuple(values))


def _rounded(value: Any) -> Any:
    """Return the value with numbers of six digits: more say nothing, and differ from machine to machine."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
