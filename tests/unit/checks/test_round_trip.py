"""What each promise asks of decoded text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.checks.round_trip import holds
from tokbench.recipe.tables import RoundTrip


@pytest.mark.parametrize(
    ("promise", "decoded", "expected"),
    [
        ("exact", "A,  b", True),
        ("exact", "a,  b", False),
        ("normalized", "a,  b", True),
        ("normalized", "a, b", False),
        ("spaces", "a , b", True),
        ("spaces", "a,b\n", True),
        ("spaces", "a b", False),
        ("none", "", True),
    ],
)
def test_examples(promise: RoundTrip, decoded: str, expected: bool) -> None:
    """``"A,  b"``, lowered to ``"a,  b"`` by a normalizer, comes back in several ways."""
    assert holds(promise, "A,  b", "a,  b", decoded) is expected


@given(text=st.text(), decoded=st.text())
def test_promises_are_ordered(text: str, decoded: str) -> None:
    """Without a normalizer, a stronger promise that holds makes every weaker one hold."""
    kept = [holds(promise, text, text, decoded) for promise in ("exact", "normalized", "spaces", "none")]
    assert kept == sorted(kept)


@given(text=st.text())
def test_the_text_itself_keeps_every_promise(text: str) -> None:
    """Nothing better than the text can come back."""
    assert all(holds(promise, text, text, text) for promise in ("exact", "normalized", "spaces", "none"))
