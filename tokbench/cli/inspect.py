"""`tokbench inspect`: a text after each stage of a tokenizer."""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING

import click

from tokbench.cli import options

if TYPE_CHECKING:
    from tokbench.inspection import Inspection, Token

ROUND_TRIP = {
    "exact": "= the text",
    "normalized": "= the normalized text",
    "spaces": "= the normalized text, up to white space",
    "none": "≠ the normalized text",
}


@click.command(
    epilog=options.examples(
        'tokbench inspect wordpiece "Straße, 日本語"',
        'tokbench inspect recipe.toml "before anything is trained"',
        'echo "a line" | tokbench inspect wordpiece - --json',
    ),
)
@click.argument("recipe_or_artifact")
@click.argument("text")
@options.overrides
@options.trust_remote_code
@options.as_json
def inspect(
    recipe_or_artifact: str, text: str, overrides: tuple[str, ...], trust_remote_code: bool, as_json: bool
) -> None:
    """Show what a tokenizer does to a text, stage by stage.

    An artifact shows all stages, a recipe those before its model: nothing need be trained to try a normalizer. TEXT
    is read from standard input where it is `-`. Characters that cannot be seen are escaped.
    """
    from tokbench.cli import console
    from tokbench.inspection import inspect_at

    if any("\ud800" <= character <= "\udfff" for character in text):
        raise click.UsageError("TEXT is not UTF-8")
    given = _standard_input() if text == "-" else text
    found = inspect_at(recipe_or_artifact, given, overrides=overrides, trust_remote_code=trust_remote_code)
    if as_json:
        console.data(dataclasses.asdict(found))
    else:
        _show(found)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"standard input is not UTF-8 at byte {error.start}") from error


def _show(found: Inspection) -> None:
    """Draw the stages below each other, each token in the color of its word."""
    from tokbench.cli import console, drawing
    from tokbench.cli.visible import visible, visible_token

    drawing.folded("text", visible(found.text))
    drawing.folded("normalized", visible(found.normalized))
    words = [(visible_token(word.text), f"{word.start}-{word.end}") for word in found.words]
    drawing.stacked(("words", "offsets"), words, range(len(words)))
    if found.tokens is not None and found.decoded is not None:
        tokens = [(visible_token(token.text), str(token.id), _offsets(token)) for token in found.tokens]
        drawing.stacked(("tokens", "ids", "offsets"), tokens, [token.word for token in found.tokens])
        console.line("")
        drawing.folded("decoded", visible(found.decoded))
        drawing.folded("", ROUND_TRIP[found.round_trip or "none"])


def _offsets(token: Token) -> str:
    return "" if token.word is None else f"{token.start}-{token.end}"
