"""Example does what it says, and keeps the promises of an importer."""

from tokbench import testing

from tokbench_example import Example


def test_example_keeps_the_promises_of_its_kind(tmp_path):
    """It reads the same tokenizer every time, and refuses what is no such file."""
    (tmp_path / "words.txt").write_text("[UNK]\na\ntext\n", encoding="utf-8")
    testing.prove_importer(Example(), tmp_path / "words.txt")
