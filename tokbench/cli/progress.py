"""Bars on a terminal for what long work reports: a line for each stage, and a clock that shows that it goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.spinner import Spinner
from rich.text import Text

from tokbench.contracts import Note, Report
from tokbench.contracts import Progress as Event

BYTES = ("bytes", "kB", "MB", "GB", "TB")
FAINT = "dim"
TELLING = 1000
"""From how many of a unit on a rate tells something: not for 17 checks."""
SOON = 0.1
"""After how many seconds a rate, and the time that is left, can be told."""


@contextmanager
def drawn(console: Console) -> Iterator[Report]:
    """Give the report that draws what it is told on a terminal, for as long as the body runs."""
    bars = Progress(TextColumn("{task.description}"), BarColumn(bar_width=24), _Amount(), _Rate(), _Time())
    clock = _Clock()
    with Live(Group(bars, clock), console=console, refresh_per_second=10) as live:
        drawing = _Drawing(bars, clock, console)
        try:
            yield drawing
            drawing.finish()
        finally:
            live.update(bars)


class _Drawing:
    """A bar for each stage; a stage ends when the next one begins."""

    def __init__(self, bars: Progress, clock: _Clock, console: Console) -> None:
        self.bars = bars
        self.clock = clock
        self.console = console
        self.stage: str | None = None
        self.task = TaskID(-1)

    def __call__(self, event: Event | Note) -> None:
        if isinstance(event, Note):
            self.console.print(Text.assemble(("note:", "cyan"), " ", event.text))
            return
        if event.stage != self.stage:
            self.finish()
            self.stage = event.stage
            started = time.monotonic()
            self.task = self.bars.add_task(
                escape(event.stage), total=None, unit=event.unit, started=started, last=started
            )
        self.bars.update(self.task, completed=event.done, total=event.total, last=time.monotonic())
        self.clock.told = event.told

    def finish(self) -> None:
        """Show the stage that is being drawn as done."""
        if self.stage is not None:
            self.bars.update(self.task, total=self.bars.tasks[-1].completed)


class _Amount(ProgressColumn):
    """How much is done: ``12,000 / 30,000 merges``, ``198 MB``."""

    def render(self, task: Task) -> Text:
        unit = str(task.fields["unit"])
        if task.finished or task.total is None:
            return Text(amount(task.completed, unit))
        done = amount(task.completed, unit) if unit == "bytes" else f"{task.completed:,.0f}"
        return Text(f"{done} / {amount(task.total, unit)}")


class _Rate(ProgressColumn):
    """How much a second, from the first report of the stage to the last: ``272 MB/s``."""

    def render(self, task: Task) -> Text:
        seconds = _seconds(task)
        if task.completed < TELLING or seconds < SOON:
            return Text()
        return Text(f"{amount(task.completed / seconds, str(task.fields['unit']))}/s", style=FAINT)


class _Time(ProgressColumn):
    """How long the stage will still take, and when it is done, how long it took."""

    def render(self, task: Task) -> Text:
        seconds = _seconds(task)
        if task.finished:
            return Text(clock_time(seconds), style=FAINT)
        if not task.total or not task.completed or seconds < SOON:
            return Text()
        remaining = seconds / task.completed * (task.total - task.completed)
        return Text(f"{clock_time(remaining)} left", style=FAINT)


class _Clock:
    """A spinner, the time since the work began, and what a stage tells of itself: ``⠹ 0:31  loss 0.132, dev 0.801``."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.told = ""
        self.spinner = Spinner("dots", style=FAINT)

    def __rich__(self) -> Spinner:
        told = f"{clock_time(time.monotonic() - self.started)}  {self.told}"
        self.spinner.update(text=Text(told.rstrip(), style=FAINT))
        return self.spinner


def _seconds(task: Task) -> float:
    return float(task.fields["last"] - task.fields["started"])


def clock_time(seconds: float) -> str:
    """Return a time as a clock shows it: ``7 → "0:07"``, ``3725 → "1:02:05"``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def amount(number: float, unit: str) -> str:
    """Return a number with its unit: ``(30_000, "merges") → "30,000 merges"``, ``(198e6, "bytes") → "198 MB"``."""
    if unit != "bytes":
        return f"{number:,.0f} {unit}"
    scale = 0
    while number >= 1000 and scale < len(BYTES) - 1:
        number, scale = number / 1000, scale + 1
    return f"{number:.3g} {BYTES[scale]}"
