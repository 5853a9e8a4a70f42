"""The console draws on a terminal and is quiet where it is piped."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tokbench.cli import console, drawing, progress
from tokbench.contracts import Note, Progress


@pytest.fixture
def terminal(monkeypatch):
    """Return a function that gives the screen of a terminal of 80 columns on which a test drew."""
    stream = io.StringIO()

    def made(**options):
        return Console(file=stream, force_terminal=True, width=80, height=24, highlight=False, legacy_windows=False)

    monkeypatch.setattr(drawing, "Console", made)
    monkeypatch.setenv("FORCE_COLOR", "1")

    def screen():
        drawn = pyte.Screen(80, 24)
        pyte.Stream(drawn).feed(stream.getvalue().replace("\n", "\r\n"))
        return [row.rstrip() for row in drawn.display if row.strip()]

    return screen


def test_progress_on_a_terminal(terminal):
    """A line for each stage with amount and rate, and notes between them."""
    with console.progress() as report:
        report(Progress("count", 0, 2_000_000, "bytes"))
        report(Progress("count", 1_500_000, 2_000_000, "bytes"))
        report(Note("2 documents were skipped"))
        report(Progress("train", 10, 1000, "merges"))
        report(Progress("train", 900, 1000, "merges"))
    note, count, train = terminal()
    assert note == "note: 2 documents were skipped"
    assert count.startswith("count ━")
    assert "1.5 MB" in count
    assert "900 merges" in train


def test_progress_tells_what_is_worth_a_look(terminal):
    """Fine-tuning shows its loss and its best score below its bar, for as long as it goes on."""
    with console.progress() as report:
        report(Progress("tune", 52_000, 120_000, "words", "loss 0.132, dev 0.801"))
        report(Note("this draws anew"))
        during = terminal()
    assert during[1].startswith("tune ━")
    assert during[2].endswith("0:00  loss 0.132, dev 0.801")
    assert len(terminal()) == 2


def test_progress_of_unknown_length(terminal):
    """What is done so far, without a share."""
    with console.progress() as report:
        report(Progress("read", 5, None, "documents"))
    assert "5 documents" in terminal()[0]


def test_progress_that_is_piped_shows_only_notes(capsys):
    """A log is not filled with bars."""
    with console.progress() as report:
        report(Progress("count", 1, 2, "bytes"))
        report(Note("a [bracket]"))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "note: a [bracket]\n")


def test_a_stage_that_was_interrupted_is_not_shown_as_done(terminal):
    """The bar stays where it was."""
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
    assert "10 / 1,000 merges" in terminal()[0]


def _interrupted():
    with console.progress() as report:
        report(Progress("train", 10, 1000, "merges"))
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (30_000, "merges", "30,000 merges"),
        (0, "bytes", "0 bytes"),
        (999, "bytes", "999 bytes"),
        (1_000, "bytes", "1 kB"),
        (198_400_000, "bytes", "198 MB"),
        (1.25e12, "bytes", "1.25 TB"),
        (9e15, "bytes", "9e+03 TB"),
    ],
)
def test_amounts(number, unit, shown):
    """Thousands are set apart; bytes are scaled to three digits."""
    assert progress.amount(number, unit) == shown


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])), room=st.integers(2, 30))
def test_folding_loses_nothing_and_keeps_within_the_width(text, room):
    """No line is wider than there is room for, unless marks pile up; no mark begins a line."""
    lines = list(drawing._folds(text, room))
    assert "".join(lines) == text
    assert not [line for line in lines[1:] if unicodedata.category(line[0]).startswith("M")]
    plain = [line for line in lines if not any(unicodedata.category(c).startswith("M") for c in line)]
    assert all(cell_len(line) <= room for line in plain)


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (3725, "1:02:05")])
def test_times(seconds, shown):
    """As a clock shows them."""
    assert progress.clock_time(seconds) == shown


def test_only_what_is_drawn_knows_rich():
    """Commands, and the library, stay free of it."""
    package = Path(console.__file__).parents[1]
    users = {
        path.name for path in package.rglob("*.py") if re.search(r"^\s*(from|import) rich\b", path.read_text(), re.M)
    }
    assert users == {"drawing.py", "progress.py"}


def test_a_table_on_a_terminal_folds(terminal):
    """Long cells go on below; nothing is cut off."""
    drawing.table(("name", "text"), [("first", "word " * 40), ("[bold]", "b")])
    rows = terminal()
    assert sum(row.count("word") for row in rows) == 40
    assert rows[-1].split() == ["[bold]", "b"]


def test_a_table_that_is_piped_has_a_line_a_row(capsys):
    """Columns are aligned by their width on a screen."""
    drawing.table(("name", "text"), [("日本", "word " * 40), ("a", "b")])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[1].index("word") == 4
    assert lines[2] == "a     b"


def test_spans_of_a_text_have_the_color_of_their_label(monkeypatch):
    """And stand in brackets with it; whatever markup the text holds is text."""
    stream = io.StringIO()
    made = Console(file=stream, force_terminal=True, color_system="standard", highlight=False, legacy_windows=False)
    monkeypatch.setattr(drawing, "output", lambda: made)
    drawing.marked("Ada [b]left Rome for Oslo.", [(0, 3, "PER"), (12, 16, "LOC"), (21, 25, "LOC")])
    drawn = stream.getvalue()
    assert re.sub(r"\x1b\[[\d;]*m", "", drawn) == "[Ada PER] [b]left [Rome LOC] for [Oslo LOC].\n"
    rome, oslo, ada = (re.search(rf"\x1b\[(\d+)m\[{name} ", drawn) for name in ("Rome", "Oslo", "Ada"))
    assert rome[1] == oslo[1] != ada[1]
