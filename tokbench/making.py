"""One build under way: from units of text, or word counts, to a model, and from the model to the whole artifact."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tokbench import blueprint, manifest
from tokbench.artifact import CARD, RECIPE, Draft
from tokbench.card.comparison import figures, load_compared
from tokbench.card.rendering import render
from tokbench.contracts import CountingPlan, EnginePart, Note, Report, Tally, WorkUnit
from tokbench.errors import MetricFailed
from tokbench.manifest import Built, Origin, Run
from tokbench.registry import load as load_part

if TYPE_CHECKING:
    from tokenizers import Tokenizer, models

    from tokbench.blueprint import Blueprint
    from tokbench.carried.copying import WholeTokenizer
    from tokbench.checks.expected import Promised
    from tokbench.checks.results import CheckReport
    from tokbench.counting.words import WordCounts
    from tokbench.training import CountedCorpus, ReadCorpus


@dataclass
class Making:
    """One build under way: what was read, what it took, what was said."""

    drawn: Blueprint
    report: Report
    threads: int
    memory: int
    engine: str | EnginePart
    origins: tuple[Origin, ...] = ()
    compared: Mapping[str, Tokenizer] = field(default_factory=dict)
    """The tokenizers to measure beside this one."""
    tally: Tally = field(default_factory=Tally)
    words: Mapping[str, Any] = field(default_factory=dict)
    units: Sequence[WorkUnit] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    def load_compared(self) -> None:
        """Load the tokenizers that the recipe compares with; raises `RecipeError` where one cannot be."""
        self.compared = load_compared(self.drawn.recipe)

    def say_choices(self, said: int = 0) -> None:
        """Tell what was chosen where the recipe is silent, leaving out the first `said`."""
        for choice in self.drawn.recipe.choices[said:]:
            self.report(Note(choice))

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Note how long a stage takes."""
        started = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.perf_counter() - started, 3)

    def count(self, units: Sequence[WorkUnit]) -> WordCounts:
        """Return the counts of the words of the units."""
        self.units = units
        words, self.tally = self._count(units)
        self.words = manifest.counted(words)
        return words

    def _count(self, units: Sequence[WorkUnit]) -> tuple[WordCounts, Tally]:
        from tokbench.corpora.stream import refuse_nothing

        engine = load_part("engines", self.engine)() if isinstance(self.engine, str) else self.engine
        with self.stage("count"):
            plan = self._plan()
            words, tally = engine.count(units, plan, self.report)
        refuse_nothing(tally)
        return words, tally

    def _plan(self) -> CountingPlan:
        classes = self.drawn.code.classes if self.drawn.code else {}
        return CountingPlan(self.drawn.pipeline, self.drawn.cut, self.threads, self.memory, classes)

    def train(self, units: Sequence[WorkUnit]) -> models.Model:
        """Return the model, trained on what its trainer wants: word counts, running text, or more of the corpora."""
        if hasattr(self.drawn.trainer, "train_corpus"):
            return self._train_corpus(units)
        return self._train_text(units) if self.wants_text else self.train_words(self.count(units))

    def read(self, path: Path) -> WordCounts:
        """Return the word counts of a file."""
        from tokbench.counting.files import read_counts

        if self.wants_text:
            raise self.drawn.recipe.error("trainer.use", "it takes running text, not word counts; leave the counts out")
        words = read_counts(path, self.drawn.pipeline)
        self.words = manifest.counted(words)
        return words

    def follow(self, first: Making) -> None:
        """Take over what another build has counted for both."""
        self.units, self.tally, self.words = first.units, first.tally, first.words

    @property
    def reads(self) -> bool:
        """Tell whether the trainer reads the corpora itself, in whole or in part."""
        return self.wants_text or hasattr(self.drawn.trainer, "train_corpus")

    @property
    def wants_text(self) -> bool:
        """Tell whether the trainer takes running text and no counts."""
        return hasattr(self.drawn.trainer, "train_text")

    def train_words(self, words: WordCounts) -> models.Model:
        """Return the model, trained on word counts."""
        from tokbench.training import CountedCorpus

        if hasattr(self.drawn.trainer, "train_corpus"):
            return self._train_from(CountedCorpus(words, self.drawn))
        with self.stage("train"):
            trained = self.drawn.trainer.train(words, self.drawn.model, self.drawn.reserved, self.report)
        return cast("models.Model", trained)

    def _train_corpus(self, units: Sequence[WorkUnit]) -> models.Model:
        from tokbench.training import ReadCorpus

        self.units = units
        corpus = ReadCorpus(units, self.drawn, self._count)
        model = self._train_from(corpus)
        self.tally = corpus.tally
        return model

    def _train_from(self, corpus: ReadCorpus | CountedCorpus) -> models.Model:
        drawn = self.drawn
        with self.stage("train"):
            trained = drawn.trainer.train_corpus(corpus, drawn.model, drawn.reserved, self.report)
        self.words = {} if corpus.counted is None else manifest.counted(corpus.counted)
        return cast("models.Model", trained)

    def _train_text(self, units: Sequence[WorkUnit]) -> models.Model:
        from tokbench.corpora.stream import refuse_nothing, texts

        self.units = units
        drawn = self.drawn
        with self.stage("train"):
            running = texts(self.units, self.tally)
            first = next(running, None)
            if first is None:
                refuse_nothing(self.tally)
            splitter = blueprint.splitter(drawn)
            model: models.Model = drawn.trainer.train_text(
                itertools.chain([first or ""], running), splitter, drawn.model, drawn.reserved, self.report
            )
        return model

    def complete(self, draft: Draft, model: models.Model, *, checks: bool) -> None:
        """Write the whole artifact around the trained model; raises `CheckFailed` where a proof of it failed."""
        said = len(self.drawn.recipe.choices)
        self.drawn = self.drawn.tried(self.tally.samples)
        self.say_choices(said)
        recipe = self.drawn.recipe
        with self.stage("wrap"):
            tokenizer = self.drawn.finish(model)
            filled = recipe.toml()
            draft.save_tokenizer(tokenizer, self.drawn.code)
            draft.write(RECIPE, filled)
        found = self.prove(draft, tokenizer) if checks else None
        built = self.built(tokenizer, found)
        draft.write(CARD, render(built, filled, recipe.card, special_tokens=self.drawn.special_tokens))
        draft.seal(manifest.describe(built))
        if found:
            found.require()

    def prove(self, draft: Draft, tokenizer: WholeTokenizer) -> CheckReport:
        """Return what the checks found on the draft, in a fresh process."""
        from tokbench.checks.running import run_checks

        with self.stage("check"):
            return run_checks(
                draft.path,
                reference=tokenizer,
                promised=self._promised(),
                samples=self.tally.samples,
                code=self.drawn.code,
                report=self.report,
            )

    def _promised(self) -> Promised:
        from tokbench.checks.expected import Promised

        return Promised(
            round_trip=self.drawn.recipe.promises.round_trip or "none",
            vocab_size=getattr(self.drawn.trainer, "vocab_size", None),
            special_tokens=self.drawn.special_tokens,
        )

    def _figures(self, tokenizer: Tokenizer | WholeTokenizer, failed: frozenset[str] = frozenset()) -> dict[str, float]:
        """Return what the metrics say of the samples of the corpus.

        One that fails is left out, and a note says so: what was trained is not lost for a figure.
        """
        metrics = {use.name: use.part for use in self.drawn.recipe.metrics if use.name not in failed}
        try:
            return figures(tokenizer, self.tally.samples, metrics) if self.tally.samples else {}
        except MetricFailed as failure:
            self.report(Note(f"{failure}; its figures are left out"))
            return self._figures(tokenizer, failed | {failure.metric})

    def built(self, tokenizer: WholeTokenizer, found: CheckReport | None) -> Built:
        """Return what the manifest and the card say."""
        return Built(
            name=self.drawn.recipe.name,
            promised=self._promised(),
            vocabulary=len(tokenizer),
            figures=self._figures(tokenizer),
            compared={name: self._figures(other) for name, other in self.compared.items()},
            code=self.drawn.code,
            origins=self.origins,
            tally=self.tally,
            units=tuple(unit.name for unit in self.units),
            words=self.words,
            packages=self.drawn.recipe.packages(),
            checks=found,
            notes=self.drawn.recipe.choices,
            run=Run(seconds=self.seconds, peak_memory=manifest.peak_memory(), threads=self.threads),
        )
