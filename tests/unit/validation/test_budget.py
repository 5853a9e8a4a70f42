"""A budget of time: what fits is found beforehand, and where it was too much, a run ends early and whole."""

from __future__ import annotations

import dataclasses
import time

import pytest

from tests.unit.validation import toys
from tokbench.errors import UserError
from tokbench.recipe import validation as tables
from tokbench.tasks.words import NamedEntities
from tokbench.validation import budget, pacing, trials, tuning
from tokbench.validation.budget import Budget, Pace
from tokbench.validation.outcome import Candidate, Costs, Point, Run
from tokbench.validation.settings import TrainingSettings
from tokbench.validation.stepping import Falling
from tokbench.validation.tuning import fine_tune, prepare

SHORT, LONG = Pace(2.0, 0.5, 1.0, 1.0, windows=100), Pace(2.0, 1.0, 1.0, 1.0, windows=100)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    """Return the folder of the toys' tokenizer."""
    return toys.saved(tmp_path_factory.mktemp("tokenizer"))


class Clock:
    """A clock that goes on by a quarter of a second whenever it is read, and so says the same under any load."""

    def __init__(self) -> None:
        self.now = 1000.0

    def perf_counter(self) -> float:
        self.now += 0.25
        return self.now

    monotonic = perf_counter


def test_a_budget_means_fewer_updates(tokenizer, monkeypatch):
    """What fits is told before anything is trained; a budget in which nothing fits is refused."""
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    monkeypatch.setattr(budget, "time", clock)
    notes: list[object] = []
    candidates, data = [Candidate("toy", tokenizer), Candidate("other", tokenizer)], toys.labelled_set(16, 4)
    settings = toys.settings(epochs=100_000)
    fitted, paces = prepare(settings, candidates, data, [1, 2], Budget.of(600), notes.append)
    assert 0 < fitted.training.epochs < 100_000
    assert dataclasses.replace(fitted, training=settings.training) == settings
    assert len(paces) == 2
    assert "4 runs of" in str(notes[-1])
    assert "of each tokenizer" in str(notes[-1])
    prepare(toys.settings(epochs=0.1), candidates[:1], data, [1], Budget.of(600), notes.append)
    assert "1 run of 1 update will take" in str(notes[-1])
    with pytest.raises(UserError, match="is too little: a single update for each run, with all that goes with it"):
        prepare(settings, candidates, data, [1, 2], Budget.of(600, gone=599.9))


def test_the_most_epochs_that_fit():
    """As many for a tokenizer that is slow as for one that is fast, and not one update more."""
    training = TrainingSettings(epochs=10, batch_size=10)
    fitted = pacing.most(training, [SHORT, LONG], 40.0)
    more = dataclasses.replace(fitted, epochs=fitted.epochs + 0.1)
    assert SHORT.seconds(fitted) + LONG.seconds(fitted) <= 40 < SHORT.seconds(more) + LONG.seconds(more)
    assert pacing.most(training, [SHORT], 1e6) == training
    assert pacing.most(training, [SHORT], 4.0) is None


def test_runs_share_what_is_left(monkeypatch):
    """By how long each is expected to take; what is behind the last update is kept for it."""
    monkeypatch.setattr(budget.time, "monotonic", lambda: 1000.0)
    made, training = Budget.of(110.0, gone=6.7), TrainingSettings(epochs=2, batch_size=10)
    assert made.left == pytest.approx(100.0)
    first, second = SHORT.seconds(training), LONG.seconds(training)
    expected = 1000 + 100 * first / (first + second) - 2
    assert made.last_update(training, [SHORT, LONG]) == pytest.approx(expected)
    assert made.last_update(training, [LONG]) == pytest.approx(1098)


def test_an_end_that_seems_near_at_first_takes_nothing():
    """The first update is slow, and the end seems to come while the rate still rises; then it is far again."""
    falling, usual = Falling("linear", 10, 100), Falling("linear", 10, 100)
    for step, steps in ((1, 4), (2, 10), (3, 100)):
        falling.aim(step, steps)
    assert [falling(step) for step in range(101)] == [usual(step) for step in range(101)]


