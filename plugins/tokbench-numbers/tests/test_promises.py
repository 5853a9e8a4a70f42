"""The parts for numbers keep the promises of their kinds, and travel with an artifact."""

import pytest
from tokbench_numbers.parts import NumberGroups, ReversedNumbers, ReversedNumbersDecoder

testing = pytest.importorskip("tokbench.testing", reason="pip install -e '.[test]'")


def test_the_promises_of_a_pre_tokenizer():
    """Words cover the text and are split the same apart; a build with it reloads without this package."""
    testing.prove_pre_tokenizer(NumberGroups(size=2))


def test_the_promises_of_a_normalizer():
    """Offsets point into the text, and text may be cut at every space."""
    testing.prove_normalizer(ReversedNumbers(), recipe={"checks": {"round_trip": "none"}})


def test_the_promises_of_a_decoder():
    """Any tokens give text."""
    testing.prove_decoder(ReversedNumbersDecoder())
