"""The `tokbench` command: which commands there are, and the one place where errors become messages and exit codes.

Commands are imported when they run, so that `tokbench --help` imports click and nothing else. The command `build` is
the function `build` in `tokbench/cli/build.py`.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import importlib
import keyword
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, cast

import click

from tokbench.cli import options
from tokbench.errors import TokbenchError, UserError

COMMANDS = {
    "new": "Write a recipe or a plugin to start from.",
    "check": "Prove a recipe without training, or an artifact again.",
    "build": "Build a tokenizer from a recipe, and prove it.",
    "count": "Count the words of RECIPE's corpora, to train from later.",
    "inspect": "Show what a tokenizer does to a text, stage by stage.",
    "validate": "Prove TOKENIZER on a labelled task, beside its baselines.",
    "push": "Publish an artifact on the Hub, and prove it there.",
    "pull": "Download an artifact from the Hub, with its recipe, and compare it with its manifest.",
    "reproduce": "Build an artifact again, and say which files are the same.",
    "export": "Write a tokenizer in the format of another library, and prove it.",
    "import": "Make a tokenizer of another library one that `transformers` loads.",
    "cache": "Show, verify or clear what is kept from build to build.",
    "parts": "List the parts that are installed, or show one.",
    "schema": "Print the JSON Schema of a recipe.",
    "completion": "Print the script that completes commands in a shell.",
}
"""Every command with the first line of its help, in the order in which people need them."""

INTERRUPTED = 130  # 128 + SIGINT, as shells count
TERMINATED = 143  # 128 + SIGTERM
PIPE_CLOSED = 141  # 128 + SIGPIPE
SHOWS_TRACEBACK = "tokbench.traceback"
OUT_OF_OUR_HANDS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
"""Errors of the machine, at whatever file: no room, no right to write, a broken disk."""


def _show_traceback(context: click.Context, _option: click.Parameter, value: bool) -> None:
    context.meta[SHOWS_TRACEBACK] = value or context.meta.get(SHOWS_TRACEBACK, False)


TRACEBACK = click.Option(
    ["--traceback"],
    is_flag=True,
    expose_value=False,
    callback=_show_traceback,
    help="Show where in the program an error arose.",
)
"""An option of every command, so that it can be added at the end of a line that failed."""


class Terminated(KeyboardInterrupt):
    """SIGTERM: like Ctrl-C, it ends what is going on, and everything tidies up behind itself."""


def _raise_terminated(_number: int, _frame: object) -> None:
    raise Terminated


@contextlib.contextmanager
def _terminated() -> Iterator[None]:
    """Turn SIGTERM into an exception while the body runs; only the main thread of a process can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _raise_terminated)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Commands(click.Group):
    """The commands, imported one at a time, and what becomes of their errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command; None where there is none of that name."""
        return _load(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or say which one was probably meant."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from tokbench.registry import suggestion

            ctx.fail(f"There is no command '{args[0]}'; {suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what goes wrong ends in one message and an exit code."""
        os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # that torch is missing: nothing here needs it
        try:
            with _terminated():
                result = super().invoke(ctx)
                sys.stdout.flush()
        except TokbenchError as error:
            _explain(error, traceback=ctx.meta[SHOWS_TRACEBACK])
            ctx.exit(error.exit_code)
        except Terminated:
            click.echo("\nterminated", err=True)
            ctx.exit(TERMINATED)
        except KeyboardInterrupt:
            # `python -m` ends by SIGINT instead of an exit code where an interrupt once came out of an exec of text, as
            # it does while a dataclass is made; another exec makes it forget.
            exec("")  # noqa: S102
            click.echo("\ninterrupted", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:  # the reader, `head` say, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(PIPE_CLOSED)
        except OSError as error:
            if error.errno not in OUT_OF_OUR_HANDS:
                raise
            _explain(UserError(_of_the_machine(error)), traceback=ctx.meta[SHOWS_TRACEBACK])
            ctx.exit(UserError.exit_code)
        return result


@click.command(
    cls=Commands,
    params=[TRACEBACK],
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=options.examples(
        'tokbench new recipe my.toml --like gpt2 --corpus "texts/*.txt"',
        "tokbench build my.toml",
        'tokbench inspect my "How is this split?"',
    ),
)
@click.version_option(package_name="tokbench", message="tokbench %(version)s")
def main() -> None:
    """Build tokenizers: one recipe in, a proven tokenizer out.

    Exit codes: 0, done; 1, a check failed; 2, something for you to mend.
    """


@functools.cache
def _load(name: str) -> click.Command:
    python_name = f"{name}_" if keyword.iskeyword(name) else name
    command = cast(click.Command, getattr(importlib.import_module(f"tokbench.cli.{python_name}"), python_name))
    _accept_traceback(command)
    return command


def _accept_traceback(command: click.Command) -> None:
    command.params.append(TRACEBACK)
    for nested in getattr(command, "commands", {}).values():
        _accept_traceback(nested)


def _of_the_machine(error: OSError) -> str:
    """Return ``words.parquet: No space left on device; make room, or …`` for an error of the machine."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}; mend that, or write to another place"


def _explain(error: TokbenchError, *, traceback: bool) -> None:
    if traceback:
        from traceback import print_exc

        print_exc()
    else:
        from tokbench.cli import console

        console.error(str(error))
