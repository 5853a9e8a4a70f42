"""Example does what it says, and keeps the promises of a task."""

from tokbench import testing

from tokbench_example import Example


def test_example_finds_every_word():
    """Each word counts by itself."""
    assert Example().found(["FORM", "LEMMA"]) == [("FORM", 0, 1), ("LEMMA", 1, 2)]


def test_example_keeps_the_promises_of_its_kind():
    """What it finds lies within the sentence, in order."""
    testing.prove_task(Example())
