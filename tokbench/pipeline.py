"""The path of the data, from recipe to proven artifact.

corpora → word counts → model → tokenizer → artifact → checks
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tokbench import blueprint, manifest
from tokbench.artifact import CARD, RECIPE, Artifact, Draft, new_artifact, require_vacant
from tokbench.card.comparison import figures, load_compared
from tokbench.card.rendering import render
from tokbench.contracts import CountingPlan, Note, Report, Tally, WorkUnit, silent
from tokbench.errors import CorpusError, UserError
from tokbench.hub.after_build import publish, require_login
from tokbench.manifest import Built, Origin, Run
from tokbench.recipe.loader import load
from tokbench.recipe.recipe import Recipe
from tokbench.registry import load as load_part

if TYPE_CHECKING:
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    from tokbench.blueprint import Blueprint
    from tokbench.checks.expected import Promised
    from tokbench.checks.results import CheckReport
    from tokbench.counting.words import WordCounts
    from tokbench.training import CountedCorpus, ReadCorpus

METRICS = ("compression", "fertility", "unknown")
"""What every build measures, on the samples of its corpus."""


def build(
    recipe: str | os.PathLike[str] | Mapping[str, Any] | Recipe,
    output: str | os.PathLike[str] | None = None,
    *,
    corpus: Any = None,
    counts: str | os.PathLike[str] | None = None,
    overrides: Sequence[str] = (),
    force: bool = False,
    checks: bool = True,
    push: bool = True,
    threads: int | None = None,
    memory: int | None = None,
    engine: str = "local",
    trust_remote_code: bool = False,
    report: Report = silent,
) -> Artifact:
    """Build the tokenizer of a recipe into the folder `output`, by default the recipe's name, and prove it.

    Where the recipe has a table `[hub]`, the artifact is then published as it says, unless `push` is false.

    `recipe` is a TOML file, its tables, or a `Recipe`. `corpus`, an iterable of strings or a `datasets` object, stands
    for the recipe's own corpora; `counts`, a Parquet file of words and counts, for the counting too. `overrides` are
    changes such as `trainer.vocab_size=8000`. Without `checks` nothing is proved, and the manifest says so. `threads`,
    by default the machine's cores, `memory`, the bytes that counts may take before they go to disk, by default a
    quarter of the machine's, and `engine`, the part that counts, do not change the result. Python that a tokenizer in
    `[base]` brings along runs only with `trust_remote_code`.

    Raises `UserError` where something must be mended, and `CheckFailed` where a proof failed; either way the folder
    is as it was, unless only the push failed.
    """
    drawn = _drawn(recipe, overrides, report, given=corpus is not None or counts is not None, trusted=trust_remote_code)
    published = drawn.recipe.hub if push else None
    if published:
        require_login(report)  # now, and not when the training is done
    compared = load_compared(drawn.recipe)
    with new_artifact(Path(output or drawn.recipe.name), force=force) as draft:
        _say(drawn.recipe.choices, report)
        making = _Making(drawn, report, threads or available_threads(), memory or 0, engine)
        making.origins, making.compared = _origins(drawn.recipe, corpus, counts), compared
        model = making.train_words(making.read(Path(counts))) if counts else making.train(_units(drawn.recipe, corpus))
        making.complete(draft, model, checks=checks)
    artifact = Artifact.open(output or drawn.recipe.name, trust_remote_code=True)  # its code is what was built here
    if published:
        publish(artifact, published, report)
    return artifact


def build_sizes(
    recipe: str | os.PathLike[str] | Mapping[str, Any],
    sizes: Sequence[int],
    output: str | os.PathLike[str] | None = None,
    *,
    corpus: Any = None,
    counts: str | os.PathLike[str] | None = None,
    overrides: Sequence[str] = (),
    force: bool = False,
    checks: bool = True,
    threads: int | None = None,
    memory: int | None = None,
    engine: str = "local",
    trust_remote_code: bool = False,
    report: Report = silent,
) -> list[Artifact]:
    """Build a recipe at several sizes of the vocabulary, each into the folder `output-SIZE`, and prove them.

    Every artifact is, file by file, what `build` makes with the override `trainer.vocab_size=SIZE`. Text is counted
    once, and trainers that can (`bpe`, `wordpiece`) train once, at the largest size; others train each size on the
    same counts. The arguments are those of `build`; `[hub]`, which names one repository, is left alone. What was
    finished when an error is raised stays.
    """
    if not sizes:
        raise UserError("sizes: there are none; give at least one size of the vocabulary")
    sweep = _sweep(
        recipe, overrides, sizes, report, given=corpus is not None or counts is not None, trusted=trust_remote_code
    )
    folders = [Path(f"{output or drawn.recipe.name}-{size}") for size, drawn in sweep.items()]
    for folder in folders:
        require_vacant(folder, force=force)
    recipes = [drawn.recipe for drawn in sweep.values()]
    _say(recipes[0].choices, report)
    compared = load_compared(recipes[0])
    makings = [_Making(drawn, report, threads or available_threads(), memory or 0, engine) for drawn in sweep.values()]
    for making in makings:
        making.origins, making.compared = _origins(recipes[0], corpus, counts), compared
    models = _train_sizes(makings, Path(counts) if counts else None, corpus)
    for making, model, folder in zip(makings, models, folders, strict=True):
        with new_artifact(folder, force=force) as draft:
            making.complete(draft, model, checks=checks)
    return [Artifact.open(folder, trust_remote_code=True) for folder in folders]


def _sweep(
    recipe: Any, overrides: Sequence[str], sizes: Sequence[int], report: Report, *, given: bool, trusted: bool
) -> dict[int, Blueprint]:
    """Return a blueprint for each size; what is said of the first holds for all."""
    drawn: dict[int, Blueprint] = {}
    for size in dict.fromkeys(sizes):
        changes = [*overrides, f"trainer.vocab_size={size}"]
        drawn[size] = _drawn(recipe, changes, report if not drawn else silent, given=given, trusted=trusted)
    return drawn


def _train_sizes(makings: Sequence[_Making], counts: Path | None, corpus: Any) -> list[models.Model]:
    """Return the model of each size: trained at once where the trainer can, else one after another."""
    first = makings[0]
    trainer, use = first.drawn.trainer, first.drawn.recipe.trainer
    if len(makings) > 1 and not hasattr(trainer, "train_sizes"):
        what = "text is read for" if first.reads else "the same counts train"
        first.report(Note(f"trainer: {use.name if use else ''} cannot be cut to smaller sizes; {what} each of them"))
    if first.reads and counts is None:
        return [making.train(_units(making.drawn.recipe, corpus)) for making in makings]
    words = first.read(counts) if counts else first.count(_units(first.drawn.recipe, corpus))
    for making in makings[1:]:
        making.follow(first)
    if not hasattr(trainer, "train_sizes"):
        return [making.train_words(words) for making in makings]
    sizes = [making.drawn.trainer.vocab_size for making in makings]
    with first.stage("train"):
        trained = trainer.train_sizes(words, first.drawn.model, first.drawn.reserved, sizes, first.report)
    return cast("list[models.Model]", trained)


def count(
    recipe: str | os.PathLike[str] | Mapping[str, Any] | Recipe,
    output: str | os.PathLike[str],
    *,
    corpus: Any = None,
    overrides: Sequence[str] = (),
    threads: int | None = None,
    memory: int | None = None,
    engine: str = "local",
    trust_remote_code: bool = False,
    report: Report = silent,
) -> WordCounts:
    """Write the counts of a recipe's words to the Parquet file `output`, and return them; `build` trains from it.

    The arguments are those of `build`.
    """
    from tokbench.counting.files import require_file, write_counts

    require_file(Path(output))
    drawn = _drawn(recipe, overrides, report, given=corpus is not None, trusted=trust_remote_code)
    making = _Making(drawn, report, threads or available_threads(), memory or 0, engine)
    words = making.count(_units(drawn.recipe, corpus))
    write_counts(words, Path(output), drawn.pipeline)
    return words


def _drawn(recipe: Any, overrides: Sequence[str], report: Report, *, given: bool, trusted: bool) -> Blueprint:
    made = recipe if isinstance(recipe, Recipe) else load(recipe, overrides, corpus_given=given)
    return blueprint.draw(made, report, trust_remote_code=trusted)


def _say(choices: Sequence[str], report: Report) -> None:
    for choice in choices:
        report(Note(choice))


def available_threads() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _origins(recipe: Recipe, corpus: Any, counts: Any) -> tuple[Origin, ...]:
    """Return where the text came from: the recipe's corpora, or what was given in their place."""
    if corpus is not None or counts is not None:
        return (Origin(manifest.GIVEN_TEXT if counts is None else manifest.GIVEN_COUNTS),)
    return tuple(use.origin() for use in recipe.corpora)


