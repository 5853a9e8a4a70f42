"""Example does what it says, and keeps the promises of a pre-tokenizer."""

import pytest
from tokbench import testing

from tokbench_example import Example


def test_example_splits_around_the_character():
    """The character is a word of its own."""
    words = [word for word, _ in Example().build().pre_tokenize_str("well-known fact")]
    assert words == ["well", "-", "known", "fact"]


def test_example_refuses_what_is_no_character():
    """An option that cannot be meant is refused with a sentence."""
    with pytest.raises(ValueError, match="character must be one character"):
        Example(character="--")


def test_example_keeps_the_promises_of_its_kind():
    """Words are steady and cover the text, claims are true, and a tokenizer with it reloads."""
    recipe = {"trainer": {"use": "wordpiece", "vocab_size": 400}}
    testing.prove_pre_tokenizer(Example(), recipe=recipe)
