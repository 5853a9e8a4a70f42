"""Whether bytes are UTF-8: both ways to find out say what Python says."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tokbench.kernels import _kernels

EDGES = bytes.fromhex("00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff")
"""Where the ranges of RFC 3629 begin and end."""
PIECES = st.one_of(
    st.text(max_size=9).map(str.encode), st.binary(max_size=3), st.lists(st.sampled_from(EDGES), max_size=5).map(bytes)
)


def is_utf8(data: bytes) -> bool:
    """Return what Python says."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def agrees(data: bytes) -> bool:
    """Return whether both say what Python says."""
    return [_kernels.is_utf8(data), _kernels.is_utf8(data, portable=True)] == [is_utf8(data)] * 2


def test_four_bytes_at_every_edge():
    """All ranges and their neighbors, in all orders."""
    assert all(agrees(bytes(four)) for four in itertools.product(EDGES, repeat=4) if four[0] >= 0x80)


@given(st.lists(PIECES, max_size=12).map(b"".join))
def test_text_and_what_is_none(data):
    """Text of all lengths, whole and broken anywhere."""
    assert agrees(data)


@given(st.text(min_size=1, max_size=3).map(str.encode), st.integers(0, 70), st.integers(0, 70))
def test_text_that_is_cut(character, before, behind):
    """A character is whole or broken wherever it stands among many bytes."""
    for cut in range(len(character) + 1):
        assert agrees(b"a" * before + character[:cut] + b"b" * behind)
