"""What several commands have: options, and examples below their help."""

from __future__ import annotations

import re
from typing import Any

import click

overrides = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override a key of the recipe, such as trainer.vocab_size=8000; may be given again.",
)

threads = click.option(
    "--threads", type=click.IntRange(1, 1024), help="How many threads count and train; by default all cores."
)


class Bytes(click.ParamType[int]):
    """A number of bytes as people write it: ``2GB`` → 2,000,000,000, ``64MiB`` → 67,108,864."""

    name = "size"
    UNITS = ("", "K", "M", "G", "T")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes, at least one."""
        found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", str(value).strip(), re.IGNORECASE)
        if found is None or not (size := int(float(found[1]) * self._factor(found[2], bool(found[3])))):
            self.fail(f"'{value}' is no size; write it as 2GB or 512MiB", param, ctx)
        return size

    def _factor(self, unit: str, binary: bool) -> int:
        return int((1024 if binary else 1000) ** self.UNITS.index(unit.upper()))


memory = click.option(
    "--memory",
    type=Bytes(),
    help="How much memory counts may take before they go to disk, as 2GB; by default a quarter of the machine's.",
)


engine = click.option(
    "--engine", default="local", metavar="NAME", help="What counts the words; 'tokbench parts engines'."
)


class NamedPath(click.Path):
    """A path that is not empty: `--counts "$FORGOTTEN"` would else be the folder that one stands in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if value == "":
            self.fail("the path is empty; name a file, or leave the option out", param, ctx)
        return super().convert(value, param, ctx)


class Sizes(click.ParamType[tuple[int, ...]]):
    """Sizes of a vocabulary, between commas: ``4000,8_000`` → (4000, 8000)."""

    name = "sizes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the numbers, at least one, each above 0."""
        if isinstance(value, tuple):
            return value
        if not re.fullmatch(r"\s*[1-9][\d_]*\s*(,\s*[1-9][\d_]*\s*)*", str(value)):
            self.fail(f"'{value}' is no list of sizes; write it as 4000,8000,16000", param, ctx)
        return tuple(int(size.replace("_", "")) for size in str(value).split(","))


sizes = click.option(
    "--sizes",
    type=Sizes(),
    help="Build at several vocabulary sizes, as 4000,8000: an artifact NAME-SIZE each, from one counting and training.",
)

trust_remote_code = click.option(
    "--trust-remote-code", is_flag=True, help="Run the Python code that a tokenizer brings along; read it first."
)

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def examples(*lines: str) -> str:
    """Return the end of a help page: the examples, each on a line of its own."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
