"""Where parts say that text may be cut, it may: the words of the pieces are the words of the whole.

A claim that this refutes is withdrawn.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tokbench.contracts import Place
from tokbench.counting.cuts import cut
from tokbench.counting.places import WITHIN, careful_cut
from tokbench.counting.splitter import Splitter
from tokbench.normalizers import cleaning, rewriting, unicode
from tokbench.pre_tokenizers import named, patterns, spaces
from tokbench.pre_tokenizers import words as classes
from tokbench.testing.claims import (
    PLACES,
    normalizer_keeps,
    pre_tokenizer_cuts,
    pre_tokenizer_keeps,
    prove_place,
    prove_words_apart,
)
from tokbench.testing.proving import Refuted
from tokbench.testing.texts import is_place, texts

from .examples import NORMALIZERS, PRE_TOKENIZERS, SENTENCES, shown

NARROW: list[Place] = ["space", "ascii-space"]


def claims(holds: Any, parts: list[Any], attribute: str) -> list[Any]:
    """Return a test case for each part and each place that it claims."""
    cases = []
    for part in parts:
        claimed: Any = getattr(part, attribute, ())
        claimed = WITHIN[claimed] if attribute == "cut" and claimed else claimed
        found = [place for place in PLACES if place in claimed]
        # A narrower place lies within a wider one; only what a normalizer gives must be as narrow.
        wanted = found if holds is normalizer_keeps else found[:1]
        cases += [pytest.param(holds, part, place, id=f"{holds.__name__}-{shown(part)}-{place}") for place in wanted]
    return cases


CASES = [
    *claims(normalizer_keeps, NORMALIZERS, "keeps"),
    *claims(pre_tokenizer_cuts, PRE_TOKENIZERS, "cut"),
    *claims(pre_tokenizer_keeps, PRE_TOKENIZERS, "keeps"),
]


@pytest.mark.parametrize(("holds", "part", "place"), CASES)
def test_a_claim_holds(holds: Any, part: Any, place: Place) -> None:
    """No text is found that a part's claim is wrong about."""
    prove_place(holds, part.build(), place)


FALSE = [
    (normalizer_keeps, cleaning.BertNormalizer(strip_accents=False), "space"),
    (normalizer_keeps, cleaning.BertNormalizer(handle_chinese_chars=False), "space"),
    (normalizer_keeps, cleaning.Strip(), "any-space"),
    (normalizer_keeps, unicode.StripAccents(), "space"),
    (normalizer_keeps, rewriting.Replace(content="", pattern="a"), "ascii-space"),
    (normalizer_keeps, rewriting.ByteLevel(), "ascii-space"),
    (pre_tokenizer_cuts, named.Gpt2(), "any-space"),
    (pre_tokenizer_cuts, named.O200k(), "any-space"),
    (pre_tokenizer_cuts, patterns.Split(pattern=" ", behavior="contiguous"), "any-space"),
    (pre_tokenizer_cuts, classes.UnicodeScripts(), "ascii-space"),
    (pre_tokenizer_cuts, classes.Digits(), "ascii-space"),
    (pre_tokenizer_cuts, spaces.Metaspace(split=False), "ascii-space"),
    (pre_tokenizer_keeps, classes.UnicodeScripts(), "ascii-space"),
    (pre_tokenizer_keeps, patterns.FixedLength(3), "ascii-space"),
    (pre_tokenizer_keeps, patterns.Split(pattern="  "), "any-space"),
]


@pytest.mark.parametrize(
    ("holds", "part", "place"), FALSE, ids=[f"{holds.__name__}-{shown(part)}-{place}" for holds, part, place in FALSE]
)
def test_a_false_claim_is_refuted(holds: Any, part: Any, place: Place) -> None:
    """The properties have the power to find out a part that would claim too much."""
    with pytest.raises(Refuted):
        prove_place(holds, part.build(), place)


def keeps_words(part: Any) -> bool:
    return "word" in getattr(part, "keeps", ())


@pytest.mark.parametrize("part", [part for part in PRE_TOKENIZERS if keeps_words(part)], ids=shown)
def test_a_part_behind_another_sees_each_word_by_itself(part: Any) -> None:
    """Words that an earlier pre-tokenizer made are split the same, whatever words stand before them."""
    prove_words_apart(part.build())


