"""Example does what it says, and keeps the promises of a trainer."""

from tokbench import testing

from tokbench_example import Example


def test_example_keeps_the_promises_of_its_kind():
    """The vocabulary has its size and its reserved tokens, the same every time, and the tokenizer reloads."""
    testing.prove_trainer(
        Example(vocab_size=300),
        models={"wordlevel": {"unk_token": "[UNK]"}},
        recipe={"pre_tokenizer": [{"use": "whitespace-split"}]},
    )
