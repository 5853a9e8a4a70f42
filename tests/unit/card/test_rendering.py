"""The model card says what is so, in Markdown that the Hub reads."""

from __future__ import annotations

from dataclasses import replace

from huggingface_hub import ModelCard

from tokbench.card.rendering import addressed, fenced, render
from tokbench.card.validation import NOTHING, validation_of, with_validation
from tokbench.checks.expected import Promised
from tokbench.checks.results import CheckReport, CheckResult
from tokbench.contracts import Tally
from tokbench.manifest import Built, Origin
from tokbench.recipe.tables import Card

TALLY = Tally(12_345, 67_890_123, skipped={"not UTF-8": 3})
CHECKS = CheckReport((CheckResult("ids", True), CheckResult("offsets", True)), "", ("ids change on Sundays",))
RESULTS = [
    {
        "task": {"type": "token-classification"},
        "dataset": {"name": "WNUT 17", "type": "wnut_17"},
        "metrics": [{"type": "f1", "value": 0.81, "name": "F1"}],
    }
]
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
        "## Validation\n\nNone: it was not tried on a task.",
        "- Ids change on Sundays.",
        '```toml\nname = "finnish"\n```',
    ):
        assert fact in text


def test_figures_are_a_table() -> None:
    """Numbers are written to be read; what a compared tokenizer has no figure for stays empty."""
    built = replace(BUILT, figures={"tokens": 8000, "bytes_per_token": 1.23456, "unknown": 0.0125})
    text = render(built, "", Card())
    assert "| tokens | 8,000 |\n| bytes per token | 1.235 |\n| unknown | 0.0125 |" in text
    assert "- 1.25% of the tokens of its own training data are unknown to it." in text
    text = render(replace(built, compared={"org/other (607a30d)": {"tokens": 50257}}), "", Card())
    assert "|  | finnish | org/other (607a30d) |\n| --- | ---: | ---: |\n| tokens | 8,000 | 50,257 |" in text
    assert "| bytes per token | 1.235 |  |" in text
    assert "which favors the tokenizer that was trained on them" in text


def test_training_data_is_told_with_its_license() -> None:
    """What the recipe does not say is said to be unknown; datasets of the Hub are in the metadata."""
    origins = (
        Origin("texts/*.txt", language="fi"),
        Origin("org/corpus (train)", "cc-by-4.0", "sv", "org/corpus"),
    )
    text = render(replace(BUILT, origins=origins, tally=replace(TALLY, replaced=7)), "", Card(language=("fi",)))
    assert "| texts/\\*.txt | fi | not stated |\n| org/corpus (train) | sv | cc-by-4.0 |" in text
    assert "In 7 documents, what is not text was replaced by U+FFFD." in text
    data = ModelCard(text).data
    assert (data.language, data.datasets) == (["fi", "sv"], ["org/corpus"])


def test_a_column_that_nobody_fills_is_left_out() -> None:
    """Languages of corpora are told where one says its own; one of a thing is no plural."""
    built = replace(BUILT, origins=(Origin("a.txt"),), tally=Tally(1, 20, skipped={"empty": 1}), units=("a.txt",))
    text = render(built, "", Card())
    assert "| corpus | license |\n| --- | --- |\n| a.txt | not stated |" in text
    assert "1 document, 20 bytes of text, in 1 unit." in text
    assert "1 document was skipped: empty." in text


def test_a_validation_takes_its_place_in_card_and_metadata() -> None:
    """Written again, it replaces itself; the rest of the card stays, byte for byte."""
    card = render(BUILT, "x", Card(language=("no",)))
    assert validation_of(card) == (NOTHING, [])
    once = with_validation(card, "F1 **81**\n\n### By type\n\n## By length", RESULTS)
    (result,) = ModelCard(once).data.eval_results or []
    assert (result.task_type, result.metric_value) == ("token-classification", 0.81)
    assert ModelCard(once).data.model_name == "finnish"
    assert with_validation(once, "F1 **81**", RESULTS) == with_validation(card, "F1 **81**", RESULTS)
    assert validation_of(with_validation(card, "F1 **81**", RESULTS)) == ("F1 **81**", RESULTS)
    assert with_validation(once, NOTHING, []) == card


def test_a_published_card_names_its_repository() -> None:
    """So that what it shows can be copied and run."""
    assert 'AutoTokenizer.from_pretrained("me/finnish")' in addressed(render(BUILT, "", Card()), "me/finnish")


def test_no_checks_is_said() -> None:
    """A build that proved nothing does not look as if it had."""
    assert "None: it was built with `--no-checks`." in render(Built("x", Promised(), Tally()), "", Card())


def test_a_fence_is_longer_than_what_it_holds() -> None:
    """A recipe with backticks in a description does not end its own block."""
    assert fenced("a ```` b", "toml") == "`````toml\na ```` b\n`````"


def test_one_newline_at_the_end() -> None:
    """The card ends as text files end."""
    assert render(BUILT, "x\n\n", Card()).endswith("```\n")
