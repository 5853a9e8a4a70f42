"""Where parts say that text may be cut, it may: the words of the pieces are the words of the whole.

A claim that this refutes is withdrawn. Pieces behind a cut are read as the counter reads them: behind one solid
character, whose words are then taken off.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tokbench.contracts import Place
from tokbench.counting.cuts import cut, is_solid
from tokbench.counting.places import WITHIN, careful_cut
from tokbench.counting.splitter import SOLID, Splitter
from tokbench.normalizers import cleaning, rewriting, unicode
from tokbench.pre_tokenizers import named, patterns, spaces
from tokbench.pre_tokenizers import words as classes

from .examples import NORMALIZERS, PRE_TOKENIZERS, SENTENCES, shown, texts

EDGES = ["", *"a.'1!s", "\u0301", "中", "ไ\u0e49", "¨", "👩", "ﱞ", "  ", " ", "\n", "\u200b", "\u200b \u200b", "\x00"]
"""What may stand beside a place: of each kind that a normalizer drops, pads or makes a space, or that a split joins."""

PLACES: list[Place] = ["any-space", "space", "ascii-space"]
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


def is_place(before: str, place: Place) -> bool:
    """Tell whether a space behind this text would be such a place."""
    if place == "any-space":
        return before != ""
    return before != "" and is_solid(before, "space" if place == "space" else "ascii-space")


@st.composite
def halves(draw: st.DrawFn, place: Place) -> tuple[str, str]:
    """Return the two sides of a place in text, the second of which begins with the space."""
    left = draw(texts)
    if not is_place(left, place):
        left += "a"
    return left, " " + draw(texts)


def edges(place: Place) -> Iterator[tuple[str, str]]:
    """Yield the two sides of a place between any two of the edges, in text that goes on with and without spaces."""
    for left, right in itertools.product(EDGES, EDGES):
        for before, after in (("", ""), ("x ", "x"), ("x", "  x")):
            if is_place(before + left, place):
                yield before + left, " " + right + after


def behind(normalizer: Any, text: str) -> str | None:
    """Return what a normalizer makes of text that other text precedes; None if it changes across the cut."""
    whole, alone = normalizer.normalize_str(SOLID + text), normalizer.normalize_str(SOLID)
    return whole[len(alone) :] if whole.startswith(alone) else None


def normalizer_keeps(part: Any, place: Place, left: str, right: str) -> None:
    """Each side of the place is normalized as within the whole, and between them is such a place again."""
    normalizer = part.build()
    before, after = normalizer.normalize_str(left), behind(normalizer, right)
    assert after is not None
    assert before + after == normalizer.normalize_str(left + right)
    assert after.startswith(" ") or (after == "" and not right.strip())
    assert place == "any-space" or is_place(before, place)


def words(component: Any, text: str) -> list[str]:
    return [word for word, _ in component.pre_tokenize_str(text) if word]


def words_behind(component: Any, text: str) -> list[str]:
    """Return the words of text that other text precedes."""
    whole, alone = words(component, SOLID + text), words(component, SOLID)
    assert whole[: len(alone)] == alone
    return whole[len(alone) :]


def pre_tokenizer_cuts(part: Any, place: Place, left: str, right: str) -> None:
    """The words of the two sides of the place, one after the other, are the words of the whole."""
    component = part.build()
    assert words(component, left) + words_behind(component, right) == words(component, left + right)


def pre_tokenizer_keeps(part: Any, place: Place, left: str, right: str) -> None:
    """The words of the two sides are those of the whole, but for one that lies across the place."""
    component = part.build()
    pieces = [(left + right)[start:end] for start, end in _split_at(component, left + right, len(left))]
    after = [(SOLID + right)[start:end] for start, end in _split_at(component, SOLID + right, len(SOLID))]
    assert words(component, left) + after[len(words(component, SOLID)) :] == pieces


def _split_at(component: Any, text: str, place: int) -> list[tuple[int, int]]:
    """Return the offsets of a text's words, the one across the place in two."""
    found = []
    for _, (start, end) in component.pre_tokenize_str(text):
        found += [(start, place), (place, end)] if start < place < end else [(start, end)]
    return found


CASES = [
    *claims(normalizer_keeps, NORMALIZERS, "keeps"),
    *claims(pre_tokenizer_cuts, PRE_TOKENIZERS, "cut"),
    *claims(pre_tokenizer_keeps, PRE_TOKENIZERS, "keeps"),
]


@pytest.mark.parametrize(("holds", "part", "place"), CASES)
def test_a_claim_holds(holds: Any, part: Any, place: Place) -> None:
    """No text is found that a part's claim is wrong about."""
    for left, right in edges(place):
        holds(part, place, left, right)

    @settings(max_examples=50)
    @given(sides=halves(place))
    def check(sides: tuple[str, str]) -> None:
        holds(part, place, *sides)

    check()


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
    """The properties above have the power to find out a part that would claim too much."""

    def check() -> None:
        for left, right in edges(place):
            holds(part, place, left, right)

    with pytest.raises(AssertionError):
        check()


def keeps_words(part: Any) -> bool:
    return "word" in getattr(part, "keeps", ())


@pytest.mark.parametrize("part", [part for part in PRE_TOKENIZERS if keeps_words(part)], ids=shown)
@settings(max_examples=50)
@given(left=texts, right=texts)
def test_a_part_behind_another_sees_each_word_by_itself(part: Any, left: str, right: str) -> None:
    """Words that an earlier pre-tokenizer made are split the same, whatever words stand before them."""
    assume(left.strip())
    component = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), part.build()])
    apart = words(component, left) + words_behind(component, " " + right)
    assert apart == words(component, left + " " + right)


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
