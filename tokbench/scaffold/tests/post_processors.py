"""Example does what it says, and keeps the promises of a post-processor."""

from tokbench import testing

from tokbench_example import Example


def test_example_keeps_the_promises_of_its_kind():
    """It adds the token that it names and nothing else, and a tokenizer with it reloads."""
    testing.prove_post_processor(Example(), special_tokens={"unk": "[UNK]", "eos": "</s>"})
