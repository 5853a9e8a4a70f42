"""Numbers in sentences."""

from tokbench.wording import counted


def test_one_is_no_plural():
    """Nothing is, and thousands are parted."""
    assert [counted(number, "word") for number in (0, 1, 2, 1234)] == ["0 words", "1 word", "2 words", "1,234 words"]
