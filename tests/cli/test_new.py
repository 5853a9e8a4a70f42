"""`tokbench new recipe` writes a recipe that is ready to run."""

from __future__ import annotations

import pytest

from tokbench.recipe import presets


@pytest.mark.parametrize("family", presets.NAMES)
def test_a_preset_with_a_corpus_can_be_built(family, tokbench, tmp_path, monkeypatch):
    """The recipe passes its checks as it is written, and reads the corpus it was given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("some text\n")
    assert tokbench("new", "recipe", "my", "--like", family, "--corpus", "texts/*.txt").output == (
        "my.toml is written; next: tokbench build my.toml\n"
    )
    result = tokbench("check", "my.toml")
    assert result.exit_code == 0, result.stderr
    assert "a.txt" in result.output


def test_the_corpus_is_named_as_seen_from_the_recipe(tokbench, tmp_path, monkeypatch):
    """The user's path starts where the user is, the recipe's where the recipe is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    tokbench("new", "recipe", "recipes/my.toml", "--like", "bert", "--corpus", "texts/*.txt")
    assert 'path = "../texts/*.txt"' in (tmp_path / "recipes" / "my.toml").read_text()


def test_without_a_corpus_the_user_is_told_which_to_write(tokbench, tmp_path):
    """The note names the path that the recipe has."""
    result = tokbench("new", "recipe", tmp_path / "my.toml", "--like", "bert")
    assert result.exit_code == 0
    assert f"note: {tmp_path / 'my.toml'} reads samples/*.txt; write the path of your own text into it" in result.stderr


def test_nothing_is_overwritten(tokbench, tmp_path):
    """A second call is a user's mistake, and the file stays."""
    (tmp_path / "my.toml").write_text("precious")
    result = tokbench("new", "recipe", tmp_path / "my.toml", "--like", "bert")
    assert result.exit_code == 2
    assert "exists already; choose another name, or delete it first" in result.stderr
    assert (tmp_path / "my.toml").read_text() == "precious"


def test_a_missing_folder_is_a_users_mistake(tokbench, tmp_path):
    """The message says what to look at."""
    result = tokbench("new", "recipe", tmp_path / "no" / "my.toml", "--like", "bert")
    assert result.exit_code == 2
    assert "is there such a folder?" in result.stderr


def test_the_next_command_can_be_copied(tokbench, tmp_path, monkeypatch):
    """A name with spaces is quoted as a shell wants it."""
    monkeypatch.chdir(tmp_path)
    written = tokbench("new", "recipe", "my own", "--like", "char", "--corpus", "a.txt").output
    assert written == "my own.toml is written; next: tokbench build 'my own.toml'\n"
