"""Other tokenizers are measured on the same text, and one that is not there is refused before any is read."""

from __future__ import annotations

import json

import pytest

import tokbench
from tests.unit.shapes import build as build_shape
from tests.unit.shapes import byte_level
from tokbench.errors import RecipeError

RECIPE = """
name = "ours"

[card]
compare = ["theirs"]

[[corpus]]
use = "files"
path = ["text.txt", "more.txt"]
license = "cc0-1.0"
language = "fi"

[pre_tokenizer]
use = "gpt2"

[trainer]
use = "bpe"
vocab_size = 300
"""


@pytest.fixture
def recipe(tmp_path):
    """Return a recipe that compares with a folder beside it."""
    for name in ("text.txt", "more.txt"):
        (tmp_path / name).write_text("the fox and the dog\n" * 9)
    (tmp_path / "ours.toml").write_text(RECIPE)
    return tmp_path / "ours.toml"


def test_another_tokenizer_stands_beside_in_card_and_manifest(recipe, tmp_path):
    """With the same figures, measured on the same text."""
    build_shape(byte_level(), tmp_path / "theirs")
    built = tokbench.build(recipe, tmp_path / "ours", checks=False)
    figures = built.manifest["compared"]["theirs"]
    assert figures.keys() == built.manifest["figures"].keys()
    assert figures["tokens"] == 320
    card = (built.path / "README.md").read_text(encoding="utf-8")
    assert "|  | ours | theirs |" in card
    assert f"| bytes per token | {built.manifest['figures']['bytes_per_token']:.4g} |" in card
    assert "| text.txt, more.txt | fi | cc0-1.0 |" in card


def test_a_tokenizer_that_is_not_there_costs_no_training(recipe, tmp_path):
    """The key stands with its line, and no folder is made."""
    (tmp_path / "theirs").mkdir()
    with pytest.raises(RecipeError, match=r"ours.toml:5: card.compare: .*'theirs'"):
        tokbench.build(recipe, tmp_path / "ours", checks=False)
    assert not (tmp_path / "ours").exists()


def test_where_text_came_from_is_in_the_manifest(recipe, tmp_path):
    """As the recipe says it, or that it was given."""
    build_shape(byte_level(), tmp_path / "theirs")
    told = {"title": "text.txt, more.txt", "license": "cc0-1.0", "language": "fi", "dataset": None}
    assert tokbench.build(recipe, tmp_path / "a", checks=False).manifest["corpus"]["origins"] == [told]
    given = tokbench.build(recipe, tmp_path / "b", corpus=["the fox and the dog"] * 9, checks=False)
    (origin,) = json.loads((given.path / "manifest.json").read_text(encoding="utf-8"))["corpus"]["origins"]
    assert origin["title"] == "text given from Python"
