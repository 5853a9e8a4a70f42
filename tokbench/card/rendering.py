"""The card of a new artifact, as Markdown: what it is, how to load it, what it was made of, figures, proofs, limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING

from tokbench.card import code
from tokbench.card.metadata import described, front_matter
from tokbench.card.validation import section
from tokbench.recipe.tables import Card
from tokbench.wording import counted

if TYPE_CHECKING:
    from tokbench.manifest import Built, Origin

ROUND_TRIPS = {
    "exact": "gives the text back, character by character",
    "normalized": "gives back the normalized text",
    "spaces": "gives back the normalized text, but for white space",
    "none": "does not promise to give the text back",
}
"""What decoding does, in words, for each promise."""

REPOSITORY = "<this repository>"
"""What stands for the id on the Hub until it is known."""
ADDRESS = re.compile(r'(AutoTokenizer\.from_pretrained\(")([^"\n]+)(")')


def render(built: Built, recipe: str, card: Card, *, special_tokens: Iterable[str] = ()) -> str:
    """Return the card as Markdown; `recipe` is the filled one, as TOML."""
    blocks = [
        front_matter(described(card, built.origins)),
        f"# {built.name}",
        card.description or "A tokenizer built with tokbench.",
        _loading(built, tuple(special_tokens)),
        code.section(built.code),
        _training(built),
        _figures(built),
        section(),
        _proofs(built),
        _limits(built),
        "## Recipe\n\n" + fenced(recipe, "toml"),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def addressed(card: str, repository: str) -> str:
    """Return the card with the id of the repository that it is published in, where it says how to load it."""
    return ADDRESS.sub(lambda found: f"{found[1]}{repository}{found[3]}", card, count=1)


def address_of(card: str) -> str:
    """Return the id that a card says to load, or what stands for it."""
    found = ADDRESS.search(card)
    return found[2] if found else REPOSITORY


def _loading(built: Built, special_tokens: tuple[str, ...]) -> str:
    trusted = ", trust_remote_code=True" if built.code else ""
    loads = f'tokenizer = AutoTokenizer.from_pretrained("{REPOSITORY}"{trusted})'
    lines = f"from transformers import AutoTokenizer\n\n{loads}"
    sentences = [
        f"It has {built.vocabulary:,} tokens.",
        f"Decoding what was encoded {ROUND_TRIPS[built.promised.round_trip]}.",
    ]
    if special_tokens:
        shown = ", ".join(f"`{token}`" for token in dict.fromkeys(special_tokens))
        sentences.append(
            f"Special tokens: {shown}. Written in a text, they become special ids, as in every tokenizer of"
            " `transformers`; for text that is not trusted, pass `split_special_tokens=True`."
        )
    return "## Use\n\n" + fenced(lines, "python") + "\n\n" + " ".join(sentences)


# ---------------------------------------------------------------- what it was made of


def _training(built: Built) -> str:
    tally = built.tally
    sentences = []
    if built.units:
        read = f"{counted(tally.documents, 'document')}, {counted(tally.bytes, 'byte')} of text"
        sentences.append(f"{read}, in {counted(len(built.units), 'unit')}.")
    if built.words:
        sentences.append(f"{counted(built.words['total'], 'word')}, {built.words['distinct']:,} distinct.")
    for why, count in sorted(tally.skipped.items()):
        sentences.append(f"{counted(count, 'document')} {'was' if count == 1 else 'were'} skipped: {why}.")
    if tally.replaced:
        sentences.append(f"In {counted(tally.replaced, 'document')}, what is not text was replaced by U+FFFD.")
    sentences.append("`manifest.json` names the units with their sha256.")
    return "\n\n".join(["## Training data", *_origins(built.origins), " ".join(sentences)])


def _origins(origins: Iterable[Origin]) -> list[str]:
    """Return a table of the corpora, if there are any; a language only where one of them says its own."""
    rows = [("corpus", "language", "license"), ("---", "---", "---")]
    rows += [
        (_cell(origin.title), _cell(origin.language or ""), _cell(origin.license or "not stated")) for origin in origins
    ]
    told = any(language for _, language, _ in rows[2:])
    return ["\n".join(_row(cells if told else (cells[0], cells[2])) for cells in rows)] if rows[2:] else []


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


# ---------------------------------------------------------------- what was seen


def _figures(built: Built) -> str:
    if not built.figures:
        return ""
    columns = {built.name: built.figures, **built.compared}
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    rows = [
        _row([name.replace("_", " "), *(_number(column.get(name)) for column in columns.values())]) for name in names
    ]
    first = "document" if len(built.tally.samples) == 1 else f"{len(built.tally.samples)} documents"
    said = f"Measured on the beginnings of the first {first} of the training data"
    flattered = ", which favors the tokenizer that was trained on them" if built.compared else ""
    head = [_row(["", *map(_cell, columns)]), _row(["---", *("---:" for _ in columns)])]
    return "\n".join(["## Figures", "", f"{said}{flattered}:", "", *head, *rows])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def _proofs(built: Built) -> str:
    if built.checks is None:
        return "## Proofs\n\nNone: it was built with `--no-checks`."
    passed = sum(result.passed for result in built.checks.results)
    stock = " and ".join(f"`{name}` {version(name)}" for name in ("transformers", "tokenizers"))
    said = f"{passed} of {len(built.checks.results)} checks passed with stock {stock}."
    return f"## Proofs\n\n{said} `tokbench check` repeats them."


def _limits(built: Built) -> str:
    """Return what is known not to hold, each a fact that the build saw; what nobody measured is not said."""
    known = [*(built.checks.limitations if built.checks else ())]
    if unknown := built.figures.get("unknown", 0):
        known.append(f"{unknown:.2%} of the tokens of its own training data are unknown to it")
    known.append("it learned from the text above; other languages and domains take more tokens")
    return "## Limits\n\n" + "\n".join(f"- {limit[:1].upper()}{limit[1:]}." for limit in known)


def fenced(text: str, language: str) -> str:
    """Return a code block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
