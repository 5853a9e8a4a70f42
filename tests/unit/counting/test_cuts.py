from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.counting.pipelines import CASES, FALSE_CLAIMS, Case
from tokbench.contracts import Cut
from tokbench.counting.cuts import cut, holds, is_solid
from tokbench.counting.splitter import Splitter

PLACES: list[Cut] = ["space", "ascii-space", "never"]


@pytest.mark.parametrize("where", PLACES)
@given(text=st.text())
def test_pieces_join_to_the_document(where: Cut, text: str) -> None:
    """Cutting loses nothing, and every piece but the first begins with the space that it was cut at."""
    pieces = cut(text, where)
    assert "".join(pieces) == text
    assert all(piece.startswith(" ") for piece in pieces[1:])
    assert all(is_solid(piece, where) for piece in pieces[:-1])


def test_a_document_is_cut_before_spaces_that_follow_solid_characters() -> None:
    """Runs of spaces stay whole, and the space after a zero-width one is no place to cut."""
    assert cut("We  say:  go\u200b on é x", "space") == ["We", "  say:", "  go\u200b on", " é", " x"]
    assert cut("a é x", "ascii-space") == ["a", " é x"]
    assert cut("", "space") == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_true_claims_hold(case: Case) -> None:
    """The probes find nothing against the claims that the built-in parts make."""
    assert holds(Splitter.of(case.json), case.cut, ["Hello there, it's  7:30 ", "  ｆｕｌｌ ﬁx"])


@pytest.mark.parametrize("case", FALSE_CLAIMS.values(), ids=FALSE_CLAIMS)
def test_false_claims_are_found(case: Case) -> None:
    """The probes alone find a claim that is false."""
    assert not holds(Splitter.of(case.json), case.cut, [])
