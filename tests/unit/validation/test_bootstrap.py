"""Intervals hold what they promise, are the same each time, and the verdict says no more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.validation.bootstrap import Comparison, Interval, compare, interval, resample
from tokbench.validation.counts import f1
from tokbench.validation.verdict import decided, verdict


def runs(chance, right, seeds=1, sentences=400):
    """Return counts of a tokenizer that finds a share of one entity a sentence, and invents as many as it misses."""
    hits = chance.binomial(1, right, (seeds, sentences))
    ones = np.ones_like(hits)
    return np.stack([hits, ones, ones], axis=-1)


def measured(counts):
    """Return the mean score over seeds."""
    return float(f1(counts.sum(axis=1)).mean())


def test_the_interval_is_that_of_drawing_sentences_one_by_one():
    """Drawing groups of equal sentences is drawing sentences: mean and spread are those of theory."""
    counts = runs(np.random.default_rng(0), 0.7)
    (scores,) = resample([counts])
    assert scores.mean() == pytest.approx(measured(counts), abs=0.002)
    share = measured(counts)
    assert scores.std() == pytest.approx((share * (1 - share) / 400) ** 0.5, rel=0.03)


def test_an_interval_of_95_percent_misses_5_percent():
    """Over many sets, the interval holds the true score about as often as it says."""
    chance = np.random.default_rng(1)
    held = 0
    for seed in range(200):
        counts = runs(chance, 0.7, sentences=200)
        (scores,) = resample([counts], seed, 400)
        found = interval(measured(counts), scores)
        held += found.low <= 0.7 <= found.high
    assert 180 <= held <= 198


def test_a_pair_is_drawn_together():
    """The same runs differ by nothing, however the sentences fall; without pairing they would."""
    counts = runs(np.random.default_rng(2), 0.7)
    ours, theirs = resample([counts, counts])
    assert (ours == theirs).all()
    found = compare("same", 0.0, ours, theirs)
    assert (found.difference, found.p, decided(found)) == (Interval(0.0, 0.0, 0.0), 1.0, "open")


def test_resamples_are_the_same_each_time():
    """The same numbers for the same seed, others for another."""
    counts = [runs(np.random.default_rng(seed), 0.7, seeds=2) for seed in (3, 4)]
    first, second = resample(counts), resample(counts)
    assert all((one == other).all() for one, other in zip(first, second, strict=True))
    assert (resample(counts, 1)[0] != first[0]).any()


def test_seeds_widen_the_interval():
    """Runs that differ by their seed are less sure than the same sentences with one."""
    chance = np.random.default_rng(5)
    uneven = np.concatenate([runs(chance, 0.6), runs(chance, 0.9)])
    even = np.concatenate([runs(chance, 0.75), runs(chance, 0.75)])
    spreads = [resample([counts])[0].std() for counts in (uneven, even)]
    assert spreads[0] > 3 * spreads[1]


def test_a_clear_difference_is_shown():
    """And the p is as small as the resamples can tell."""
    chance = np.random.default_rng(6)
    ours, theirs = runs(chance, 0.9), runs(chance, 0.5)
    found = compare("theirs", measured(ours) - measured(theirs), *resample([ours, theirs]))
    assert found.p < 0.001
    assert found.difference.low > 0.2
    assert decided(found) == "better"


EDGE = st.floats(-1, 1)


@given(st.lists(EDGE, min_size=3, max_size=3).map(sorted))
def test_the_verdict_claims_no_more_than_the_interval(edges):
    """Better or worse is said only where zero is outside."""
    low, value, high = edges
    comparison = Comparison("bert", Interval(value, low, high), 0.5)
    said = verdict("mine", "F1", Interval(0.8, 0.7, 0.9), [comparison], 3)
    assert ("is better than bert" in said) == (low > 0)
    assert ("is worse than bert" in said) == (high < 0)
    assert ("no difference to bert is shown" in said) == (low <= 0 <= high)


@pytest.mark.parametrize(
    ("difference", "seeds", "sentence"),
    [
        (
            Interval(0.014, 0.003, 0.025),
            3,
            "mine reaches F1 81.2 (80.0 to 82.5), which is better than bert by 1.4 (0.3 to 2.5).",
        ),
        (
            Interval(-0.014, -0.025, -0.003),
            3,
            "mine reaches F1 81.2 (80.0 to 82.5), which is worse than bert by 1.4 (0.3 to 2.5).",
        ),
        (
            Interval(-0.004, -0.012, 0.005),
            1,
            "mine reaches F1 81.2 (80.0 to 82.5), and no difference to bert is shown: it may be 1.2 worse or 0.5"
            " better; with one seed, this says nothing of how much seeds matter.",
        ),
    ],
)
def test_the_verdict_is_one_sentence(difference, seeds, sentence):
    """With its figures."""
    assert verdict("mine", "F1", Interval(0.812, 0.8, 0.825), [Comparison("bert", difference, 0.5)], seeds) == sentence
