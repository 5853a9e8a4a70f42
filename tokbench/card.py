"""The model card: README.md, with the metadata that the Hub reads at its top."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from tokbench.recipe.tables import Card

if TYPE_CHECKING:
    from tokbench.manifest import Built

ROUND_TRIPS = {
    "exact": "gives the text back, character by character",
    "normalized": "gives back the normalized text",
    "spaces": "gives back the normalized text, but for white space",
    "none": "does not promise to give the text back",
}
"""What decoding does, in words, for each promise."""


def render(
    built: Built,
    recipe: str,
    card: Card,
    *,
    special_tokens: Iterable[str] = (),
) -> str:
    """Return the card as Markdown: what it is, how to load it, what it was trained on, figures, proofs, the recipe."""
    blocks = [
        _metadata(card),
        f"# {built.name}",
        card.description or "A tokenizer built with tokbench.",
        _loading(built, tuple(special_tokens)),
        _training(built),
        _figures(built.figures),
        _proofs(built),
        "## Recipe\n\n" + fenced(recipe, "toml"),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _metadata(card: Card) -> str:
    """Return the front matter, in YAML; a JSON string is a YAML string."""
    lines = ["---", "library_name: transformers"]
    if card.license:
        lines.append(f"license: {json.dumps(card.license)}")
    for key, values in (("language", card.language), ("tags", ("tokenizer", "tokbench", *card.tags))):
        if values:
            lines += [f"{key}:", *(f"  - {json.dumps(value, ensure_ascii=False)}" for value in dict.fromkeys(values))]
    return "\n".join([*lines, "---"])


def _loading(built: Built, special_tokens: tuple[str, ...]) -> str:
    code = 'from transformers import AutoTokenizer\n\ntokenizer = AutoTokenizer.from_pretrained("<this repository>")'
    sentences = [f"Decoding what was encoded {ROUND_TRIPS[built.promised.round_trip]}."]
    if special_tokens:
        shown = ", ".join(f"`{token}`" for token in dict.fromkeys(special_tokens))
        sentences.append(
            f"Special tokens: {shown}. Written in a text, they become special ids, as in every tokenizer of"
            " `transformers`; for text that is not trusted, pass `split_special_tokens=True`."
        )
    return "## Use\n\n" + fenced(code, "python") + "\n\n" + " ".join(sentences)


def _training(built: Built) -> str:
    tally = built.tally
    skipped = "".join(f" {count:,} documents were skipped: {why}." for why, count in sorted(tally.skipped.items()))
    read = f"{tally.documents:,} documents, {tally.bytes:,} bytes of text, in {len(built.units):,} units."
    words = f" {built.words['total']:,} words, {built.words['distinct']:,} distinct." if built.words else ""
    return f"## Training data\n\n{read}{words}{skipped} `manifest.json` names the units with their sha256."


def _figures(figures: Mapping[str, float]) -> str:
    if not figures:
        return ""
    rows = [f"| {name.replace('_', ' ')} | {value:,.4g} |" for name, value in figures.items()]
    said = "Measured on the beginnings of the first documents of the training data:"
    return "\n".join(["## Figures", "", said, "", "| | |", "|---|---|", *rows])


def _proofs(built: Built) -> str:
    if built.checks is None:
        return "## Proofs\n\nNone: it was built with `--no-checks`."
    passed = sum(result.passed for result in built.checks.results)
    stock = " and ".join(f"`{name}` {version(name)}" for name in ("transformers", "tokenizers"))
    said = f"{passed} of {len(built.checks.results)} checks passed with stock {stock}."
    known = "".join(f"\n- {limitation}" for limitation in built.checks.limitations)
    return f"## Proofs\n\n{said} `tokbench check` repeats them." + (f"\n\nKnown limitations:\n{known}" if known else "")


def fenced(text: str, language: str) -> str:
    """Return a code block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
