"""A rehearsal of encoding and decoding without a trained model: what will come back, known before any text is read.

Every word falls apart into the smallest tokens that the model could make of it, and the decoder puts them together:

    byte-level words, byte-level decoder   "naïve" → n a Ã ¯ v e → "naïve"      exact
    byte-level words, wordpiece decoder    "naïve" → n a Ã ¯ v e → "naÃ¯ve"     refused
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tokbench.checks.round_trip import holds
from tokbench.errors import RecipeError
from tokbench.recipe.recipe import Recipe

if TYPE_CHECKING:
    from tokenizers import decoders, normalizers, pre_tokenizers

    from tokbench.recipe.tables import RoundTrip

TEXTS = (
    "A plain sentence.",
    "don't stop, won't stop (ever)!",
    "naïve café in Łódź",
    "  two  spaces, and one at the end ",
    "tab\tand\nline",
    "数学 и алгебра, ตัวอย่าง",
    "3.14159 × 2 = 👩‍👩‍👧",
)
"""Texts on which the stages of a tokenizer are tried."""

STRONGEST_FIRST: tuple[RoundTrip, ...] = ("exact", "normalized", "spaces", "none")


def promise(
    recipe: Recipe,
    normalizer: normalizers.Normalizer | None,
    pre_tokenizer: pre_tokenizers.PreTokenizer | None,
    decoder: decoders.Decoder | None,
) -> RoundTrip:
    """Return what decoding keeps, as strong as the recipe asks or as the parts allow.

    Raises `RecipeError` where decoding keeps less than the recipe asks, or, the recipe being silent, nothing.
    """
    asked = recipe.promises.round_trip
    kept: RoundTrip = "exact"
    for text in TEXTS:
        normalized = normalizer.normalize_str(text) if normalizer else text
        decoded = _decode(decoder, list(_tokens(recipe, _words(text, normalizer, pre_tokenizer))))
        here = next(level for level in STRONGEST_FIRST if holds(level, text, normalized, decoded))
        kept = max(kept, here, key=STRONGEST_FIRST.index)
        if STRONGEST_FIRST.index(here) > STRONGEST_FIRST.index(asked or "spaces"):
            raise _refusal(recipe, text, decoded)
    return asked or kept


def words_are_bytes(
    normalizer: normalizers.Normalizer | None, pre_tokenizer: pre_tokenizers.PreTokenizer | None
) -> bool:
    """Tell whether every word is spelled in the 256 byte characters: a vocabulary that has them knows any text."""
    from tokenizers.pre_tokenizers import ByteLevel

    letters = set(ByteLevel.alphabet())
    return all(letters.issuperset(word) for text in TEXTS for word in _words(text, normalizer, pre_tokenizer))


def _words(
    text: str, normalizer: normalizers.Normalizer | None, pre_tokenizer: pre_tokenizers.PreTokenizer | None
) -> list[str]:
    normalized = normalizer.normalize_str(text) if normalizer else text
    return [word for word, _ in pre_tokenizer.pre_tokenize_str(normalized)] if pre_tokenizer else [normalized]


def _tokens(recipe: Recipe, words: Sequence[str]) -> Iterator[str]:
    """Yield the smallest tokens that the model could make of the words."""
    from tokenizers.models import WordLevel

    model: Any = recipe.model.part if recipe.model else None
    whole = isinstance(model.build(), WordLevel)
    for word in words:
        yield from [word] if whole else _pieces(word, model)


def _pieces(word: str, model: Any) -> Iterator[str]:
    """Yield the characters of a word, as a model spells them: ``"aé" → a, ##é`` or ``a, <0xC3>, <0xA9>``."""
    prefix = getattr(model, "continuing_subword_prefix", None) or ""
    suffix = getattr(model, "end_of_word_suffix", None) or ""
    for position, character in enumerate(word):
        if getattr(model, "byte_fallback", False) and not character.isascii() and character != "▁":
            yield from (f"<0x{byte:02X}>" for byte in character.encode())
        else:
            last = position == len(word) - 1
            yield f"{prefix if position else ''}{character}{suffix if last else ''}"


def _decode(decoder: decoders.Decoder | None, tokens: list[str]) -> str:
    # Without a decoder, tokenizers joins the tokens with spaces.
    return str(decoder.decode(tokens)) if decoder else " ".join(tokens)


def _refusal(recipe: Recipe, text: str, decoded: str) -> RecipeError:
    words = ", ".join(use.name for use in recipe.pre_tokenizers) or "no pre-tokenizer"
    seen = f"{text!r} would come back as {decoded!r}"
    if "decoder" in recipe.tables:
        names = ", ".join(use.name for use in recipe.decoders)
        what = f"{names} does not undo {words}: {seen}; leave the decoder out to get one that fits"
        return recipe.error("decoder", f'{what}, or say round_trip = "none" in [checks]')
    model = recipe.model.name if recipe.model else "the model"
    what = f"no decoder fits both {words} and {model}: {seen}; choose another of the two, or give a decoder"
    return recipe.error("pre_tokenizer", f'{what}, or say round_trip = "none" in [checks]')
