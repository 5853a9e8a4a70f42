"""A rehearsal of encoding and decoding without a trained model: what will come back, known before any text is read.

Every word falls apart into the smallest tokens that the model could make of it, and the decoder puts them together:

    byte-level words, byte-level decoder   "naïve" → n a Ã ¯ v e → "naïve"      exact
    byte-level words, wordpiece decoder    "naïve" → n a Ã ¯ v e → "naÃ¯ve"     none
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tokbench.checks.probes import PROBES
from tokbench.checks.round_trip import holds
from tokbench.recipe.recipe import Recipe
from tokbench.recipe.tables import Promises

if TYPE_CHECKING:
    from tokenizers import decoders, normalizers, pre_tokenizers

    from tokbench.recipe.tables import RoundTrip

STRONGEST_FIRST: tuple[RoundTrip, ...] = ("exact", "normalized", "spaces", "none")


@dataclass(frozen=True)
class Stages:
    """What surrounds a model, and the part that the model is made by."""

    normalizer: normalizers.Normalizer | None
    pre_tokenizer: pre_tokenizers.PreTokenizer | None
    decoder: decoders.Decoder | None
    model: Any

    @cached_property
    def spelling(self) -> Mapping[str, Any]:
        """Return what tokenizer.json says of the empty model: its type and options, whatever its part calls them."""
        from tokenizers import Tokenizer

        return json.loads(Tokenizer(self.model.build()).to_str())["model"]  # type: ignore[no-any-return]

    @property
    def knows_any_character(self) -> bool:
        """Tell whether the model spells characters outside its vocabulary: with an unknown token, or in bytes."""
        spelling = self.spelling
        unknown = spelling.get("unk_token") is not None or spelling.get("unk_id") is not None
        return unknown or bool(spelling.get("byte_fallback"))

    def normalized(self, text: str) -> str:
        """Return the text after the normalizer."""
        return str(self.normalizer.normalize_str(text)) if self.normalizer else text

    def words(self, text: str) -> list[str]:
        """Return the words of a text."""
        normalized = self.normalized(text)
        if self.pre_tokenizer is None:
            return [normalized]
        return [word for word, _ in self.pre_tokenizer.pre_tokenize_str(normalized)]

    def back(self, text: str) -> str:
        """Return what decoding gives for a text that was cut into the smallest tokens."""
        tokens = list(_tokens(self.spelling, self.words(text)))
        # Without a decoder, tokenizers joins the tokens with spaces.
        return str(self.decoder.decode(tokens)) if self.decoder else " ".join(tokens)


def kept(stages: Stages, text: str) -> RoundTrip:
    """Return the strongest promise that decoding keeps for one text."""
    back = stages.back(text)
    return next(level for level in STRONGEST_FIRST if holds(level, text, stages.normalized(text), back))


def kept_of_all(stages: Stages, texts: Iterable[str] = PROBES) -> RoundTrip:
    """Return the strongest promise that decoding keeps for every text."""
    return max((kept(stages, text) for text in texts), key=STRONGEST_FIRST.index, default="exact")


def broken(stages: Stages, promise: RoundTrip) -> tuple[str, str] | None:
    """Return the shortest text for which decoding keeps less than was promised, and what comes back for it, or None."""
    allowed = STRONGEST_FIRST.index(promise)
    found = [text for text in PROBES if STRONGEST_FIRST.index(kept(stages, text)) > allowed]
    return min(((text, stages.back(text)) for text in found), key=lambda pair: len(pair[0]), default=None)


def lowered(recipe: Recipe, stages: Stages, samples: Sequence[str]) -> Recipe:
    """Return the recipe with the promise that it made itself lowered to what decoding keeps of the samples, and why."""
    promised = recipe.promises.round_trip or "none"
    found = kept_of_all(stages, samples)
    if "round_trip" in recipe.tables.get("checks", {}) or STRONGEST_FIRST.index(found) <= STRONGEST_FIRST.index(
        promised
    ):
        return recipe
    note = f"checks.round_trip: {found} and not {promised}, which text of the corpus does not keep"
    return replace(recipe, promises=Promises(round_trip=found), choices=(*recipe.choices, note))


def words_are_bytes(stages: Stages) -> bool:
    """Tell whether every word is spelled in the 256 byte characters: a vocabulary that has them knows any text."""
    from tokenizers.pre_tokenizers import ByteLevel

    letters = set(ByteLevel.alphabet())
    return all(letters.issuperset(word) for text in PROBES for word in stages.words(text))


def _tokens(spelling: Mapping[str, Any], words: Sequence[str]) -> Iterator[str]:
    """Yield the smallest tokens that the model could make of the words."""
    pieces = _speller(spelling)
    known: dict[str, Iterable[str]] = {}  # words come again and again
    for word in words:
        if word not in known:
            known[word] = pieces(word)
        yield from known[word]


def _speller(spelling: Mapping[str, Any]) -> Callable[[str], Iterable[str]]:
    """Return what makes pieces of a word: the word, its characters, or these as `_pieces` writes them."""
    if spelling["type"] == "WordLevel":
        return lambda word: (word,)
    marked = ("continuing_subword_prefix", "end_of_word_suffix", "byte_fallback")
    return (lambda word: list(_pieces(word, spelling))) if any(map(spelling.get, marked)) else str


def _pieces(word: str, spelling: Mapping[str, Any]) -> Iterator[str]:
    """Yield the characters of a word, as a model spells them: ``"aé" → a, ##é`` or ``a, <0xC3>, <0xA9>``."""
    prefix = spelling.get("continuing_subword_prefix") or ""
    suffix = spelling.get("end_of_word_suffix") or ""
    for position, character in enumerate(word):
        if spelling.get("byte_fallback") and not character.isascii() and character != "▁":
            yield from (f"<0x{byte:02X}>" for byte in character.encode())
        else:
            last = position == len(word) - 1
            yield f"{prefix if position else ''}{character}{suffix if last else ''}"
