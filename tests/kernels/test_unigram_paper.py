"""What Kudo (2018), "Subword Regularization", says of Unigram language models, held against the specification.

The paper prints no figures of a training. It has segmentations (table 1), the probability of one (equation 6), the
likeliest one (equation 7), and in section 3.2 the likelihood that training maximizes and the loss that pruning goes by.
The examples are ours, small enough for paper, and worked out by hand or over all segmentations.
"""

from __future__ import annotations

import itertools
import math

import pytest

from tokbench.kernels.reference import unigram
from tokbench.kernels.reference.lattice import Model, likeliest

TABLE_1 = ["▁Hell o ▁world", "▁H ello ▁world", "▁He llo ▁world", "▁ He l l o ▁world", "▁H el l o ▁world"]
HELLO = "▁Hello▁world"


def model_of(chances: dict[str, float]) -> Model:
    """Return a model of pieces with these probabilities."""
    return Model(list(chances), [math.log(chance) for chance in chances.values()], list(chances.values()))


def segmentations(model: Model, text: str) -> dict[tuple[str, ...], float]:
    """Return S(X), all segmentations of a text, with their probabilities (equation 6): the products of the pieces'."""
    found = {}
    for breaks in itertools.product([False, True], repeat=len(text) - 1):
        ends = [0, *(i + 1 for i, here in enumerate(breaks) if here), len(text)]
        pieces = tuple(text[begin:end] for begin, end in itertools.pairwise(ends))
        if all(piece in model.ids for piece in pieces):
            found[pieces] = math.prod(model.chances[model.ids[piece]] for piece in pieces)
    return found


def table_1() -> Model:
    """Return a model of the pieces of table 1 and of all characters, which section 3.2 keeps; longer is likelier."""
    pieces = sorted({*" ".join(TABLE_1).split(), *HELLO}, key=lambda piece: (len(piece), piece))
    whole = sum(len(piece) ** 2 for piece in pieces)
    return model_of({piece: len(piece) ** 2 / whole for piece in pieces})


def test_segmentations_of_table_1() -> None:
    """All five segmentations of "Hello world" are among those that are summed over, and probabilities sum to one."""
    model = table_1()
    assert math.fsum(model.chances) == pytest.approx(1.0)
    assert {tuple(line.split()) for line in TABLE_1} <= segmentations(model, HELLO).keys()


def test_the_likeliest_segmentation_is_that_of_equation_7() -> None:
    """Of all segmentations, that with the highest product is found: the third of table 1, 9 · 9 · 36 to 16 · 1 · 36."""
    model = table_1()
    found = segmentations(model, HELLO)
    score, spelled = likeliest(model, HELLO)
    best = max(found, key=found.__getitem__)
    assert tuple(model.pieces[piece] for piece in spelled) == best == ("▁He", "llo", "▁world")
    assert math.exp(score) == pytest.approx(found[best])


def test_expected_counts_are_those_of_all_segmentations() -> None:
    """Step 2 (a) of section 3.2: each segmentation of table 1's words counts by its share of P(X), their sum."""
    model = table_1()
    found = segmentations(model, HELLO)
    counts = unigram.expected(model, [(HELLO, 3)])
    unit = 2.0 ** unigram.fraction_bits([(HELLO, 3)])
    for piece, count in zip(model.pieces, counts, strict=True):
        right = 3 * sum(way.count(piece) * chance for way, chance in found.items()) / sum(found.values())
        assert count / unit == pytest.approx(right, abs=1e-8)


def test_an_expectation_by_hand() -> None:
    """With p(a) = p(b) = 1/4 and p(ab) = 1/2, P(ab) = 1/2 + 1/16: `ab` is expected 8/9 times, a and b 1/9."""
    counts = unigram.expected(model_of({"a": 0.25, "b": 0.25, "ab": 0.5}), [("ab", 1)])
    assert [count / 2.0**32 for count in counts] == pytest.approx([1 / 9, 1 / 9, 8 / 9], abs=1e-9)


def test_a_loss_by_hand() -> None:
    """Step 2 (b): how much likelihood goes with a piece. Of `ab` 3, `a` 2, `b` 2, the three `ab` had 3/7 each.

    Without it they are spelled a b; then there are ten pieces, five of each, and each `ab` has 1/2 · 1/2.
    """
    model = model_of({"a": 0.25, "b": 0.25, "ab": 0.5})
    assert unigram.loss(model, [2, 2, 3], 2) == pytest.approx(3 * (math.log(3 / 7) - 2 * math.log(1 / 2)))


def test_pruning_keeps_the_pieces_of_the_highest_loss_and_all_characters() -> None:
    """Step 2 (c): of `ab` nine times and `cd` twice, `cd` goes first; single characters always stay."""
    model = model_of({"a": 0.1, "b": 0.1, "c": 0.1, "d": 0.1, "ab": 0.3, "cd": 0.3})
    assert unigram.pruned(model, [("ab", 9), ("cd", 2)], 5, 5).pieces == ["a", "b", "c", "d", "ab"]
    assert unigram.pruned(model, [("ab", 9), ("cd", 2)], 4, 4).pieces == ["a", "b", "c", "d"]