@given(
    before=st.lists(st.sampled_from(NORMALIZERS), max_size=3),
    splits=st.lists(st.sampled_from(PRE_TOKENIZERS), min_size=1, max_size=3),
    text=texts | st.tuples(texts, texts, texts).map(" ".join),
)
@example(before=[], splits=[PRE_TOKENIZERS[0]], text=" ".join(SENTENCES))
def test_pipelines_are_cut_where_their_words_stay_the_same(before: list[Any], splits: list[Any], text: str) -> None:
    """Whatever parts are put together, the words of a document's pieces are the words of the document."""
    place = careful_cut(before, splits)
    assume(place != "never")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([part.build() for part in before])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([part.build() for part in splits])
    splitter = Splitter(tokenizer)
    first, *rest = cut(text, place) or [""]
    assert splitter.words(first) + [word for piece in rest for word in splitter.words_inside(piece)] == splitter.words(
        text
    )


@functools.cache
def characters(place: Place) -> list[str]:
    """Return the solid characters, but for ideographs and Hangul syllables, which are all alike to a normalizer."""
    alike = (range(0x3400, 0xA000), range(0xAC00, 0xD7A4), range(0x20000, 0x110000))
    points = (point for point in range(0x110000) if not any(point in each for each in alike))
    assigned = (chr(point) for point in points if unicodedata.category(chr(point)) not in ("Cn", "Co", "Cs"))
    return [character for character in assigned if is_place(character, place)]


@pytest.mark.parametrize("part", [part for part in NORMALIZERS if "space" in getattr(part, "keeps", ())], ids=shown)
def test_a_normalizer_keeps_places_behind_every_character(part: Any) -> None:
    """The claim holds behind each character of Unicode, not just behind those that chance brings up."""
    normalizer = part.build()
    for place in NARROW:
        made = [(character, normalizer.normalize_str(character)) for character in characters(place)]
        assert [character for character, text in made if not is_place(text, place)] == []


@pytest.mark.parametrize(
    "part", [part for part in PRE_TOKENIZERS if getattr(part, "cut", "never") != "never"], ids=shown
)
def test_words_of_real_text_are_those_of_its_pieces(part: Any, shared_texts: list[str]) -> None:
    """Real documents of many languages, and code, have the same words whole and in pieces."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = part.build()
    splitter, place = Splitter(tokenizer), careful_cut([], [part])
    for text in shared_texts:
        first, *rest = cut(text, place)
        assert [
            *splitter.words(first),
            *(word for piece in rest for word in splitter.words_inside(piece)),
        ] == splitter.words(text)


@pytest.mark.parametrize(
    ("normalizer", "pre_tokenizer", "expected"),
    [
        ("BertNormalizer()", "BertPreTokenizer()", "space"),
        ("BertNormalizer()", "Gpt2()", "ascii-space"),
        ("BertNormalizer(handle_chinese_chars=False, strip_accents=False)", "Gpt2()", "space"),
        ("NFC()", "Metaspace()", "space"),
        ("Strip()", "WhitespaceSplit()", "space"),
        ("ByteLevel()", "Whitespace()", "never"),
        ("NFC()", "UnicodeScripts()", "never"),
        ("NFC()", "Digits()", "never"),
    ],
)
def test_common_pipelines_are_cut_where_they_can_be(normalizer: str, pre_tokenizer: str, expected: str) -> None:
    """The pipelines that people use are not needlessly counted as whole documents."""

    def named(parts: list[Any], text: str) -> Any:
        call = re.fullmatch(r"(\w+)\((.*)\)", text)
        assert call
        options = dict(option.split("=") for option in call[2].split(", ") if option)
        same = [part for part in parts if type(part).__name__ == call[1]]
        return next(part for part in same if all(str(getattr(part, key)) == value for key, value in options.items()))

    assert careful_cut([named(NORMALIZERS, normalizer)], [named(PRE_TOKENIZERS, pre_tokenizer)]) == expected


def test_a_silent_part_wants_whole_documents() -> None:
    """A plugin that says nothing is never cut, neither before a part that splits nor behind it."""
    splits = PRE_TOKENIZERS[0]
    assert careful_cut([object()], [splits]) == "never"
    assert careful_cut([], [object(), splits]) == "never"
    assert careful_cut([], [splits, object()]) == "never"
    assert careful_cut([], []) == "never"
