"""What the tests of the command line share: a runner, a small recipe, and an artifact built from it once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

RECIPE = """
name = "small"

[[corpus]]
use = "files"
path = "text.txt"

[[normalizer]]
use = "lowercase"

[[pre_tokenizer]]
use = "bert"

[trainer]
use = "wordpiece"
vocab_size = 60

[special_tokens]
unk = "[UNK]"
cls = "[CLS]"
sep = "[SEP]"
mask = "[MASK]"

[[post_processor]]
use = "bert"
"""
TEXT = "the quick brown fox jumps over the lazy dog\nthe dog sleeps, the fox runs\n" * 3


@pytest.fixture
def tokbench() -> Callable[..., Result]:
    """Return ``tokbench("parts", "--json")``, which runs a command in this process."""
    from tokbench.cli.main import main

    def run(*arguments: str | Path, input: str | bytes | None = None) -> Result:  # noqa: A002
        return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="tokbench", input=input)

    return run


@pytest.fixture(scope="session")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recipe that builds in a moment."""
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "text.txt").write_text(TEXT)
    (folder / "small.toml").write_text(RECIPE)
    return folder / "small.toml"


@pytest.fixture(scope="session")
def artifact(recipe: Path) -> Path:
    """Return the folder of an artifact, built without its checks."""
    from tokbench import pipeline

    return pipeline.build(recipe, recipe.parent / "small", checks=False).path
