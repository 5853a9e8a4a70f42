"""Example does what it says, and keeps the promises of a map."""

from tokbench import testing

from tokbench_example import Example


def test_example_shortens_runs():
    """As many of a run stay as were asked for."""
    assert Example().apply("No way!!!! Really???") == "No way! Really?"
    assert Example(longest=3).apply("Well.....") == "Well..."


def test_example_keeps_the_promises_of_its_kind():
    """Any text becomes text, the same every time."""
    testing.prove_map(Example())
