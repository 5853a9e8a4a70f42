"""Example does what it says, and keeps the promises of an engine."""

from tokbench import testing

from tokbench_example import Example


def test_example_keeps_the_promises_of_its_kind():
    """It gives the word counts that the engine 'local' gives."""
    testing.prove_engine(Example())
