"""Errors become one message and an exit code, in one place."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time

import click
import pytest

from tokbench.cli import main as module
from tokbench.errors import CheckFailed, UserError


@pytest.fixture
def raising(monkeypatch):
    """Put a command in the place of `schema` that raises what it is told."""

    def put(error):
        @click.command()
        def schema():
            raise error

        module._accept_traceback(schema)
        monkeypatch.setattr(module, "_load", lambda name: schema)

    return put


def test_a_users_mistake_is_one_line_and_exit_code_2(tokbench, raising):
    """No traceback, nothing on standard output."""
    raising(UserError("my.toml: there is no such file"))
    result = tokbench("schema")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "error: my.toml: there is no such file\n")


def test_every_problem_is_marked(tokbench, raising):
    """A message of several lines is several errors."""
    raising(UserError("one\ntwo"))
    assert tokbench("schema").stderr == "error: one\nerror: two\n"


def test_a_long_message_is_not_folded(tokbench, raising):
    """What is searched for, or copied, stays on its line."""
    raising(UserError("word " * 100 + "[bracket]"))
    assert tokbench("schema").stderr == "error: " + "word " * 100 + "[bracket]\n"


def test_a_failed_check_is_exit_code_1(tokbench, raising):
    """The artifact was made, and is not good."""
    raising(CheckFailed("ids: 89 texts"))
    assert tokbench("schema").exit_code == 1


@pytest.mark.parametrize("arguments", [("--traceback", "schema"), ("schema", "--traceback")])
def test_the_traceback_is_shown_when_asked_for(tokbench, raising, arguments):
    """Before or after the command; the exit code stays."""
    raising(UserError("deep"))
    result = tokbench(*arguments)
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert "UserError: deep" in result.stderr


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "error: No space left on device; mend that, or"),
        (PermissionError(errno.EACCES, "Permission denied", "a/b"), "error: a/b: Permission denied; mend that, or"),
    ],
)
def test_an_error_of_the_machine_is_the_users_to_mend(tokbench, raising, error, said):
    """A full disk is no bug of ours, at whatever file it is met."""
    raising(error)
    result = tokbench("schema")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(said)


def test_an_interrupt_is_exit_code_130(tokbench, raising):
    """One line, no traceback."""
    raising(KeyboardInterrupt())
    result = tokbench("schema")
    assert (result.exit_code, result.stderr) == (130, "\ninterrupted\n")


def test_a_bug_is_not_hidden(tokbench, raising):
    """What nobody raised on purpose keeps its traceback."""
    raising(ZeroDivisionError("a bug"))
    assert isinstance(tokbench("schema").exception, ZeroDivisionError)


def test_an_unknown_command_gets_the_nearest_name(tokbench):
    """And the exit code of a user's mistake."""
    result = tokbench("biuld")
    assert result.exit_code == 2
    assert "There is no command 'biuld'; did you mean 'build'?" in result.stderr


def test_an_unknown_option_is_exit_code_2(tokbench):
    """click says it in its own words."""
    assert tokbench("build", "--foo").exit_code == 2


def test_the_version_is_the_packages(tokbench):
    """As pip knows it."""
    from importlib.metadata import version

    assert tokbench("--version").output == f"tokbench {version('tokbench')}\n"


def test_python_m_tokbench_is_tokbench():
    """Both ways in lead to the same program."""
    run = subprocess.run([sys.executable, "-m", "tokbench", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("tokbench ")


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals are those of POSIX")
@pytest.mark.parametrize("arguments", [["parts"], ["parts", "--json"], ["completion", "bash"]])
def test_a_reader_that_has_seen_enough_is_no_error(arguments):
    """`tokbench parts | true` says nothing on standard error."""
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run([sys.executable, "-m", "tokbench", *arguments], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert run.stderr == b""
    assert run.returncode == module.PIPE_CLOSED


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals are those of POSIX")
@pytest.mark.parametrize(
    ("sent", "said", "code"),
    [(signal.SIGINT, "interrupted", module.INTERRUPTED), (signal.SIGTERM, "terminated", module.TERMINATED)],
)
def test_ctrl_c_and_sigterm_end_a_build_within_a_second_and_leave_nothing(tmp_path, recipe, sent, said, code):
    """One line, the exit code of the signal, and no half-written folder."""
    (tmp_path / "text.txt").write_text(random.Random(0).randbytes(8_000_000).hex(" ", 4))
    (tmp_path / "endless.toml").write_text(recipe.read_text())
    command = [sys.executable, "-m", "tokbench", "build", "endless.toml", "--set", "trainer.vocab_size=1000000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=tmp_path, text=True) as run:
        assert run.stderr.readline().startswith("note: ")
        time.sleep(0.5)
        run.send_signal(sent)
        interrupted = time.perf_counter()
        assert run.stderr.read().endswith(f"\n{said}\n")
    assert run.returncode == code
    assert time.perf_counter() - interrupted < 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["endless.toml", "text.txt"]
