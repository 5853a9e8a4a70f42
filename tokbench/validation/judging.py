"""From runs to the answer: scores, mistakes, parts, intervals, differences and the verdict."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from tokbench.contracts import TaskPart
from tokbench.labelled.sentences import Findings, LabelledSet, Sentence
from tokbench.validation import answer, bootstrap
from tokbench.validation.answer import Answer, Result, Trial, figure
from tokbench.validation.counts import count, f1
from tokbench.validation.mistakes import kinds_of_mistakes
from tokbench.validation.outcome import Candidate, Costs, Run
from tokbench.validation.scores import Score, Scores, scores
from tokbench.validation.slices import by_pieces, by_seen, emptied, vocabulary
from tokbench.validation.verdict import verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGES = ("tokbench", "tokenizers", "transformers", "torch", "accelerate", "seqeval")


@dataclasses.dataclass(frozen=True)
class Judged:
    """A tokenizer with its runs, one for each seed, and the spans that it cuts."""

    candidate: Candidate
    runs: Sequence[Run]
    cut_spans: int = 0


def judge(
    judged: Sequence[Judged],
    data: LabelledSet,
    task: TaskPart,
    *,
    task_name: str,
    settings: Mapping[str, Any],
    notes: Sequence[str] = (),
) -> Answer:
    """Return the answer; the first of `judged` is the tokenizer that is validated."""
    scored = data.scored
    gold = data.split(scored)
    known = vocabulary(data.train)
    counts = [_counts(task, gold, one.runs) for one in judged]
    resampled = bootstrap.resample(counts)
    measured = [_measured(of_runs) for of_runs in counts]
    intervals = [bootstrap.interval(value, of) for value, of in zip(measured, resampled, strict=True)]
    results = [_result(task, gold, known, one, interval) for one, interval in zip(judged, intervals, strict=True)]
    comparisons = [
        bootstrap.compare(other.candidate.name, measured[0] - value, resampled[0], of)
        for other, value, of in zip(judged[1:], measured[1:], resampled[1:], strict=True)
    ]
    return Answer(
        task=task_name,
        metric=task.metric,
        scored=scored,
        scheme=data.findings[scored].scheme,
        data={split: _split(found) for split, found in data.findings.items()},
        results=results,
        comparisons=comparisons,
        verdict=verdict(judged[0].candidate.name, task.metric, intervals[0], comparisons, len(judged[0].runs)),
        notes=tuple(notes),
        settings=settings,
        versions={name: found for name in PACKAGES if (found := _version(name))},
    )


def _counts(task: TaskPart, gold: Sequence[Sentence], runs: Sequence[Run]) -> NDArray[np.int64]:
    import numpy as np

    tags = [sentence.tags for sentence in gold]
    return np.stack([count(task, tags, run.predictions) for run in runs])


def _measured(counts: NDArray[np.int64]) -> float:
    """Return the mean over the seeds."""
    return float(f1(counts.sum(axis=1)).mean())


def _result(
    task: TaskPart, gold: Sequence[Sentence], known: frozenset[str], judged: Judged, interval: bootstrap.Interval
) -> Result:
    tags = [sentence.tags for sentence in gold]
    of_runs = [scores(task, tags, run.predictions) for run in judged.runs]
    found = [task.found(sentence) for sentence in tags]
    mistakes = [kinds_of_mistakes(found, map(task.found, run.predictions)) for run in judged.runs]
    return Result(
        name=judged.candidate.name,
        source=_published(judged.candidate.source),
        score=interval,
        f1=figure([one.overall.f1 for one in of_runs]),
        precision=figure([one.overall.precision for one in of_runs]),
        recall=figure([one.overall.recall for one in of_runs]),
        accuracy=figure([one.accuracy for one in of_runs]),
        by_label=_mean([one.by_label for one in of_runs]),
        mistakes={kind: round(_average([one[kind] for one in mistakes]), 1) for kind in mistakes[0]},
        by_pieces=_mean([by_pieces(task, gold, run.predictions, run.pieces) for run in judged.runs]),
        by_seen=_mean([by_seen(task, gold, run.predictions, known) for run in judged.runs]),
        cut_spans=judged.cut_spans,
        spans=sum(map(len, found)),
        emptied=emptied(task, gold, judged.runs[0].pieces),
        costs=_costs([run.costs for run in judged.runs]),
        trials=[_trial(run, one) for run, one in zip(judged.runs, of_runs, strict=True)],
    )


def _trial(run: Run, found: Scores) -> Trial:
    return Trial(run.seed, found.overall.f1, run.best_step, run.curve, run.model)


def _mean(runs: Sequence[Mapping[str, Score]]) -> dict[str, Score]:
    """Return the mean scores over runs; a part that a run lacks, it neither had nor found."""
    none = Score(0.0, 0.0, 0.0, 0)
    names = sorted({name for run in runs for name in run})
    return {name: _mean_score([run.get(name, none) for run in runs]) for name in names}


def _mean_score(found: Sequence[Score]) -> Score:
    return Score(
        _average([one.precision for one in found]),
        _average([one.recall for one in found]),
        _average([one.f1 for one in found]),
        max(one.support for one in found),
    )


def _costs(costs: Sequence[Costs]) -> Costs:
    """Return the costs over seeds: only the speed differs."""
    return dataclasses.replace(
        costs[0],
        training_words_per_second=_average([one.training_words_per_second for one in costs]),
        inference_words_per_second=_average([one.inference_words_per_second for one in costs]),
    )


def _average(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _split(found: Findings) -> answer.Split:
    told = (found.sentences, found.words, found.documents, found.mended, found.unlearned)
    return answer.Split(_published(found.source), *told)


def _published(source: str) -> str:
    """Return a path without where it lies on this machine: ``/home/ada/ner/all.conll → ner/all.conll``."""
    return re.sub(r"\S*/(?=[^/\s]+/[^/\s]+$)", "", source)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
