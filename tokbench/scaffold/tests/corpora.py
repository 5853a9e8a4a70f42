"""Example does what it says, and keeps the promises of a corpus."""

from tokbench import testing

from tokbench_example import Example


def test_example_notices_other_text():
    """Kept counts are used for the same text only."""
    one, other = (Example(documents=(text,)).units()[0].fingerprint for text in ("a text", "another text"))
    assert one != other


def test_example_keeps_the_promises_of_its_kind():
    """Units and batches are the same every time, also in another process."""
    testing.prove_corpus(Example(documents=("a text", "another text")))