def _units(recipe: Recipe, corpus: Any) -> Sequence[WorkUnit]:
    """Return the pieces in which the corpora are read; none at all is a `CorpusError`."""
    from tokbench.corpora.python import from_python
    from tokbench.corpora.source import Source
    from tokbench.corpora.stream import work_units

    given = [Source(from_python(corpus))] if corpus is not None else [use.source() for use in recipe.corpora]
    units = work_units(given, recipe.mix)
    if not units:
        raise CorpusError("corpus: there is nothing to read; name a corpus that has text")
    return units


@dataclass
class _Making:
    """One build under way: what was read, what it took, what was said."""

    drawn: Blueprint
    report: Report
    threads: int
    memory: int
    engine: str
    origins: tuple[Origin, ...] = ()
    compared: Mapping[str, Tokenizer] = field(default_factory=dict)
    """The tokenizers to measure beside this one."""
    tally: Tally = field(default_factory=Tally)
    words: Mapping[str, Any] = field(default_factory=dict)
    units: Sequence[WorkUnit] = ()
    seconds: dict[str, float] = field(default_factory=dict)

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

        engine = load_part("engines", self.engine)()
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

    def follow(self, first: _Making) -> None:
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
        recipe = self.drawn.recipe
        _say(recipe.choices[said:], self.report)
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

    def prove(self, draft: Draft, tokenizer: PreTrainedTokenizerFast) -> CheckReport:
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

    def _figures(self, tokenizer: Tokenizer | PreTrainedTokenizerFast) -> dict[str, float]:
        """Return what the metrics say of the samples of the corpus."""
        if not self.tally.samples:
            return {}
        return figures(tokenizer, self.tally.samples, {name: load_part("metrics", name)() for name in METRICS})

    def built(self, tokenizer: PreTrainedTokenizerFast, found: CheckReport | None) -> Built:
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
