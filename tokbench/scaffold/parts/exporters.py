"""The vocabulary as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Example:
    """Write the tokens in the order of their ids, one a line, as BERT's `vocab.txt` has them.

    file: the name of the file
    """

    file: str = "vocab.txt"

    def export(self, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Sequence[Path]:
        """Return the file written."""
        ids: dict[str, int] = tokenizer.get_vocab()
        path = folder / self.file
        path.write_text("\n".join(sorted(ids, key=ids.__getitem__)) + "\n", encoding="utf-8")
        return [path]
