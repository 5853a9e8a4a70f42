"""The figures of an answer, as SVG that any browser and the Hub shows: learning curves, and scores by label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from tokbench.validation.answer import Trial
from tokbench.validation.scores import Score

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Colors that people with any color vision tell apart (Okabe and Ito 2008)."""
WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 36, 44
BAR, BETWEEN = 14, 12
LABELS_LEFT = 120
MOST_LABELS = 20

Line = Sequence[tuple[float, float]]


def curves(trials: Mapping[str, Sequence[Trial]], metric: str) -> str:
    """Return the score on the dev split after each step: a line for each run, a color for each tokenizer."""
    lines = {name: [_line(trial) for trial in of_name] for name, of_name in trials.items()}
    points = [point for of_name in lines.values() for line in of_name for point in line]
    last = max((step for step, _ in points), default=1.0)
    low, high = _range([score for _, score in points])
    drawn = [*_axes(last, low, high, metric), *_legend(list(trials))]
    for color, of_name in zip(_colors(), lines.values(), strict=False):
        for line in of_name:
            places = [_place(point, last, low, high) for point in line]
            spots = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            drawn.append(f'<polyline points="{spots}" fill="none" stroke="{color}" stroke-width="2"/>')
            drawn += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places]
    return _svg(WIDTH, HEIGHT, drawn)


def label_bars(labels: Mapping[str, Mapping[str, Score]], metric: str) -> str:
    """Return the F1 of each label as bars, the most frequent labels first, a color for each tokenizer."""
    support = {label: score.support for scores in labels.values() for label, score in scores.items()}
    shown = sorted(support, key=lambda label: (-support[label], label))[:MOST_LABELS]
    row = len(labels) * BAR + BETWEEN
    drawn = [_text(LABELS_LEFT, 16, f"{metric if metric == 'F1' else 'F1'} by label", "start"), *_legend(list(labels))]
    for place, label in enumerate(shown):
        top = TOP + 8 + place * row
        drawn.append(_text(LABELS_LEFT - 8, top + len(labels) * BAR / 2 + 4, f"{label} ({support[label]:,})", "end"))
        for index, (color, scores) in enumerate(zip(_colors(), labels.values(), strict=False)):
            drawn += _bar(scores[label].f1 if label in scores else 0.0, top + index * BAR, color)
    return _svg(WIDTH, TOP + 16 + len(shown) * row, drawn)


def _line(trial: Trial) -> Line:
    return [(float(point.step), point.dev_score) for point in trial.curve if point.dev_score is not None]


def _range(scores: Sequence[float]) -> tuple[float, float]:
    """Return the bounds of the upright axis, in tenths."""
    low = int(10 * min(scores, default=0.0)) / 10
    high = -(-int(1000 * max(scores, default=1.0)) // 100) / 10
    return low, max(high, low + 0.1)


def _place(point: tuple[float, float], last: float, low: float, high: float) -> tuple[float, float]:
    x = LEFT + point[0] / last * (WIDTH - LEFT - RIGHT)
    y = HEIGHT - BOTTOM - (point[1] - low) / (high - low) * (HEIGHT - TOP - BOTTOM)
    return x, y


def _axes(last: float, low: float, high: float, metric: str) -> Iterator[str]:
    for tenth in range(round(10 * low), round(10 * high) + 1):
        _, y = _place((0, tenth / 10), last, low, high)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield _text(LEFT - 8, y + 4, f"{10 * tenth}", "end")
    for quarter in range(5):
        x, _ = _place((last * quarter / 4, low), last, low, high)
        yield _text(x, HEIGHT - BOTTOM + 18, f"{last * quarter / 4:,.0f}", "middle")
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "updates", "middle")
    yield _text(LEFT, 16, f"{metric} on the dev split", "start")


def _bar(score: float, top: float, color: str) -> Iterator[str]:
    width = score * (WIDTH - LABELS_LEFT - RIGHT - 40)
    yield f'<rect x="{LABELS_LEFT}" y="{top}" width="{width:.1f}" height="{BAR - 2}" fill="{color}"/>'
    yield _text(LABELS_LEFT + width + 4, top + BAR - 4, f"{100 * score:.1f}", "start")


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = float(WIDTH - RIGHT)
    for color, name in reversed(list(zip(_colors(), names, strict=False))):
        yield _text(x, 16, name, "end")
        x -= 7 * len(name) + 14
        yield f'<rect x="{x}" y="7" width="10" height="10" fill="{color}"/>'
        x -= 14


def _colors() -> Iterator[str]:
    while True:
        yield from COLORS


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(width: int, height: int, drawn: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="12" fill="#333">'
    )
    return "\n".join([head, f'<rect width="{width}" height="{height}" fill="#fff"/>', *drawn, "</svg>"]) + "\n"
