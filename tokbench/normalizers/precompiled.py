"""The table of replacements that SentencePiece compiles into its models, read from where it is found."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import normalizers


@dataclass(frozen=True)
class Precompiled:
    """Replace characters by a table compiled by SentencePiece, as T5 and XLM-R do: "①" becomes "1".

    path: a file that is the table (`precompiled_charsmap`) and nothing else; or
    tokenizer: a tokenizer.json whose normalizer holds one.
    """

    path: Path | None = None
    tokenizer: Path | None = None

    def __post_init__(self) -> None:
        """Refuse options of which not exactly one says where the table is."""
        if (self.path is None) == (self.tokenizer is None):
            raise ValueError("give either 'path' (a compiled table) or 'tokenizer' (a tokenizer.json), and not both")

    def build(self) -> normalizers.Normalizer:
        """Read the table and return the component; raises `ValueError` where there is none."""
        try:
            return normalizers.Precompiled(self._table())
        except Exception as error:
            raise ValueError(
                f"{self.path or self.tokenizer}: holds no table compiled by SentencePiece: {error}"
            ) from error

    def _table(self) -> bytes:
        if self.path is not None:
            return self.path.read_bytes()
        return _table_of(json.loads(self.tokenizer.read_bytes())) if self.tokenizer else b""


def _table_of(tokenizer: dict[str, Any]) -> bytes:
    """Return the table of a tokenizer's normalizer, also where that is one of a sequence."""
    normalizer = tokenizer.get("normalizer") or {}
    for step in normalizer.get("normalizers", [normalizer]):
        if step.get("type") == "Precompiled":
            return base64.b64decode(step["precompiled_charsmap"])
    raise ValueError("its normalizer has none; name a tokenizer that has")
