"""What a build is asked for, whether of one size or of many: which recipe, which text, and how it is counted."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench import blueprint, machine, manifest
from tokbench.contracts import EnginePart, Report, WorkUnit, silent
from tokbench.errors import CorpusError, UserError
from tokbench.making import Making
from tokbench.manifest import Origin
from tokbench.recipe.loader import load
from tokbench.recipe.recipe import Recipe

if TYPE_CHECKING:
    from tokenizers import models

    from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class Order:
    """The arguments that `build`, `build_sizes` and `count` share; `tokbench.pipeline.build` says what each means."""

    recipe: str | os.PathLike[str] | Mapping[str, Any] | Recipe
    overrides: Sequence[str] = ()
    corpus: Any = None
    counts: str | os.PathLike[str] | None = None
    threads: int | None = None
    memory: int | None = None
    engine: str | EnginePart = "local"
    trust_remote_code: bool = False
    report: Report = silent

    def __post_init__(self) -> None:
        if self.counts is not None and not os.fspath(self.counts):
            raise UserError("counts: the path is empty; give a Parquet file of words and counts")

    def making(self, *changes: str, report: Report | None = None) -> Making:
        """Return a build of the recipe, with these changes after the overrides; nothing is read yet."""
        report = report or self.report
        recipe = self.recipe
        if not isinstance(recipe, Recipe):
            recipe = load(recipe, [*self.overrides, *changes], corpus_given=self._given)
        drawn = blueprint.draw(recipe, report, trust_remote_code=self.trust_remote_code)
        threads = self.threads or machine.threads()
        return Making(drawn, report, threads, self.memory or 0, self.engine, self._origins(drawn.recipe))

    def train(self, making: Making) -> models.Model:
        """Return the model, trained on the text or the counts that were asked for."""
        return making.train_words(self.words(making)) if self.counts else making.train(self.units(making))

    def words(self, making: Making) -> WordCounts:
        """Return the word counts: those of the file, or of the text, which is counted."""
        return making.read(Path(self.counts)) if self.counts else making.count(self.units(making))

    def units(self, making: Making) -> Sequence[WorkUnit]:
        """Return the pieces in which the corpora are read; none at all is a `CorpusError`."""
        from tokbench.corpora.python import from_python
        from tokbench.corpora.source import Source
        from tokbench.corpora.stream import work_units

        recipe = making.drawn.recipe
        given = self.corpus is not None
        sources = [Source(from_python(self.corpus))] if given else [use.source() for use in recipe.corpora]
        units = work_units(sources, recipe.mix)
        if not units:
            raise CorpusError("corpus: there is nothing to read; name a corpus that has text")
        return units

    @property
    def _given(self) -> bool:
        return self.corpus is not None or self.counts is not None

    def _origins(self, recipe: Recipe) -> tuple[Origin, ...]:
        """Return where the text came from: the recipe's corpora, or what was given in their place."""
        if self._given:
            return (Origin(manifest.GIVEN_TEXT if self.counts is None else manifest.GIVEN_COUNTS),)
        return tuple(use.origin() for use in recipe.corpora)
