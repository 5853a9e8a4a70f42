"""Example does what it says, and keeps the promises of a metric."""

from tokbench import testing

from tokbench_example import Example


def test_example_keeps_the_promises_of_its_kind():
    """Figures are finite, and the same however text comes in batches."""
    testing.prove_metric(Example())
