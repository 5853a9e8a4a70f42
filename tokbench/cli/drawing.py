"""What is drawn in columns and colors: tables, stacks of texts, marked spans, by rich."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import click
from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

LABEL = 12
"""Columns of the terminal that a label takes."""
GAP = 1
FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
"""The letters of which flags are made, two for each."""
COLORS = ("cyan", "magenta", "yellow", "green", "blue", "red")
STYLES = {"error": "bold red", "note": "cyan", "good": "green", "faint": "dim"}


def output() -> Console:
    """Return the console of standard output."""
    return Console(highlight=False)


def diagnostics() -> Console:
    """Return the console of standard error."""
    return Console(stderr=True, highlight=False)


def show(renderable: RenderableType) -> None:
    """Print a result; on a terminal in color, folded to its width."""
    output().print(renderable)


def mark(kind: str, message: str) -> None:
    """Print a line after its mark on standard error, unfolded, so that it can be searched and copied."""
    diagnostics().print(Text.assemble((f"{kind}:", STYLES[kind]), " ", message), soft_wrap=True)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below headings: folded to the width of a terminal, or one line a row for other programs."""
    if output().is_terminal:
        show(_drawn(headings, rows))
        return
    widths = [max(map(cell_len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def folded(label: str, text: str) -> None:
    """Print a text after its label, folded to the width of the console."""
    console = output()
    for index, piece in enumerate(_folds(text, console.width - LABEL)):
        console.print(Text(f"{label if not index else '':{LABEL}}", style="bold") + Text(piece), soft_wrap=True)


def stacked(labels: Sequence[str], stacks: Sequence[Sequence[str]], colors: Sequence[int | None]) -> None:
    """Print stacks of texts side by side, each as wide as its widest text; folded to the width of the console.

    Stacks with the same number in `colors` have the same color; None is faint.
    """
    console = output()
    for block in _blocks(stacks, console.width - LABEL):
        console.print()
        for row, label in enumerate(labels):
            drawn = Text(f"{label:{LABEL}}", style="bold")
            for index, width in block:
                cell = _cropped(stacks[index][row], width)
                drawn.append(cell, style=_color(colors[index]))
                drawn.append(" " * (width - cell_len(cell) + GAP))
            drawn.rstrip()
            console.print(drawn, soft_wrap=True)


def marked(text: str, spans: Sequence[tuple[int, int, str]]) -> None:
    """Print a text with its spans in the color of their label: ``My name is [Ada PER]``."""
    colors = {label: COLORS[place % len(COLORS)] for place, label in enumerate(sorted({span[2] for span in spans}))}
    drawn, last = Text(), 0
    for start, end, label in spans:
        drawn.append(text[last:start])
        drawn.append(f"[{text[start:end]} ", style=colors[label]).append(f"{label}]", style=f"bold {colors[label]}")
        last = end
    output().print(drawn.append(text[last:]), soft_wrap=True)


def _drawn(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        drawn.add_column(heading, overflow="fold", no_wrap=heading == headings[0])
    for row in rows:
        drawn.add_row(*map(escape, row))
    return drawn


# ---------------------------------------------------------------- stacks


def _blocks(stacks: Sequence[Sequence[str]], room: int) -> Iterator[list[tuple[int, int]]]:
    """Yield what fits side by side: (index of a stack, its width)."""
    block: list[tuple[int, int]] = []
    used = 0
    for index, stack in enumerate(stacks):
        width, widest = (min(max(map(measure, stack)), room) for measure in (cell_len, _widest))
        if block and used + widest > room:
            yield block
            block, used = [], 0
        block.append((index, width))
        used += widest + GAP
    yield block


def _folds(text: str, room: int) -> Iterator[str]:
    """Yield the lines of a text, marks on the line of their letters."""
    line, used = "", 0
    for character in text:
        width = _widest(character)
        if used + width > room and not unicodedata.category(character).startswith("M"):
            yield line
            line, used = "", 0
        line, used = line + character, used + width
    yield line


def _widest(text: str) -> int:
    """Return the most columns that a terminal may take: they disagree on vowel signs and on flags."""
    return sum(
        2 if character in FLAGS else max(cell_len(character), unicodedata.category(character) == "Mc")
        for character in text
    )


def _cropped(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def _color(number: int | None) -> str:
    return STYLES["faint"] if number is None else COLORS[number % len(COLORS)]
