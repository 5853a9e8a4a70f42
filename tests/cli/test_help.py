"""Help comes at once, imports nothing heavy, and shows examples that the commands understand."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time

import click
import pytest

from tokbench.cli.main import COMMANDS, main

PAGES = [
    (),
    *((name,) for name in COMMANDS),
    ("new", "plugin"),
    ("new", "recipe"),
    ("parts", "list"),
    ("parts", "show"),
]
OWN = {
    "tokbench",
    "tokbench.cli",
    "tokbench.cli.main",
    "tokbench.cli.options",
    "tokbench.errors",
}
HEAVY = ("rich", "tokenizers", "transformers", "datasets", "pyarrow", "torch", "numpy", "pydantic", "huggingface_hub")
SECONDS = 0.15
"""What `tokbench --help` may take."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: "-".join(page) or "tokbench")
def test_help_page(page, tokbench, golden):
    """The page is as it was reviewed."""
    result = tokbench(*page, "--help")
    assert result.exit_code == 0
    golden(f"cli/help/{'-'.join(page) or 'tokbench'}", result.output)


def test_the_list_of_commands_says_what_their_own_pages_say():
    """The first lines are written twice, so that no command need be imported to list them."""
    context = click.Context(main)
    for name, line in COMMANDS.items():
        command = main.get_command(context, name)
        assert (command.help or "").partition("\n")[0] == line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: "-".join(page) or "tokbench")
def test_examples_can_be_typed(page):
    """Every page has examples, and each names a command and options that exist."""
    examples = _examples(page)
    assert examples
    for example in examples:
        _parsed(shlex.split(example.partition(" | ")[2] or example, comments=True))


def _examples(page):
    command = main
    for name in page:
        command = command.get_command(click.Context(command), name)
    lines = (command.epilog or "").splitlines()
    return [line.strip() for line in lines[lines.index("Examples:") + 1 :]]


def _parsed(words):
    """Walk down the commands as click would; a wrong word is a UsageError."""
    words = words[: next((index for index, word in enumerate(words) if word in (">", ">>")), len(words))]
    assert words[0] == "tokbench"
    command, context, rest = main, None, words[1:]
    while True:
        context = command.make_context(command.name, list(rest), parent=context)
        if not isinstance(command, click.Group):
            return
        _, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])


def test_help_imports_only_click_and_the_names_of_commands():
    """A start that is fast stays fast only while nobody imports more."""
    script = (
        "import sys; from tokbench.cli.main import main\n"
        "try: main(['--help'], prog_name='tokbench')\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = set(run.stderr.split())
    assert {module for module in modules if module.partition(".")[0] == "tokbench"} == OWN
    assert modules.isdisjoint(HEAVY)


def test_help_takes_less_than_150_milliseconds():
    """The best of several runs, since other processes only ever add time; a bare interpreter is the yardstick."""
    command = [sys.executable, "-m", "tokbench", "--help"]
    assert min(_seconds(command) for _ in range(15)) < max(
        SECONDS, 4 * _seconds([sys.executable, "-c", "import click"])
    )


def _seconds(command):
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started
