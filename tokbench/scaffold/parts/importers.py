"""A list of words as a tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Example:
    """Read a file with one word a line as a tokenizer of whole words, the first being the unknown one."""

    def read(self, path: Path) -> PreTrainedTokenizerFast:
        """Return the tokenizer; a file that is not UTF-8, or names a word twice, is a `ValueError`."""
        from tokenizers import Tokenizer
        from tokenizers.models import WordLevel
        from tokenizers.pre_tokenizers import WhitespaceSplit
        from transformers import PreTrainedTokenizerFast

        words = path.read_text(encoding="utf-8").split("\n")[:-1]
        if not words or len(set(words)) < len(words):
            raise ValueError("every line must be a word of its own")
        tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token=words[0]))
        tokenizer.pre_tokenizer = WhitespaceSplit()
        return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token=words[0])
