"""Example does what it says, and keeps the promises of an exporter."""

from tokbench import testing

from tokbench_example import Example


def test_example_keeps_the_promises_of_its_kind():
    """It writes into its folder, and the same bytes every time."""
    testing.prove_exporter(Example())
