"""Strings in plain buffers are a list of strings, and Arrow's."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.strings import Strings

TEXTS = st.lists(st.text(max_size=3), max_size=5)
PLACES = st.none() | st.integers(-6, 6)


@given(texts=TEXTS, start=PLACES, stop=PLACES)
def test_a_slice_is_that_of_a_list(texts: list[str], start: int | None, stop: int | None) -> None:
    """Whatever its ends; its bytes are in the same memory, and Arrow is told where."""
    some, expected = Strings.of(texts)[start:stop], texts[start:stop]
    assert list(some) == some.arrow().to_pylist() == list(Strings.of_arrow(some.arrow())) == expected
    assert bytes(some.joined()) == "".join(expected).encode()
    assert some.size == len(some.joined()) == (some.ends()[-1] if expected else 0)
    for before in (0, 7):
        assert (
            list(some.ends(before)) == list(accumulate((len(text.encode()) for text in expected), initial=before))[1:]
        )


def test_a_slice_has_no_steps() -> None:
    """What it would give does not lie one after another; nothing else is given in silence."""
    with pytest.raises(ValueError, match="a slice with steps"):
        Strings.of(["a", "b", "c"])[::2]
