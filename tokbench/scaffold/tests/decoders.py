"""Example does what it says, and keeps the promises of a decoder."""

from tokbench import testing

from tokbench_example import Example


def test_example_joins_tokens():
    """The mark becomes a space, and everything else is joined."""
    assert Example().build().decode(["▁go", "ing"]) == " going"


def test_example_keeps_the_promises_of_its_kind():
    """Any tokens give text, and a tokenizer with it reloads."""
    testing.prove_decoder(Example())
