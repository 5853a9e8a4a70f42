"""Merges are found for ranks, in bytes and in characters."""

from __future__ import annotations

from tokbench.merging import last_pair, merges_of

BYTES = {bytes([byte]): byte for byte in range(256)}


def test_the_last_step_to_a_token_is_found() -> None:
    """Lower ranks are merged first, so `abc` is made of `ab` and `c`."""
    ranks = {**BYTES, b"ab": 256, b"bc": 257, b"abc": 258}
    assert merges_of(ranks) == {b"ab": (b"a", b"b"), b"bc": (b"b", b"c"), b"abc": (b"ab", b"c")}


def test_a_token_that_no_merging_makes_has_no_pair() -> None:
    """`abcd` cannot come of `bc`, which is taken first."""
    ranks = {**BYTES, b"bc": 256, b"ab": 257, b"cd": 258, b"abcd": 259}
    assert last_pair(b"abcd", ranks) is None


def test_characters_are_merged_as_bytes_are() -> None:
    """A token may be a string."""
    assert merges_of({"l": 0, "o": 1, "w": 2, "lo": 3, "low": 4}) == {"lo": ("l", "o"), "low": ("lo", "w")}
