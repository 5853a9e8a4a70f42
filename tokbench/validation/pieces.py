r"""What the tokens of a vocabulary stand for, whatever marks it writes them with.

    WordPiece    "##ing" → Piece("ing", inside)      "ing"  → Piece("ing", start)
    byte-level   "ing"   → Piece("ing", inside)      "Ġing" → Piece("ing", start)
    metaspace    "ing"   → Piece("ing", inside)      "▁ing" → Piece("ing", start)
    byte tokens  "<0xE2>", or byte-level "â"  → Piece(b"\xe2", byte)

Two tokens of different vocabularies that give the same piece are the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from tokbench.carried.copying import document_of
from tokbench.models.tokens import BYTE_TOKENS

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

Marks = Literal["prefix", "byte-level", "metaspace", "none"]
"""How a vocabulary tells the start of a word: a prefix on all other pieces, a space in the piece, or not at all."""
SPACE = "▁"
BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")


@dataclass(frozen=True)
class Piece:
    """What a token stands for: UTF-8, perhaps a part of a character, and where in a word it stands."""

    data: bytes
    place: Literal["start", "inside", "byte"]

    @property
    def text(self) -> str | None:
        """Return the text, or None where the bytes are no whole characters."""
        try:
            return None if self.place == "byte" else self.data.decode()
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True)
class Spelling:
    """How a tokenizer writes its tokens: its stages can be asked one by one, and its JSON tells of its model."""

    tokenizer: Tokenizer
    document: Mapping[str, Any]

    @classmethod
    def of(cls, wrapped: PreTrainedTokenizerFast) -> Spelling:
        """Return the spelling of a tokenizer of `transformers`."""
        return cls(wrapped.backend_tokenizer, document_of(wrapped))

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Return the ids of its tokens."""
        return self.tokenizer.get_vocab(with_added_tokens=True)

    @cached_property
    def prefix(self) -> str:
        """Return what marks pieces inside a word, such as `##`; empty where nothing does."""
        return self.document["model"].get("continuing_subword_prefix") or ""

    @cached_property
    def marks(self) -> Marks:
        """Return how the start of a word is told."""
        stages = [self.document[stage] for stage in ("normalizer", "pre_tokenizer", "decoder")]
        written = json.dumps(stages, ensure_ascii=False)
        if self.prefix:
            return "prefix"
        if '"ByteLevel"' in written:
            return "byte-level"
        return "metaspace" if SPACE in written else "none"

    @cached_property
    def unknown(self) -> int | None:
        """Return the id that its model gives to what it does not know."""
        model = self.document["model"]
        number: int | None = model.get("unk_id")  # Unigram's
        return self.vocabulary.get(model.get("unk_token") or "") if number is None else number

    @cached_property
    def pieces(self) -> dict[Piece, int]:
        """Return the id of each piece that a token stands for; special and added tokens stand for none."""
        added = {str(token) for token in self.tokenizer.get_added_tokens_decoder().values()}
        return {self.read(token): number for token, number in self.vocabulary.items() if token not in added}

    def read(self, token: str) -> Piece:
        """Return what a token stands for."""
        if token in BYTE_TOKENS:
            return Piece(bytes.fromhex(token[3:5]), "byte")
        if self.marks == "byte-level":
            return _from_bytes(bytes(_BYTES.get(character, 63) for character in token))
        token = token.removesuffix(self.document["model"].get("end_of_word_suffix") or "") or token
        if self.marks == "prefix":
            inside = token.startswith(self.prefix) and len(token) > len(self.prefix)
            return Piece(token[len(self.prefix) * inside :].encode(), "inside" if inside else "start")
        inside = self.marks == "metaspace" and not token.startswith(SPACE)
        return Piece((token.lstrip(SPACE) or token).encode(), "inside" if inside else "start")

    def cut(self, piece: Piece) -> list[int]:
        """Return the ids of the tokens that this tokenizer makes of a piece, its unknown token left out."""
        if piece in self.pieces:
            return [self.pieces[piece]]
        if (text := piece.text) is None:
            alone = [self.pieces.get(Piece(bytes([byte]), "byte")) for byte in piece.data]
            return [number for number in alone if number is not None]
        return [number for word in self._words(text, piece.place == "start") for number in self._model_ids(word)]

    def _words(self, text: str, starts: bool) -> Sequence[str]:
        """Return the words that the model would see of a text within, or at the start of, a word."""
        spaced = f" {text}" if starts and self.marks == "byte-level" else text
        normalizer, pre_tokenizer = self.tokenizer.normalizer, self.tokenizer.pre_tokenizer
        normalized = normalizer.normalize_str(spaced) if normalizer else spaced
        words = [word for word, _ in pre_tokenizer.pre_tokenize_str(normalized)] if pre_tokenizer else [normalized]
        if words and not starts:
            words[0] = self.prefix + words[0] if self.prefix else words[0].removeprefix(_MARK.get(self.marks, ""))
        return [word for word in words if word]

    def _model_ids(self, word: str) -> list[int]:
        if self.prefix and word.startswith(self.prefix):
            return self._inside(word.removeprefix(self.prefix))
        return [token.id for token in self.tokenizer.model.tokenize(word) if token.id != self.unknown]

    def _inside(self, word: str) -> list[int]:
        """Return the longest pieces inside a word from left to right, as WordPiece; nothing where one is missing."""
        found: list[int] = []
        while word:
            lengths = range(len(word), 0, -1)
            length = next((each for each in lengths if self.prefix + word[:each] in self.vocabulary), 0)
            if not length:
                return []
            found.append(self.vocabulary[self.prefix + word[:length]])
            word = word[length:]
        return found


def _from_bytes(data: bytes) -> Piece:
    if len(data) == 1 and data[0] >= 0x80:
        return Piece(data, "byte")
    starts = data.startswith(b" ") and len(data) > 1
    return Piece(data[starts:], "start" if starts else "inside")


def _byte_alphabet() -> dict[str, int]:
    """Return the byte of each character that GPT-2 writes bytes with, as its `bytes_to_unicode` maps them."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}


_BYTES = _byte_alphabet()
_MARK = {"byte-level": "Ġ", "metaspace": SPACE}
