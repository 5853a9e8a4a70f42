"""Weights of languages: which they are, what they do to counts, and where the search for them ends."""

import numpy as np
import pytest
from tokbench_parity.languages import Languages, gini
from tokbench_parity.weighing import LEAST, SCALE, fairest, search, wanted

from tokbench.counting.words import WordCounts
from tokbench.errors import TrainingError


def test_the_gini_coefficient_is_half_the_mean_difference_over_the_mean():
    """Its definition, on every pair."""
    costs = np.array([0.2, 0.5, 0.3, 0.9])
    pairs = np.abs(costs[:, None] - costs[None, :]).mean()
    assert gini(costs) == pytest.approx(pairs / (2 * costs.mean()))
    assert gini(np.array([0.7, 0.7, 0.7])) == pytest.approx(0)


def test_weights_are_the_derivative_of_what_is_wanted():
    """Of tokens plus pressure times the Gini coefficient, in the tokens of each language, where no costs are close."""
    content, tokens = np.array([100.0, 20.0, 50.0]), np.array([30.0, 12.0, 20.0])
    costs = tokens / content
    slope = np.empty(3)
    for language in range(3):
        moved = tokens.copy()
        moved[language] += 1e-6
        slope[language] = (gini(moved / content) - gini(costs)) / 1e-6
    gains = wanted(costs, content, 0.1) - 1
    assert gains / gains[1] == pytest.approx(slope / slope[1], rel=1e-3)
    assert wanted(costs, content, 0.0) == pytest.approx(np.ones(3))
    assert wanted(costs, content, 1e6).min() == LEAST


def test_words_count_as_often_as_their_languages_weigh():
    """One that two languages share counts for both."""
    found = {"a": WordCounts.of([("x", 3), ("both", 2)]), "b": WordCounts.of([("both", 5), ("yyy", 1)])}
    languages = Languages.of(found, {"b": 2.0})
    assert dict(languages.weighted(np.array([10, 7]))) == {"x": 30, "both": 55, "yyy": 7}
    assert languages.content.tolist() == [11.0, 11.5]
    with pytest.raises(TrainingError, match="cannot be weighted"):
        languages.weighted(np.array([2**61, 2**61]))


def test_the_search_ends_within_the_price():
    """On a made-up trainer that shortens each language as its weight's share says."""
    content = np.array([1000.0, 900.0, 100.0])
    need = np.array([2.0, 3.0, 4.0])

    def train(weights):
        merges = 100 * weights * content / (weights * content).sum()
        return None, np.rint(1000 * content * need / (10 + merges)).astype(np.int64)

    for allowed in (0.01, 0.05, 0.5):
        done = search(content, train, allowed=allowed, rounds=10)
        best = fairest(done, allowed)
        assert len(done) == 11
        assert done[0].weights.tolist() == [SCALE] * 3
        assert done[0].growth == 0
        assert best.growth <= allowed
        assert best.gini < done[0].gini
