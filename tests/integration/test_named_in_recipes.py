"""Metrics and engines do what they are named for: in a recipe, on the command line, from Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

import tokbench
from tokbench.contracts import Note
from tokbench.engines.local import Local
from tokbench.errors import PartError, RecipeError, UserError
from tokbench.metrics.compression import Compression
from tokbench.recipe.loader import METRICS

RECIPE: dict[str, Any] = {
    "name": "small",
    "pre_tokenizer": {"use": "byte-level"},
    "trainer": {"use": "bpe", "vocab_size": 280},
}
TEXTS = ["the fox and the dog", "the dog and the fox"] * 5


def figures(folder, events=None, **tables):
    """Return the figures of a build whose recipe has these tables too."""
    report = (events if events is not None else []).append
    built = tokbench.build({**RECIPE, **tables}, folder, corpus=TEXTS, checks=False, report=report)
    return built.manifest["figures"]


def test_a_recipe_says_what_is_measured(tmp_path):
    """With the options of the metrics, in the order of the recipe, and it comes back from the filled recipe."""
    metrics = [{"use": "renyi-efficiency", "order": 1.0}, {"use": "compression"}]
    found = figures(tmp_path / "a", metric=metrics)
    assert list(found) == [
        "tokens",
        "renyi_efficiency",
        "renyi_efficiency_observed",
        "bytes_per_token",
        "characters_per_token",
    ]
    assert found != figures(tmp_path / "b", metric=[{"use": "renyi-efficiency"}, {"use": "compression"}])
    again = tokbench.load(tmp_path / "a" / "recipe.toml", corpus_given=True)
    assert [(use.name, use.part) for use in again.metrics] == [
        (use.name, use.part) for use in tokbench.load({**RECIPE, "metric": metrics}, corpus_given=True).metrics
    ]


def test_silence_is_the_usual_metrics_and_an_empty_list_is_none(tmp_path):
    """Both are written into the filled recipe."""
    usual = tokbench.load(RECIPE, corpus_given=True)
    assert tuple(use.name for use in usual.metrics) == METRICS
    assert "bytes_per_token" in figures(tmp_path / "a")
    assert figures(tmp_path / "b", metric=[]).keys() == {"tokens"}
    assert tokbench.load(tmp_path / "b" / "recipe.toml", corpus_given=True).metrics == ()


def test_a_metric_is_named_once():
    """Its figures would have the same names."""
    with pytest.raises(RecipeError, match=r"metric.1.use: 'unknown' is measured already; name it once"):
        tokbench.load({**RECIPE, "metric": [{"use": "unknown"}, {"use": "unknown"}]}, corpus_given=True)


def test_figures_of_one_name_are_told_apart(tmp_path, monkeypatch):
    """Nothing that was measured is lost to another metric."""
    monkeypatch.setattr(Compression, "begin", lambda *_: Fixed({"unknown": 0.5}))
    found = figures(tmp_path / "a", metric=[{"use": "unknown"}, {"use": "compression"}])
    assert found["unknown"] == 0
    assert found["compression_unknown"] == 0.5


@dataclass
class Fixed:
    """A measurement with figures, or an error, of its own."""

    figures: Any

    def observe(self, texts, encodings):
        pass

    def result(self):
        if isinstance(self.figures, Exception):
            raise self.figures
        return self.figures


def test_a_metric_that_fails_costs_its_figures_and_no_training(tmp_path, monkeypatch):
    """A note names it; the others are measured, and the artifact stands."""
    monkeypatch.setattr(Compression, "begin", lambda *_: Fixed(KeyError("no such letter")))
    events: list[Any] = []
    found = figures(tmp_path / "a", events)
    assert "bytes_per_token" not in found
    assert "fertility" in found
    notes = [event.text for event in events if isinstance(event, Note)]
    assert "metric 'compression': KeyError: 'no such letter'; its figures are left out" in notes


@dataclass(frozen=True)
class Watched:
    """The engine `local`, which says that it was asked."""

    asked: list[int] = field(default_factory=list)

    def count(self, units, plan, report):
        self.asked.append(len(units))
        return Local().count(units, plan, report)


def test_an_engine_with_options_is_given_from_python(tmp_path):
    """It counts the words, and the vocabulary is that of any other."""
    engine = Watched()
    one = tokbench.build(RECIPE, tmp_path / "one", corpus=TEXTS, checks=False, engine=engine)
    other = tokbench.build(RECIPE, tmp_path / "other", corpus=TEXTS, checks=False)
    assert engine.asked == [1]
    assert one.tokenizer.get_vocab() == other.tokenizer.get_vocab()


def test_an_engine_that_is_not_there_is_refused(tmp_path):
    """Before any text is read."""
    with pytest.raises(PartError, match="there is no engine 'locla'; did you mean 'local'"):
        tokbench.build(RECIPE, tmp_path / "a", corpus=TEXTS, engine="locla")
    assert not (tmp_path / "a").exists()


def test_an_empty_path_of_counts_is_refused(tmp_path):
    """It was to name a file, and is not taken for silence, which reads the corpora."""
    with pytest.raises(UserError, match="counts: the path is empty; give a Parquet file"):
        tokbench.build(RECIPE, tmp_path / "a", counts="")
