"""`tokbench check`: proofs of a recipe before it is built, and of an artifact after."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from tokbench.cli import options


@click.command(
    epilog=options.examples(
        "tokbench check recipe.toml",
        "tokbench check wordpiece",
        "tokbench check wordpiece --json",
    )
)
@click.argument("recipe_or_artifact", type=click.Path(path_type=Path))
@options.overrides
@options.trust_remote_code
@options.as_json
def check(recipe_or_artifact: Path, overrides: tuple[str, ...], trust_remote_code: bool, as_json: bool) -> None:
    """Prove a recipe without training, or an artifact again.

    A recipe is read, its parts are built and its corpora found. On an artifact, every check of its build is repeated
    in a fresh process, and its files are compared with what the build wrote. Python code that an artifact carries is
    shown, and runs only with --trust-remote-code.
    """
    if not recipe_or_artifact.is_dir():
        _check_recipe(recipe_or_artifact, overrides, trust_remote_code, as_json)
    elif overrides:
        raise click.UsageError("--set changes a recipe; an artifact is as it was built")
    else:
        _check_artifact(recipe_or_artifact, trust_remote_code, as_json)


def _check_recipe(path: Path, overrides: tuple[str, ...], trusted: bool, as_json: bool) -> None:
    from tokbench.checking import check_recipe
    from tokbench.cli import console, drawing

    with console.progress() as report:
        found = check_recipe(path, overrides, report, trust_remote_code=trusted)
    if as_json:
        console.data(dataclasses.asdict(found))
        return
    for choice in found.choices:
        console.note(choice)
    facts = [
        ("reads", ", ".join(found.units[:5]) + (f" and {len(found.units) - 5} more" if len(found.units) > 5 else "")),
        ("special tokens", " ".join(found.special_tokens)),
        ("round trip", found.round_trip),
    ]
    drawing.table((found.name, "can be built"), facts)


def _check_artifact(path: Path, trusted: bool, as_json: bool) -> None:
    from tokbench.carried.consent import require_consent
    from tokbench.checking import carried_code, check_artifact
    from tokbench.cli import console, drawing

    code = carried_code(path)
    if code and not as_json:
        carried = [(file.name, file.origin, file.license, file.sha256[:16]) for file in code.files]
        drawing.table(("code", "from", "license", "sha256"), carried)
        console.line(f"needs: {', '.join(code.requirements) or 'nothing but transformers'}")
        console.line("")
    elif code and not trusted:
        console.data({"code": dataclasses.asdict(code)})
    require_consent(path, trusted)
    with console.progress() as report:
        found = check_artifact(path, report, trust_remote_code=trusted)
    if as_json:
        shown = {"code": dataclasses.asdict(code)} if code else {}
        console.data({"passed": not found.failed, **shown, **dataclasses.asdict(found)})
    else:
        rows = [("passed" if result.passed else "FAILED", result.name, result.detail) for result in found.results]
        drawing.table(("", "check", "what was seen"), rows)
    found.require()
