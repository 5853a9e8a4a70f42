"""What a trainer may ask of the corpora of a build, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

import tokbench
from tokbench import blueprint, registry
from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError, RecipeError
from tokbench.recipe.loader import load
from tokbench.recipe.recipe import Recipe
from tokbench.trainers.wordlevel import WordLevelTrainer

ASKED: dict[str, Any] = {}


@dataclass(frozen=True)
class Curious:
    """Keeps what it is told, and knows the words of one of `asks`."""

    makes: ClassVar[tuple[str, ...]] = ("wordlevel",)

    asks: tuple[str, ...] = ()

    def train_corpus(self, corpus, model, reserved, report):
        ASKED.clear()
        for name in self.asks:
            asked = getattr(corpus, name)
            ASKED[name] = asked() if callable(asked) else asked
        if "texts" in ASKED:
            ASKED["texts"] = list(ASKED["texts"])
        words = WordCounts.of([("a", 1)])
        return WordLevelTrainer().train(words, model, reserved, report)

    def finished(self, pre_tokenizer):
        from tokenizers.pre_tokenizers import Whitespace

        return Whitespace()


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    """Return the tables of a recipe with two languages and a trainer that asks."""
    find = registry.load
    chosen = lambda kind, name: Curious if name == "curious" else find(kind, name)  # noqa: E731
    monkeypatch.setattr("tokbench.recipe.reader.load", chosen)
    monkeypatch.setattr("tokbench.registry.load", chosen)
    monkeypatch.setattr(Recipe, "packages", lambda _: {})
    (tmp_path / "fi.txt").write_text("yksi kaksi\nyksi\n")
    (tmp_path / "en.txt").write_text("one two one\n")
    return {
        "name": "asked",
        "corpus": [{"use": "files", "path": str(tmp_path / f"{tag}.txt"), "language": tag} for tag in ("fi", "en")],
        "pre_tokenizer": {"use": "whitespace-split"},
        "trainer": {"use": "curious", "asks": []},
        "special_tokens": {"unk": "<unk>"},
    }


def ask(recipe, folder, *names, **options):
    recipe["trainer"]["asks"] = list(names)
    artifact = tokbench.build(recipe, folder / "out", checks=False, force=True, **options)
    return artifact, dict(ASKED)


def test_counts_of_each_language(recipe, tmp_path):
    """Sorted by language; together they are the words of all, and nothing is read twice for that."""
    artifact, asked = ask(recipe, tmp_path, "languages", "words")
    assert {tag: dict(words) for tag, words in asked["languages"].items()} == {
        "en": {"one": 2, "two": 1},
        "fi": {"kaksi": 1, "yksi": 2},
    }
    assert list(asked["languages"]) == ["en", "fi"]
    assert dict(asked["words"]) == {"kaksi": 1, "one": 2, "two": 1, "yksi": 2}
    assert artifact.manifest["corpus"]["documents"] == 3


def test_text_as_often_as_it_is_asked_for(recipe, tmp_path):
    """Without counting anything, where nobody asks for counts; the manifest knows what was read."""
    artifact, asked = ask(recipe, tmp_path, "texts")
    assert asked["texts"] == ["yksi kaksi", "yksi", "one two one"]
    assert artifact.manifest["words"] == {}
    assert artifact.manifest["corpus"]["bytes"] == len("".join(asked["texts"]))


def test_counts_and_text(recipe, tmp_path):
    """A document is counted once, however often it is read."""
    artifact, asked = ask(recipe, tmp_path, "words", "bytes", "texts")
    assert asked["bytes"] == artifact.manifest["corpus"]["bytes"] == len("".join(asked["texts"]))
    assert artifact.manifest["corpus"]["documents"] == 3


def test_a_corpus_without_a_language_is_named(recipe, tmp_path):
    """Only where somebody asks."""
    del recipe["corpus"][1]["language"]
    ask(recipe, tmp_path, "words")
    with pytest.raises(CorpusError, match=r"en\.txt: the trainer must know the language"):
        ask(recipe, tmp_path, "languages")


@pytest.mark.parametrize(("name", "what"), [("texts", "running text"), ("languages", "counts of each language")])
def test_a_file_of_counts_has_words_alone(recipe, tmp_path, name, what):
    """What it lacks is refused."""
    counts = tmp_path / "words.parquet"
    tokbench.count(recipe, counts)
    assert dict(ask(recipe, tmp_path, "words", counts=counts)[1]["words"])["yksi"] == 2
    with pytest.raises(RecipeError, match=f"it takes {what}, not only word counts"):
        ask(recipe, tmp_path, name, counts=counts)


def test_the_finished_pre_tokenizer_is_the_trainers(recipe, tmp_path):
    """Where it has one."""
    artifact, _ = ask(recipe, tmp_path, "words")
    assert type(artifact.tokenizer.backend_tokenizer.pre_tokenizer).__name__ == "Whitespace"


def test_a_base_keeps_its_stages(recipe, tmp_path):
    """So a trainer that changes them is refused."""
    base = ask(recipe, tmp_path, "words")[0].path
    kept = {key: recipe[key] for key in ("name", "corpus", "trainer")}
    with pytest.raises(RecipeError, match="the trainer 'curious' changes the pre-tokenizer"):
        blueprint.draw(load({**kept, "base": {"tokenizer": str(base)}}))
