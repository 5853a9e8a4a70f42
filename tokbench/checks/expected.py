"""What the trained tokenizer does with the probe texts: the values that an artifact must give, everywhere.

All of it comes from `tokenizers` alone, in the process that trained.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tokbench.carried.copying import document_of, unpadded
from tokbench.recipe.tables import RoundTrip

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

    from tokbench.carried.copying import WholeTokenizer


@dataclass(frozen=True)
class Promised:
    """What the recipe asked for, and the artifact is held to."""

    round_trip: RoundTrip = "none"
    vocab_size: int | None = None
    """The size asked of the trainer; None where it was not asked for one."""
    special_tokens: tuple[str, ...] = ()
    """Those with a role and those without."""


@dataclass(frozen=True)
class Probe:
    """One text and what the trained tokenizer makes of it, without special tokens around it."""

    text: str
    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    decoded: str
    normalized: str
    outside: bool
    """Whether no round trip is promised: it has characters outside the alphabet, or the signs with which the tokenizer
    itself writes a space or a joint, such as Metaspace's ▁, which nothing can tell apart."""


class Reference:
    """The tokenizer that an artifact is compared with."""

    def __init__(self, tokenizer: Tokenizer | WholeTokenizer) -> None:
        self.tokenizer = unpadded(tokenizer)
        described = document_of(tokenizer)
        self._model: Mapping[str, Any] = described["model"]
        self._signs = tuple(_signs(described["decoder"]))

    def probe(self, texts: Sequence[str]) -> list[Probe]:
        """Return what the tokenizer makes of the texts, in their order."""
        encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [self._probe(text, encoding) for text, encoding in zip(texts, encodings, strict=True)]

    def framed(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the texts with the special tokens that the post-processor puts around them."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]

    def split(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the texts where special tokens are text like any other."""
        self.tokenizer.encode_special_tokens = True
        try:
            encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        finally:
            self.tokenizer.encode_special_tokens = False
        return [encoding.ids for encoding in encodings]

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> list[dict[str, list[int]]]:
        """Return ids and type ids of pairs of texts."""
        encodings = self.tokenizer.encode_batch(list(pairs))
        return [{"ids": encoding.ids, "type_ids": encoding.type_ids} for encoding in encodings]

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Return every token and its id, added tokens with them."""
        return self.tokenizer.get_vocab(with_added_tokens=True)

    @cached_property
    def unknown_id(self) -> int | None:
        """Return the id that stands for what is outside the alphabet, if there is one."""
        if "unk_id" in self._model:
            return self._model["unk_id"]  # type: ignore[no-any-return]
        token = self._model.get("unk_token")
        return None if token is None else self.vocabulary.get(token)

    def _probe(self, text: str, encoding: Encoding) -> Probe:
        tokenizer, ids = self.tokenizer, encoding.ids
        normalized = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
        return Probe(
            text=text,
            ids=tuple(ids),
            offsets=tuple(encoding.offsets),
            decoded=tokenizer.decode(ids, skip_special_tokens=False),
            normalized=normalized,
            outside=self.unknown_id in ids or self._drops(normalized) or any(sign in text for sign in self._signs),
        )

    def _drops(self, normalized: str) -> bool:
        """Tell whether BPE, which has no unknown token here, leaves out characters that it does not know."""
        if self._model["type"] != "BPE" or self.unknown_id is not None or self._model["byte_fallback"]:
            return False
        splitter = self.tokenizer.pre_tokenizer
        words = [word for word, _ in splitter.pre_tokenize_str(normalized)] if splitter else [normalized]
        return any(symbol not in self.vocabulary for word in words for symbol in self._symbols(word))

    def _symbols(self, word: str) -> list[str]:
        """Return the symbols that BPE begins with: `word → w ##o ##r ##d</w>`, with such a prefix and suffix."""
        prefix, suffix = self._model["continuing_subword_prefix"] or "", self._model["end_of_word_suffix"] or ""
        symbols = [prefix * (place > 0) + character for place, character in enumerate(word)]
        return [*symbols[:-1], symbols[-1] + suffix] if symbols else []


def _signs(described: Any) -> Iterator[str]:
    """Yield what a decoder, as tokenizer.json describes it, takes for a space or a joint: ``▁``, ``##``, ``</w>``."""
    if isinstance(described, list):
        for item in described:
            yield from _signs(item)
    elif isinstance(described, dict):
        pattern = described.get("pattern")
        signs = [described.get(key) for key in ("replacement", "prefix", "suffix")]
        signs.append(pattern.get("String") if isinstance(pattern, dict) else None)
        yield from (sign for sign in signs if isinstance(sign, str) and sign.strip())
        yield from _signs(described.get("decoders"))


def digest(probes: Sequence[Probe]) -> str:
    """Return the sha256 of texts, ids, offsets and decoded texts: equal digests, equal behavior."""
    state = hashlib.sha256()
    for probe in probes:
        state.update(json.dumps([probe.text, probe.ids, probe.offsets, probe.decoded]).encode())
    return state.hexdigest()
