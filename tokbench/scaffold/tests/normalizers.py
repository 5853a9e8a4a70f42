"""Example does what it says, and keeps the promises of a normalizer."""

from tokbench import testing

from tokbench_example import Example


def test_example_makes_quotation_marks_straight():
    """Every quotation mark becomes the one that was asked for."""
    assert Example().build().normalize_str("“so”") == '"so"'
    assert Example(mark="'").build().normalize_str("„so“") == "'so'"


def test_example_keeps_the_promises_of_its_kind():
    """Results are steady, offsets and claims true, and a tokenizer with it reloads."""
    testing.prove_normalizer(Example())
