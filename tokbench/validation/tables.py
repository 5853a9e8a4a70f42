"""The answer as tables of text: a column for each tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tokbench.validation.answer import Answer, Figure, Result
from tokbench.validation.bootstrap import Comparison
from tokbench.validation.scores import Score

MOST_LABELS = 20


@dataclass(frozen=True)
class Table:
    """Headings and rows of cells."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def tables(answer: Answer) -> list[Table]:
    """Return the tables: figures and costs; mistakes; F1 by label; the metric by pieces and by what training has seen.

    Where each word has a label of its own, F1 over words of one kind is their accuracy, and is called so; over those of
    one label it is F1.
    """
    results = answer.results
    names = [result.name for result in results]
    parts = {
        "F1 by label": _labels(results),
        f"{answer.metric} by pieces": [result.by_pieces for result in results],
        f"{answer.metric} by words": [result.by_seen for result in results],
    }
    whole = Table([f"on {answer.scored}", *names], list(_figures(answer)))
    kinds = [kind for kind in results[0].mistakes if any(result.mistakes[kind] for result in results)]
    mistakes = Table(["mistakes", *names], [_row(kind, results, _mistakes(kind)) for kind in kinds])
    return [whole, mistakes, *(Table([title, *names], _parts(scores)) for title, scores in parts.items())]


def _figures(answer: Answer) -> Iterator[Sequence[str]]:
    results = answer.results
    yield _row(answer.metric, results, lambda one: _percent(one.f1))
    yield _row("  95 % interval", results, lambda one: f"{100 * one.score.low:.1f} to {100 * one.score.high:.1f}")
    if answer.comparisons:
        comparisons = {comparison.baseline: comparison for comparison in answer.comparisons}
        yield _row("  difference", results, lambda one: _difference(comparisons.get(one.name)))
    if answer.metric == "F1":
        yield _row("precision", results, lambda one: _percent(one.precision))
        yield _row("recall", results, lambda one: _percent(one.recall))
        yield _row("accuracy of tags", results, lambda one: _percent(one.accuracy))
    yield from _costs(results)
    if lacking := sum(answer.unlearned.values()):
        yield _row("labels that train lacks", results, lambda one: f"{lacking:,} of {one.spans:,}")


def _costs(results: Sequence[Result]) -> Iterator[Sequence[str]]:
    yield _row("pieces a word", results, lambda one: f"{one.costs.pieces_per_word:.2f}")
    yield _row("tokens a sentence", results, lambda one: f"{one.costs.mean_length:.1f}, up to {one.costs.max_length:,}")
    yield _row("longer than the window", results, lambda one: f"{one.costs.truncated:,} sentences")
    yield _row("embedding parameters", results, lambda one: f"{one.costs.embedding_parameters:,}")
    yield _row("words a second, learning", results, lambda one: f"{one.costs.training_words_per_second:,.0f}")
    yield _row("words a second, in use", results, lambda one: f"{one.costs.inference_words_per_second:,.0f}")
    if any(one.cut_spans for one in results):
        yield _row("edges inside a token", results, lambda one: f"{one.cut_spans:,} of {one.spans:,}")
    if any(one.emptied.words for one in results):
        yield _row("words without a token", results, lambda one: f"{one.emptied.words:,}")
        yield _row(
            "  in spans", results, lambda one: f"{one.emptied.in_spans:,}, in {one.emptied.spans:,} of {one.spans:,}"
        )


def _row(title: str, results: Sequence[Result], cell: Callable[[Result], str]) -> Sequence[str]:
    return [title, *map(cell, results)]


def _mistakes(kind: str) -> Callable[[Result], str]:
    return lambda result: f"{result.mistakes[kind]:,g}"


def _labels(results: Sequence[Result]) -> list[Mapping[str, Score]]:
    """Return the scores of the labels that are there most often."""
    support = {label: score.support for result in results for label, score in result.by_label.items()}
    kept = sorted(sorted(support, key=lambda label: (-support[label], label))[:MOST_LABELS])
    return [{label: result.by_label[label] for label in kept if label in result.by_label} for result in results]


def _parts(scores: Sequence[Mapping[str, Score]]) -> list[Sequence[str]]:
    """Return a row for each part: its F1 with how many there are to find."""
    names = sorted({name for one in scores for name in one})
    return [[name, *(_score(one.get(name)) for one in scores)] for name in names]


def _score(score: Score | None) -> str:
    return "" if score is None else f"{100 * score.f1:.1f} of {score.support:,}"


def _percent(figure: Figure) -> str:
    spread = f" ± {100 * figure.deviation:.1f}" if len(figure.values) > 1 else ""
    return f"{100 * figure.mean:.1f}{spread}"


def _difference(comparison: Comparison | None) -> str:
    """Return how far the baseline is from the tokenizer: ``-1.4 (-2.5 to -0.3), p = 0.012``."""
    if comparison is None:
        return ""
    value, low, high = (-100 * edge for edge in vars(comparison.difference).values())
    p = "p < 0.001" if comparison.p < 0.001 else f"p = {comparison.p:.3f}"
    return f"{value:+.1f} ({high:+.1f} to {low:+.1f}), {p}"
