"""The claims `keeps` and `cut` of a part, put to the test.

Pieces of text behind a cut are read as the counter reads them: behind one solid character, whose words are then taken
off.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from hypothesis import strategies as st
from tokenizers import pre_tokenizers

from tokbench.checks.probes import PROBES
from tokbench.contracts import Place
from tokbench.counting.places import WITHIN
from tokbench.counting.splitter import SOLID
from tokbench.testing.proving import for_any, for_each, require, require_equal, when_refuted
from tokbench.testing.texts import are_sides, edges, halves, is_place, texts, windows

__tracebackhide__ = when_refuted

Claim: TypeAlias = "Callable[[Any, Place, str, str], None]"
"""What a component promises of a place between two sides of a text."""

PLACES: tuple[Place, ...] = ("any-space", "space", "ascii-space")


def normalizer_keeps(normalizer: Any, place: Place, left: str, right: str) -> None:
    """Normalize each side of the place: both are as within the whole, and between them is such a place again."""
    before, after = str(normalizer.normalize_str(left)), _behind(normalizer, right)
    whole = str(normalizer.normalize_str(left + right))
    seen = f"keeps {place!r}: {left + right!r}, cut before {right!r}"
    require(after is not None, f"{seen}: text before the cut changes how text behind it is normalized")
    after = after or ""
    require_equal(before + after, whole, f"{seen}, is normalized to other text than whole")
    require(after.startswith(" ") or (after == "" and not right.strip()), f"{seen}: the space behind the cut is lost")
    require(place == "any-space" or is_place(before, place), f"{seen}: it is no such place any more in {whole!r}")


def pre_tokenizer_cuts(component: Any, place: Place, left: str, right: str) -> None:
    """Split the two sides of the place: one after the other, their words are those of the whole."""
    seen = f"cut = {place!r}: {left + right!r}, cut before {right!r}, has other words than whole"
    behind = words_behind(component, right)
    require(behind is not None, f"{seen}: a word reaches across the cut")
    require_equal(words(component, left) + (behind or []), words(component, left + right), seen)


def pre_tokenizer_keeps(component: Any, place: Place, left: str, right: str) -> None:
    """Split the two sides: their words are those of the whole, but for one that lies across the place."""
    pieces = [(left + right)[start:end] for start, end in _split_at(component, left + right, len(left))]
    after = [(SOLID + right)[start:end] for start, end in _split_at(component, SOLID + right, len(SOLID))]
    apart = words(component, left) + after[len(words(component, SOLID)) :]
    require_equal(apart, pieces, f"keeps {place!r}: {left + right!r}, cut before {right!r}, is split in other places")


def words(component: Any, text: str) -> list[str]:
    """Return the words that a pre-tokenizer makes of a text; empty ones, which training ignores, are left out."""
    return [word for word, _ in component.pre_tokenize_str(text) if word]


def words_behind(component: Any, text: str) -> list[str] | None:
    """Return the words of text that other text precedes; None where one reaches into that."""
    whole, alone = words(component, SOLID + text), words(component, SOLID)
    return whole[len(alone) :] if whole[: len(alone)] == alone else None


def claimed(part: Any) -> Iterator[tuple[str, Place]]:
    """Yield each place that a part claims, with the attribute that claims it, the narrower ones within it too."""
    for place in PLACES:
        if place in WITHIN[getattr(part, "cut", "never")]:
            yield "cut", place
        if place in getattr(part, "keeps", ()):
            yield "keeps", place


def prove_place(claim: Claim, component: Any, place: Place) -> None:
    """Find no text that the claim is wrong about; raises `Refuted` with the smallest."""

    def check(sides: tuple[str, str]) -> None:
        claim(component, place, *sides)

    for_each(check, itertools.chain(edges(place), windows(place, PROBES)), lambda sides: are_sides(sides, place))
    for_any(check, halves(place))


def prove_words_apart(component: Any) -> None:
    """Prove the place `word`: words that an earlier pre-tokenizer made are split the same, whatever is before them."""
    behind = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), component])

    def check(sides: tuple[str, str]) -> None:
        left, right = sides
        if left.strip():
            seen = f"keeps 'word': the words {left!r} and {right!r} are split otherwise together than apart"
            apart = words(behind, left) + (words_behind(behind, " " + right) or [])
            require_equal(apart, words(behind, f"{left} {right}"), seen)

    for_any(check, st.tuples(texts, texts))


def _behind(normalizer: Any, text: str) -> str | None:
    """Return what a normalizer makes of text that other text precedes; None if it changes across the cut."""
    whole, alone = str(normalizer.normalize_str(SOLID + text)), str(normalizer.normalize_str(SOLID))
    return whole[len(alone) :] if whole.startswith(alone) else None


def _split_at(component: Any, text: str, place: int) -> list[tuple[int, int]]:
    """Return the offsets of a text's words, the one across the place in two."""
    found = []
    for _, (start, end) in component.pre_tokenize_str(text):
        found += [(start, place), (place, end)] if start < place < end else [(start, end)]
    return found
