"""The German normalizers keep the promises of their kind."""

import pytest
from tokbench_german import GermanFold, GermanSwiss

from tokbench import testing


@pytest.mark.parametrize("part", [GermanFold(sharp_s="sz"), GermanSwiss()])
def test_the_promises_of_a_normalizer(part):
    """Results depend on the text alone, offsets point into it, and an artifact with the part reloads."""
    testing.prove_normalizer(part)
