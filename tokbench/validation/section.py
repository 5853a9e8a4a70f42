"""What the card of a tokenizer says of its validation: Markdown, and results for the Hub's model-index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from tokbench.validation.answer import Answer, Figure, Result
from tokbench.wording import counted


def card_section(answer: Answer, curve: str, labels: str) -> str:
    """Return the body of the card's section; `curve` and `labels` are the names of the figures beside the card."""
    split = answer.data[answer.scored]
    seeds = len(answer.results[0].trials)
    model = answer.settings["model"]
    learner = f"`{model['checkpoint']}`" if model["checkpoint"] else f"a new {model['architecture']} ({model['size']})"
    return "\n\n".join(
        [
            f"**{answer.verdict}**",
            f"Task `{answer.task}`: {learner}, fine-tuned with each tokenizer,  "
            f"{counted(seeds, 'seed')} each, and scored on {counted(split.sentences, 'sentence')} of the"
            f" {answer.scored} split. Intervals are of 95 %, by a paired bootstrap over sentences.",
            "\n".join(_rows(answer)),
            *_unlearned(answer),
            *_emptied(answer),
            f"![Learning curves]({curve})\n\n![{answer.metric} by label]({labels})",
            "`validation.json` has every figure, with the settings.",
        ]
    )


def index_results(answer: Answer) -> list[dict[str, Any]]:
    """Return the results of the validated tokenizer as the Hub's model-index has them."""
    result = answer.results[0]
    name = _dataset(answer)
    figures = {"f1": result.f1, "precision": result.precision, "recall": result.recall, "accuracy": result.accuracy}
    return [
        {
            "task": {"type": "token-classification", "name": answer.task},
            "dataset": {"type": name, "name": name, "split": answer.scored},
            "metrics": [
                {"type": kind, "name": f"{kind} (mean of seeds)", "value": round(figure.mean, 4)}
                for kind, figure in figures.items()
            ],
        }
    ]


def _rows(answer: Answer) -> Iterator[str]:
    """Yield a table: a tokenizer a row."""
    columns = (answer.metric, "difference", "precision", "recall", "pieces a word", "words a second, learning")
    yield f"| tokenizer | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    differences = {comparison.baseline: comparison.difference for comparison in answer.comparisons}
    for result in answer.results:
        against = differences.get(result.name)
        shown = (
            f"{-100 * against.value:+.1f} ({-100 * against.high:+.1f} to {-100 * against.low:+.1f})" if against else ""
        )
        cells = [_spread(result.f1, result), shown, _percent(result.precision), _percent(result.recall)]
        cells += [f"{result.costs.pieces_per_word:.2f}", f"{result.costs.training_words_per_second:,.0f}"]
        yield f"| {result.name} | {' | '.join(cells)} |"


def _unlearned(answer: Answer) -> Iterator[str]:
    """Yield which labels no model could learn, where there are any: ``4 of 120 to be found: EVENT 3, PROD 1``."""
    if answer.unlearned:
        whole, times = answer.results[0].spans, sum(answer.unlearned.values())
        shown = ", ".join(f"`{label}` {count:,}" for label, count in answer.unlearned.items())
        yield (
            f"No model can find labels that the training split lacks, and each counts as an error: {times:,} of"
            f" {whole:,} in the {answer.scored} split ({shown})."
        )


def _emptied(answer: Answer) -> Iterator[str]:
    """Yield what no model can answer for, where there is any: ``- thai: 3,786 words, 608 of them in 481 spans``."""
    rows = [
        f"- {result.name}: {counted(left.words, 'word')}, {left.in_spans:,} of them in {left.spans:,} of"
        f" {counted(result.spans, 'span')}"
        for result in answer.results
        if (left := result.emptied).words
    ]
    if rows:
        yield "Words for which a tokenizer emits no token count as answered by none:\n\n" + "\n".join(rows)


def _spread(figure: Figure, result: Result) -> str:
    low, high = 100 * result.score.low, 100 * result.score.high
    return f"{_percent(figure)} ({low:.1f} to {high:.1f})"


def _percent(figure: Figure) -> str:
    spread = f" ± {100 * figure.deviation:.1f}" if len(figure.values) > 1 else ""
    return f"{100 * figure.mean:.1f}{spread}"


def _dataset(answer: Answer) -> str:
    """Return what the data are called: the id of the dataset, or the folder of the scored file, as `ner/test.conll`."""
    dataset: str | None = answer.settings["data"].get("dataset")
    scored = PurePath(answer.data[answer.scored].source)
    return dataset or scored.parent.name or scored.stem
