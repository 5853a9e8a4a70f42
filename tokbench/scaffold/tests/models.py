"""Example does what it says, and keeps the promises of a model."""

from tokbench import testing

from tokbench_example import Example


def test_example_requires_every_byte():
    """All 256 byte tokens are in any vocabulary, so that nothing is unknown."""
    assert len(set(Example().requires())) == 256


def test_example_keeps_the_promises_of_its_kind():
    """A trainer fills it, and the tokenizer reloads."""
    recipe = {"pre_tokenizer": [{"use": "metaspace"}]}
    testing.prove_model(Example(), trainer={"use": "bpe", "vocab_size": 600}, recipe=recipe)