@pytest.mark.parametrize("kind", ["linear", "cosine", "constant"])
def test_the_learning_rate_falls_to_the_end_that_there_is(kind):
    """It rises, falls, and where the end is moved goes on from where it is, to nothing at the new one."""
    falling = Falling(kind, 10, 100)
    assert [falling(step) for step in (0, 9)] == [1 / 11, 10 / 11]
    before = [falling(step) for step in range(101)]
    falling.aim(50, 60)
    assert falling(50) == pytest.approx(before[50])
    assert falling(60) == pytest.approx(before[100])
    halfway = falling(55)
    falling.aim(55, 100)
    assert falling(55) == pytest.approx(halfway)
    assert falling(100) == pytest.approx(before[100])


def test_a_run_that_takes_too_long_ends_early_and_whole(tokenizer, tmp_path):
    """With a last look, a tag for every word and a saved model; it says that it was cut short."""
    settings, data = toys.settings(epochs=100_000), toys.labelled_set(16, 4)
    until = time.monotonic() + 3
    run = fine_tune(settings, Candidate("toy", tokenizer), data, NamedEntities(), 1, tmp_path, until=until)
    assert run.shortened
    assert 0 < run.curve[-1].step < 200_000
    assert run.curve[-1].dev_score is not None
    assert [len(tags) for tags in run.predictions] == [len(sentence.words) for sentence in data.dev]
    assert (tmp_path / "model" / "model.safetensors").is_file()
    again = fine_tune(settings, Candidate("toy", tokenizer), data, NamedEntities(), 1, tmp_path)
    assert again == run


def test_a_run_that_stops_early_was_not_cut_short(tokenizer, tmp_path):
    """Its score ended it, though the time would not have sufficed; runs behind it are not held to its epochs."""
    settings, data = toys.settings(epochs=10_000_000, early_stopping=1, evaluate_every=1), toys.labelled_set(16, 4)
    until = time.monotonic() + 600
    run = fine_tune(settings, Candidate("toy", tokenizer), data, NamedEntities(), 1, tmp_path, until=until)
    assert run.curve[-1].step < 10
    assert not run.shortened


def test_a_run_with_time_enough_is_as_without_a_limit(tokenizer, tmp_path):
    """The limit changes nothing where it is not reached."""
    settings, data = toys.settings(epochs=2), toys.labelled_set(16, 4)
    given = (settings, Candidate("toy", tokenizer), data, NamedEntities(), 1)
    free = fine_tune(*given, tmp_path / "free")
    limited = fine_tune(*given, tmp_path / "limited", until=time.monotonic() + 3600)
    assert not limited.shortened
    assert [point.loss for point in limited.curve] == [point.loss for point in free.curve]
    assert limited.predictions == free.predictions


def test_runs_behind_one_that_was_cut_short_are_as_short(tmp_path, monkeypatch):
    """So that tokenizers are compared after as many epochs; the answer says it."""
    asked: list[float] = []
    data = toys.labelled_set(16, 4)

    def fine_tune(settings, candidate, data, _task, seed, folder, _report, until):
        asked.append(settings.training.epochs)
        point = Point(6, 3.0, 0.1, 0.5)
        tags = [sentence.tags for sentence in data.dev]
        pieces = [[1] * len(sentence.words) for sentence in data.dev]
        costs = Costs(1.0, 9.0, 9, 0, 10, 1.0, 1.0)
        return Run(candidate.name, seed, tags, pieces, [point], costs, 6, str(folder / "model"), len(asked) == 1)

    monkeypatch.setattr(tuning, "fine_tune", fine_tune)
    file = tmp_path / "toys.toml"
    file.write_text('[validation]\ntask = "ner"\nseeds = [1, 2]\ndata = {train = "none"}\n', encoding="utf-8")
    plan = tables.load(file, ["validation.training.epochs=8"])
    notes: list[object] = []
    tried = [Candidate("mine", "mine"), Candidate("theirs", "theirs")]
    trying = trials.Trying(plan, data, tried, tmp_path, Budget.of(60), notes.append)
    runs = list(trying._runs(plan.settings, [SHORT, LONG]))
    assert asked == [8.0, 3.0, 3.0, 3.0]
    assert trying.notes == ["mine, seed 1: the budget ended it after 3.00 of 8.00 epochs"]
    assert [run.model for run in runs][:2] == ["mine/seed-1/model", "theirs/seed-1/model"]
