"""A build that starts from an existing tokenizer."""

from __future__ import annotations

from pathlib import Path

import tokbench
from tokbench.contracts import Note

CORPORA = Path(__file__).parents[2] / "corpora"
TEXTS = ["der Garten hinter dem Haus", "die Kinder im Garten zählen die Tropfen am Fenster"] * 40


def test_an_artifact_is_a_base_and_so_is_what_comes_of_it(tmp_path):
    """Retrained once and again: special tokens keep their ids, the text of each round is learned, all checks pass."""
    first = tokbench.build(CORPORA / "wordpiece.toml", tmp_path / "first", checks=False)
    (tmp_path / "second.toml").write_text('name = "second"\n[base]\ntokenizer = "first"\n', encoding="utf-8")
    notes = []
    second = tokbench.build(tmp_path / "second.toml", tmp_path / "second", corpus=TEXTS, report=notes.append)
    third = tokbench.build(
        {"name": "third", "base": {"tokenizer": str(second.path)}}, tmp_path / "third", corpus=TEXTS, checks=False
    )
    assert second.manifest["checks"]["ran"]
    assert any(isinstance(note, Note) and note.text.startswith("trainer.vocab_size: ") for note in notes)
    old, new = first.tokenizer, second.tokenizer
    assert new.special_tokens_map == old.special_tokens_map
    assert new.all_special_ids == old.all_special_ids
    assert new.tokenize("der Garten") == ["der", "garten"] != old.tokenize("der Garten")
    assert third.tokenizer.get_vocab() == new.get_vocab()


def test_the_filled_recipe_builds_the_same_bytes(tmp_path):
    """What the artifact keeps as its recipe gives the same tokenizer again."""
    tokbench.build(CORPORA / "bpe.toml", tmp_path / "base", overrides=["trainer.vocab_size=400"], checks=False)
    recipe = 'name = "again"\n[base]\ntokenizer = "base"\n[trainer]\nuse = "bpe"\nvocab_size = 290\n'
    (tmp_path / "again.toml").write_text(recipe, encoding="utf-8")
    one = tokbench.build(tmp_path / "again.toml", tmp_path / "one", corpus=TEXTS, checks=False)
    (tmp_path / "filled.toml").write_bytes((one.path / "recipe.toml").read_bytes())
    other = tokbench.build(tmp_path / "filled.toml", tmp_path / "other", corpus=TEXTS, checks=False)
    assert len(one.tokenizer) == 290
    for name in ("tokenizer.json", "tokenizer_config.json", "recipe.toml"):
        assert (one.path / name).read_bytes() == (other.path / name).read_bytes(), name
