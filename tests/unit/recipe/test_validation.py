"""The table `[validation]` is read from a recipe or from a file of its own, and every mistake is told with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tokbench.errors import RecipeError
from tokbench.recipe import loader, validation
from tokbench.recipe.schema import recipe_schema

ROOT = Path(__file__).parents[3]
TABLE = """
[validation]
task = "ner"
seeds = [1, 2]

[validation.data]
train = "a.conll"

[validation.model]
size = "small"
"""
RECIPE = """name = "small"
corpus = { use = "files", path = "a.txt" }

[trainer]
use = "char"
"""


@pytest.fixture
def load(tmp_path):
    """Return a function that reads the table of a text."""

    def read(text, *changes):
        (tmp_path / "ner.toml").write_text(text, encoding="utf-8")
        return validation.load(tmp_path / "ner.toml", changes)

    return read


def test_a_table_is_read(load, tmp_path):
    """With every default; its relative paths start where it stands."""
    found = load(TABLE, "validation.training.epochs=1.5")
    assert found.task.name == "ner"
    assert found.trials.seeds == (1, 2)
    assert (found.settings.model.size, found.settings.training.epochs) == ("small", 1.5)
    assert found.folder == tmp_path
    assert found.baselines == ()


def test_a_checkpoint_is_a_baseline_where_none_is_named(load):
    """None is one too, where that is said."""
    change = "validation.model.checkpoint=org/model"
    assert load(TABLE, change).baselines == ("checkpoint",)
    assert load(TABLE, change, "validation.baselines=[]").baselines == ()


def test_a_recipe_has_it_too_and_writes_every_default(tmp_path):
    """The filled recipe is read to the same."""
    (tmp_path / "small.toml").write_text(RECIPE + TABLE, encoding="utf-8")
    recipe = loader.load(tmp_path / "small.toml")
    assert recipe.validation is not None
    assert recipe.validation.data.train == "a.conll"
    (tmp_path / "filled.toml").write_text(recipe.toml(), encoding="utf-8")
    again = loader.load(tmp_path / "filled.toml")
    assert again.validation.filled() == recipe.validation.filled()
    assert again.validation.filled()["training"]["batch_size"] == 32
    assert again.toml() == recipe.toml()


def test_every_mistake_is_told_with_its_line(load, tmp_path):
    """All of them at once, in the order of the file."""
    wrong = TABLE.replace('"ner"', '"nerr"').replace("[1, 2]", '"1"').replace("train", "trian").replace("size", "sise")
    with pytest.raises(RecipeError) as caught:
        load(wrong + "\n[validation.trainig]\n")
    assert str(caught.value).replace(str(tmp_path), "").splitlines() == [
        "/ner.toml:3: validation.task.use: there is no task 'nerr'; did you mean 'ner'?",
        '/ner.toml:4: validation.seeds: must be a list of integers, not "1"',
        '/ner.toml:6: validation.data: say which file to train on, as in train = "train.conll", or which dataset',
        "/ner.toml:7: validation.data.trian: no such option; did you mean 'train'?",
        "/ner.toml:10: validation.model.sise: no such option; did you mean 'size'?",
        "/ner.toml:12: validation.trainig: validation has no such key; did you mean 'training'?",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", 'has no [validation]; write one, with task = "ner"'),
        ("validation = 1", "validation: must be a table"),
        ('[validation]\ndata = { train = "a" }', 'validation: say which task, as in task = "ner"'),
        (TABLE.replace("[1, 2]", "[]"), "validation.seeds: must name at least one"),
    ],
)
def test_what_is_missing_is_told(load, text, sentence):
    """With what to write."""
    with pytest.raises(RecipeError, match=re.escape(sentence)):
        load(text)


def test_the_schema_knows_the_table():
    """Tasks by name, and the options of each table."""
    described = recipe_schema()["properties"]["validation"]
    assert described["required"] == ["task", "data"]
    assert {"task", "seeds", "baselines", "data", "model", "transfer", "training"} == described["properties"].keys()
    assert "ner" in described["properties"]["task"]["anyOf"][0]["enum"]


def test_what_the_readme_shows_is_read(load):
    """As it stands there."""
    blocks = re.findall(r"```toml\n(\[validation\].*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (block,) = blocks
    assert load(block).baselines == ("checkpoint", "org/other")
