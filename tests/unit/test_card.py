"""The model card says what is so, in Markdown that the Hub reads."""

from __future__ import annotations

from dataclasses import replace

from huggingface_hub import ModelCard

from tokbench.card import fenced, render
from tokbench.checks.expected import Promised
from tokbench.checks.results import CheckReport, CheckResult
from tokbench.contracts import Tally
from tokbench.manifest import Built
from tokbench.recipe.tables import Card

TALLY = Tally(12_345, 67_890_123, skipped={"not UTF-8": 3})
CHECKS = CheckReport((CheckResult("ids", True), CheckResult("offsets", True)), "", ("ids change on Sundays",))
BUILT = Built(
    "finnish", Promised("exact"), TALLY, 300, ("a.txt", "b.txt"), {"distinct": 20, "total": 1234}, checks=CHECKS
)


def test_the_hub_reads_the_metadata() -> None:
    """Languages, license and tags are the recipe's; every card has the library and our tags."""
    card = Card(language=("fi", "no"), license="cc-by-4.0", tags=("wordpiece", "tokbench"))
    data = ModelCard(render(BUILT, "", card)).data
    assert data.library_name == "transformers"
    assert data.language == ["fi", "no"]
    assert data.license == "cc-by-4.0"
    assert data.tags == ["tokenizer", "tokbench", "wordpiece"]


def test_metadata_that_nobody_gave_is_left_out() -> None:
    """A license is never guessed."""
    data = ModelCard(render(BUILT, "", Card())).data
    assert data.license is None
    assert data.language is None


def test_facts_are_told() -> None:
    """What was read, skipped, proved and what is known not to work."""
    text = render(BUILT, 'name = "finnish"', Card(description="For Finnish."), special_tokens=["<s>", "<s>"])
    for fact in (
        "# finnish\n\nFor Finnish.",
        "12,345 documents, 67,890,123 bytes of text, in 2 units. 1,234 words, 20 distinct.",
        "3 documents were skipped: not UTF-8.",
        "gives the text back, character by character",
        "Special tokens: `<s>`. Written in a text, they become special ids",
        "2 of 2 checks passed with stock `transformers` ",
        "- ids change on Sundays",
        '```toml\nname = "finnish"\n```',
    ):
        assert fact in text


def test_figures_are_a_table() -> None:
    """Numbers are written to be read."""
    text = render(replace(BUILT, figures={"bytes_per_token": 1.23456, "unknown": 0.0}), "", Card())
    assert "| bytes per token | 1.235 |\n| unknown | 0 |" in text


def test_no_checks_is_said() -> None:
    """A build that proved nothing does not look as if it had."""
    assert "None: it was built with `--no-checks`." in render(Built("x", Promised(), Tally()), "", Card())


def test_a_fence_is_longer_than_what_it_holds() -> None:
    """A recipe with backticks in a description does not end its own block."""
    assert fenced("a ```` b", "toml") == "`````toml\na ```` b\n`````"


def test_one_newline_at_the_end() -> None:
    """The card ends as text files end."""
    assert render(BUILT, "x\n\n", Card()).endswith("```\n")
