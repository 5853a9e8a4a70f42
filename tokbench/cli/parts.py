"""`tokbench parts`: what is installed, without importing it; `tokbench parts show`: one part with its options."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from tokbench.cli import options

if TYPE_CHECKING:
    from tokbench.describing import Description
    from tokbench.options import Option


class ListedByDefault(click.Group):
    """A group whose command `list` may be left out: ``tokbench parts trainers`` → ``tokbench parts list trainers``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` where no command is named."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def _kinds(_context: click.Context, _argument: click.Parameter, typed: str) -> list[str]:
    from tokbench.registry import KINDS

    return [kind.replace("_", "-") for kind in KINDS if kind.replace("_", "-").startswith(typed)]


def _names(_context: click.Context, _argument: click.Parameter, typed: str) -> list[str]:
    from tokbench.registry import entries

    return sorted({entry.name for entry in entries() if entry.name.startswith(typed)})


@click.group(
    cls=ListedByDefault,
    epilog=options.examples(
        "tokbench parts",
        "tokbench parts trainers",
        "tokbench parts show bpe",
    ),
)
def parts() -> None:
    """List the parts that are installed, or show one.

    TOKBENCH_PLUGINS names the packages whose parts are used beside the built-in ones, with commas between; set and
    empty, it turns all of them off.
    """


@parts.command(
    "list",
    epilog=options.examples(
        "tokbench parts list",
        "tokbench parts list pre-tokenizers --json",
    ),
)
@click.argument("kind", required=False, shell_complete=_kinds)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, with where each part is found.")
def list_parts(kind: str | None, as_json: bool) -> None:
    """List all parts, or those of a KIND, importing none of them."""
    from tokbench import describing
    from tokbench.cli import console, drawing

    found = describing.lines(describing.kind_named(kind) if kind else None)
    if as_json:
        console.data([dataclasses.asdict(line) for line in found])
        return
    rows = [
        (line.kind.replace("_", "-"), line.name, f"{line.package} {line.version}", line.problem or line.summary)
        for line in found
    ]
    drawing.table(("kind", "name", "package", "what it does"), rows)


@parts.command(
    "show",
    epilog=options.examples(
        "tokbench parts show wordpiece",
        "tokbench parts show bert --kind normalizer --json",
    ),
)
@click.argument("name", shell_complete=_names)
@click.option("--kind", shell_complete=_kinds, help="Show only the part of this kind, where several have the name.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of the parts of that name.")
def show_part(name: str, kind: str | None, as_json: bool) -> None:
    """Show the documentation and the options of the part called NAME."""
    from tokbench import describing
    from tokbench.cli import console

    found = describing.described(name, describing.kind_named(kind) if kind else None)
    if as_json:
        console.data([dataclasses.asdict(description) for description in found])
        return
    console.line("\n\n".join(map(_page, found)))


def _page(part: Description) -> str:
    """Return a part as text: what it is, its documentation, and its options as a recipe would set them."""
    from tokbench.registry import KINDS

    title = f"{part.name}: {KINDS[part.kind]}, {part.target} (package {part.package} {part.version})"
    width = max((len(option.name) for option in part.options), default=0)
    options = [f"  {option.name:{width}}  {option.type}{_default(option)}" for option in part.options]
    return "\n".join([title, "", part.documentation, "", *(["Options:", *options] if options else ["No options."])])


def _default(option: Option) -> str:
    if option.required:
        return ", must be given"
    return ", not set" if option.default == "null" else f" = {option.default}"
