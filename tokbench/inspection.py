"""What a tokenizer does to a text, stage by stage.

    inspect(tokenizer, "Straße!") → normalized "strasse!", words "strasse" "!", tokens "stra" "##sse" "!", their ids
    and offsets, and the text that the ids decode to

Offsets count characters of the text as it was given, whatever the normalizer did to it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.carried.consent import require_consent
from tokbench.errors import UserError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

    from tokbench.artifact import Artifact
    from tokbench.recipe.tables import RoundTrip


@dataclass(frozen=True)
class Word:
    """What the pre-tokenizer emits, and which characters of the text it stands for."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Token:
    """What the model emits, and which characters of the text it stands for."""

    text: str
    id: int
    start: int
    end: int
    word: int | None
    """The index of the word that it is a piece of; None for a token that the post-processor added."""


@dataclass(frozen=True)
class Inspection:
    """A text after each stage; `tokens`, `decoded` and `round_trip` are None where nothing is trained yet."""

    text: str
    normalized: str
    words: tuple[Word, ...]
    tokens: tuple[Token, ...] | None = None
    decoded: str | None = None
    """What the ids of the text's own tokens decode to."""
    round_trip: RoundTrip | None = None
    """How near `decoded` comes to the text."""


Span = tuple[int, int]


def inspect_at(
    path: str | os.PathLike[str], text: str, *, overrides: Sequence[str] = (), trust_remote_code: bool = False
) -> Inspection:
    """Return what the artifact in a folder does to a text, or what a recipe does before its model.

    `overrides` are changes to the recipe such as `normalizer.lowercase=false`. Python that the artifact carries, or the
    base of the recipe, runs only with `trust_remote_code`. Raises `UserError` where there is neither, it cannot be
    read, or it needs Python that may not run.
    """
    if Path(path).is_dir():
        from tokbench.artifact import Artifact

        if overrides:
            raise UserError(f"--set {overrides[0]}: an artifact is as it was built; set keys of its recipe instead")
        return inspect(_tokenizer(Artifact.open(path, trust_remote_code=trust_remote_code)), text)
    from tokbench.blueprint import draw, splitter
    from tokbench.recipe.loader import load

    drawn = draw(load(path, overrides, corpus_given=True), trust_remote_code=trust_remote_code)
    return inspect_untrained(splitter(drawn), text)


def _tokenizer(artifact: Artifact) -> Tokenizer:
    from tokenizers import Tokenizer

    if require_consent(artifact.path, artifact.trust_remote_code):
        return artifact.tokenizer.backend_tokenizer
    return Tokenizer.from_file(str(artifact.path / "tokenizer.json"))


def inspect(tokenizer: Tokenizer, text: str) -> Inspection:
    """Return what a trained tokenizer does to a text, with the tokens that its post-processor adds."""
    encoding = tokenizer.encode(text)
    tokens = tuple(
        Token(token, index, start, end, None if added else word)
        for token, index, (start, end), word, added in zip(
            encoding.tokens,
            encoding.ids,
            encoding.offsets,
            encoding.word_ids,
            encoding.special_tokens_mask,
            strict=True,
        )
    )
    normalized, words = _split(tokenizer, text, _added_tokens(tokenizer, encoding, text))
    decoded = tokenizer.decode([token.id for token in tokens if token.word is not None], skip_special_tokens=False)
    return Inspection(text, normalized, words, tokens, decoded, _round_trip(decoded, text, normalized))


def inspect_untrained(tokenizer: Tokenizer, text: str) -> Inspection:
    """Return what the normalizer and the pre-tokenizer do to a text; the model is not asked."""
    return Inspection(text, *_split(tokenizer, text, []))


def _round_trip(decoded: str, text: str, normalized: str) -> RoundTrip:
    if decoded == text:
        return "exact"
    if decoded == normalized:
        return "normalized"
    return "spaces" if "".join(decoded.split()) == "".join(normalized.split()) else "none"


def _added_tokens(tokenizer: Tokenizer, encoding: Encoding, text: str) -> list[Span]:
    """Return where the text itself holds added tokens, which neither normalizer nor pre-tokenizer gets to see.

    A model may emit the id of an added token for other text, as WordPiece does with its unknown token: the text that
    it stands for tells the two apart.
    """
    known = tokenizer.get_added_tokens_decoder()
    return [
        (start, end)
        for index, (start, end), added in zip(encoding.ids, encoding.offsets, encoding.special_tokens_mask, strict=True)
        if index in known and not added and _same(tokenizer, text[start:end], known[index].content)
    ]


def _same(tokenizer: Tokenizer, text: str, token: str) -> bool:
    normalize = tokenizer.normalizer.normalize_str if tokenizer.normalizer else str
    return text.strip() == token.strip() or bool(normalize(text).strip() == normalize(token).strip())


def _split(tokenizer: Tokenizer, text: str, apart: Sequence[Span]) -> tuple[str, tuple[Word, ...]]:
    """Return the normalized text, and its words; the spans `apart` are words as they are.

    The text is cut inside one `PreTokenizedString`, so that parts which treat the start of a document apart see it.
    """
    from tokenizers import PreTokenizedString

    pieces = PreTokenizedString(text)
    pieces.split(lambda _, whole: _between(whole, apart))
    if tokenizer.normalizer:
        pieces.normalize(tokenizer.normalizer.normalize)
    normalized = _merged(pieces, text, apart)
    if tokenizer.pre_tokenizer:
        tokenizer.pre_tokenizer.pre_tokenize(pieces)
    return "".join(piece.text for piece in normalized), _merged(pieces, text, apart)


def _between(whole: Any, apart: Sequence[Span]) -> list[Any]:
    """Return the stretches of a `NormalizedString` between the spans; an empty one is none."""
    starts = [0, *(end for _, end in apart)]
    ends = [*(start for start, _ in apart), len(whole.original)]
    stretches = [whole[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
    return stretches if apart else [whole]


def _merged(pieces: Any, text: str, apart: Sequence[Span]) -> tuple[Word, ...]:
    """Return the pieces and the spans that were kept apart, in the order of the text."""
    splits = pieces.get_splits(offset_referential="original", offset_type="char")
    words = [Word(piece, start, end) for piece, (start, end), _ in splits if piece]
    words.extend(Word(text[start:end], start, end) for start, end in apart)
    return tuple(sorted(words, key=lambda word: (word.start, word.end)))
