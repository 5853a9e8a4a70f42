"""What people see, line by line: results, notes and errors; `tokbench.cli.drawing` has what is drawn in columns.

Results go to standard output. Progress, notes and errors go to standard error: bars on a terminal, plain lines where it
is piped, and then without rich, which takes longer to import than a small corpus to count.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from tokbench.contracts import Note, Progress, Report, silent


def line(text: str) -> None:
    """Print a line of a result, as it is."""
    click.echo(text)


def data(value: Any) -> None:
    """Print a result for programs, as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def error(message: str) -> None:
    """Print what went wrong, each line marked: ``error: my.toml:7: trainer.vocab_sise: …``."""
    _marked("error", message)


def note(message: str) -> None:
    """Print what the user should know beside the result."""
    _marked("note", message)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Report]:
    """Give the report that shows what it is told, for as long as the body runs: bars on a terminal, else only notes.

    With `quiet` nothing is shown: another process shows it.
    """
    if quiet:
        yield silent
        return
    if not _may_draw():
        yield _notes_only
        return
    from tokbench.cli.drawing import diagnostics
    from tokbench.cli.progress import drawn

    console = diagnostics()
    if not console.is_terminal:
        yield _notes_only
        return
    with drawn(console) as report:
        yield report


def _notes_only(event: Progress | Note) -> None:
    if isinstance(event, Note):
        note(event.text)


def _marked(kind: str, message: str) -> None:
    """Print each line of a message after its mark."""
    for text in message.splitlines():
        if _may_draw():
            from tokbench.cli.drawing import mark

            mark(kind, text)
        else:
            click.echo(f"{kind}: {text}", err=True)


def _may_draw() -> bool:
    """Tell whether standard error is a terminal, or is said to be one; rich looks closer."""
    return sys.stderr.isatty() or bool(os.environ.get("FORCE_COLOR") or os.environ.get("TTY_COMPATIBLE"))
