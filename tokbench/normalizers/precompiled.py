"""The table of replacements that SentencePiece compiles into its models, read from wherever it is."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tokenizers import normalizers

from tokbench.contracts import EVERYWHERE, Place

Rule = Literal["nmt_nfkc", "nmt_nfkc_cf", "nfkc", "nfkc_cf"]
"""The tables that SentencePiece comes with: NFKC, with the clean-up of `nmt`, and with case folding (`cf`)."""

# sentencepiece_model.proto: ModelProto.normalizer_spec, and NormalizerSpec.precompiled_charsmap.
_NORMALIZER_SPEC = 3
_PRECOMPILED_CHARSMAP = 2


@dataclass(frozen=True)
class Precompiled:
    """Replace characters by a table compiled by SentencePiece, as T5 and XLM-R do: "①ﬁ" becomes "1fi".

    rule: the name of a table that the package sentencepiece comes with; "nmt_nfkc" is T5's and XLM-R's; or
    model: a model file of SentencePiece, as in spiece.model; or
    tokenizer: a tokenizer.json whose normalizer holds a table; or
    path: a file that is the table (`precompiled_charsmap`) and nothing else.
    """

    rule: Rule | None = None
    model: Path | None = None
    tokenizer: Path | None = None
    path: Path | None = None

    def __post_init__(self) -> None:
        """Refuse options of which not exactly one says where the table is."""
        if sum(source is not None for source in vars(self).values()) != 1:
            raise ValueError("give one of 'rule', 'model', 'tokenizer' and 'path', to say where the table is")

    @property
    def keeps(self) -> tuple[Place, ...]:
        """Where text may be cut before it: anywhere with a known table; another may do anything to a space."""
        return EVERYWHERE if self.rule is not None else ()

    def build(self) -> normalizers.Normalizer:
        """Read the table and return the component; raises `ValueError` where there is none, `OSError` for no file."""
        table = self._table()
        try:
            return normalizers.Precompiled(table)
        except Exception as error:  # the library's one error class
            raise ValueError(f"{self._source()} holds no table that SentencePiece compiled: {error}") from error

    def _source(self) -> str:
        return str(next(source for source in vars(self).values() if source is not None))

    def _table(self) -> bytes:
        if self.rule is not None:
            return _table_of_rule(self.rule)
        if self.model is not None:
            return _table_of_model(self.model.read_bytes())
        if self.tokenizer is not None:
            return _table_of_tokenizer(self.tokenizer)
        return self.path.read_bytes() if self.path else b""


def _table_of_rule(rule: str) -> bytes:
    try:
        sentencepiece: Any = importlib.import_module("sentencepiece")
    except ImportError as error:
        raise ValueError("rule: needs the package sentencepiece; pip install 'tokbench[sentencepiece]'") from error
    return _table_of_model(sentencepiece.SentencePieceNormalizer(rule_name=rule).serialized_model_proto())


def _table_of_model(model: bytes) -> bytes:
    """Return the table of a serialized model; empty where its normalizer has none."""
    spec = dict(_fields(model)).get(_NORMALIZER_SPEC, b"")
    return dict(_fields(spec)).get(_PRECOMPILED_CHARSMAP, b"")


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and content of each field of a protobuf message that has a length; the others are passed over.

    Source: protobuf.dev, "Encoding": a key is (field number << 3) | wire type.
    """
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        wire_type = key & 7
        if wire_type == 0:
            _, position = _varint(message, position)
        elif wire_type in (1, 5):
            position += 8 if wire_type == 1 else 4
        elif wire_type == 2:
            length, position = _varint(message, position)
            yield key >> 3, message[position : position + length]
            position += length
        else:
            raise ValueError(f"byte {position} begins no field of a model of SentencePiece")
    if position > len(message):
        raise ValueError("a model of SentencePiece is cut short")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    """Return the number at a position, seven bits a byte, and the position behind it."""
    value = shift = 0
    for index in range(position, min(position + 10, len(message))):
        value |= (message[index] & 0x7F) << shift
        shift += 7
        if message[index] < 0x80:
            return value, index + 1
    raise ValueError(f"byte {position} begins no number of a model of SentencePiece")


def _table_of_tokenizer(path: Path) -> bytes:
    """Return the table of a tokenizer's normalizer, also where that is one of a sequence."""
    saved: dict[str, Any] = json.loads(path.read_bytes())
    normalizer = saved.get("normalizer") or {}
    for step in normalizer.get("normalizers", [normalizer]):
        if step.get("type") == "Precompiled":
            return base64.b64decode(step["precompiled_charsmap"])
    return b""
