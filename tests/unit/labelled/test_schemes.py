"""Every scheme of tags is recognized, and converted to IOB2 without losing a span."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tokbench.errors import DataError
from tokbench.labelled.schemes import SCHEMES, recognize, to_iob2
from tokbench.tasks.words import spans_of

LABELS = st.sampled_from(["PER", "LOC", "B-I"])
GAPS_AND_SPANS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), LABELS), max_size=6)


def spans(drawn):
    """Return spans of a sentence: (label, first word, word after the last)."""
    place, found = 0, []
    for gap, length, label in drawn:
        place += gap
        found.append((label, place, place + length))
        place += length
    return found


def written(found, scheme):
    """Return the tags of spans in a scheme, as its definition says."""
    tags = ["O"] * (found[-1][2] if found else 1)
    before = None
    for label, start, end in found:
        touches = before is not None and before == (label, start)
        for place in range(start, end):
            first, last = place == start, place == end - 1
            letter = {
                "IOB1": "B" if first and touches else "I",
                "IOB2": "B" if first else "I",
                "IOBES": "S" if first and last else "B" if first else "E" if last else "I",
                "BILOU": "U" if first and last else "B" if first else "L" if last else "I",
            }[scheme]
            tags[place] = f"{letter}-{label}"
        before = (label, end)
    return tuple(tags)


@pytest.mark.parametrize("scheme", SCHEMES)
@given(GAPS_AND_SPANS)
def test_what_a_scheme_wrote_is_read_back(scheme, drawn):
    """Legal tags give the spans that they were written for, and nothing is mended."""
    found, mended = spans(drawn), Counter()
    assert list(spans_of(to_iob2(written(found, scheme), scheme, mended))) == found
    assert not mended


@pytest.mark.parametrize("scheme", SCHEMES)
@given(GAPS_AND_SPANS)
def test_a_scheme_is_recognized_by_what_it_alone_writes(scheme, drawn):
    """Short tags of one scheme may be legal in another: then both mean the same."""
    assume(drawn)
    found = spans(drawn)
    recognized = recognize([written(found, scheme)], "a.conll")
    assert list(spans_of(to_iob2(written(found, scheme), recognized, Counter()))) == found


@given(st.lists(st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y", "E-X", "S-Y", "L-Y", "U-X"]), min_size=1))
def test_every_tag_keeps_its_word_and_label(tags):
    """Whatever is illegal is mended: as many tags, the same labels, and legal IOB2."""
    for scheme in SCHEMES:
        converted = to_iob2(tags, scheme, Counter())
        assert [tag[2:] for tag in converted] == [tag[2:] for tag in tags]
        before = "O"
        for tag in converted:
            assert not tag.startswith("I-") or before[2:] == tag[2:]
            before = tag


@pytest.mark.parametrize(
    ("scheme", "tags", "expected", "mended"),
    [
        ("IOB2", "O I-X I-X", "O B-X I-X", {"begun": 1}),
        ("IOB2", "B-X I-Y", "B-X B-Y", {"begun": 1}),
        ("IOBES", "B-X I-X O", "B-X I-X O", {"ended": 1}),
        ("IOBES", "S-X E-X", "B-X B-X", {"begun": 1}),
        ("IOBES", "B-X", "B-X", {"ended": 1}),
        ("BILOU", "B-X U-X", "B-X B-X", {"ended": 1}),
        ("IOB1", "O B-X", "O B-X", {"kept": 1}),
        ("IOB1", "I-X B-X", "B-X B-X", {}),
    ],
)
def test_what_is_illegal_is_counted_by_its_rule(scheme, tags, expected, mended):
    """The rule says what was done."""
    counted = Counter()
    assert to_iob2(tags.split(), scheme, counted) == tuple(expected.split())
    assert counted == mended


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        (["O O"], "a.conll: there is no entity, every tag is O; say in 'column' which tags to read"),
        (["B-X E-X U-X"], "a.conll: the tags begin with B, E, U, which no scheme has; write IOB2"),
        (["PER O"], "a.conll: the tags 'PER' follow no scheme, as B-PER and I-PER would"),
        (["NOUN VERB DET ADJ"], "a.conll: the tags 'ADJ', 'DET', 'NOUN', … follow no scheme"),
    ],
)
def test_tags_without_a_scheme_are_refused(tags, sentence):
    """And it is said what they look like."""
    with pytest.raises(DataError) as caught:
        recognize([tag.split() for tag in tags], "a.conll")
    assert str(caught.value).startswith(sentence)


def test_iob1_is_told_from_iob2_by_the_majority():
    """A few stray I- do not make IOB1."""
    assert recognize([["B-X", "O", "I-X", "O", "B-X"]], "") == "IOB2"
    assert recognize([["I-X", "B-X", "O", "I-X"]], "") == "IOB1"


def test_a_scheme_that_is_said_is_held_to():
    """What it has no letter for is refused, never read as something else."""
    assert recognize([["B-X", "O", "B-X"]], "", "IOBES") == "IOBES"
    assert recognize([["B-X"]], "", "IOB1") == "IOB1"
    with pytest.raises(DataError, match="a: the tags begin with B, E, which are not all of IOB2; leave out 'scheme'"):
        recognize([["B-X", "E-X"]], "a", "IOB2")
    with pytest.raises(DataError, match="the tags 'PER' follow no scheme"):
        recognize([["PER"]], "a", "IOB2")
