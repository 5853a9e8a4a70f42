"""The JSON of a tokenizer, and a copy of it, whether it has parts in Python or not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from tokbench.carried.stages import Classes, load

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def document_of(tokenizer: Tokenizer | PreTrainedTokenizerFast) -> dict[str, Any]:
    """Return what tokenizer.json holds; only a wrapped tokenizer can have parts in Python."""
    if hasattr(tokenizer, "document"):  # a class that came with a tokenizer is not the one that is imported here
        return dict(tokenizer.document())
    return dict(json.loads(backend_of(tokenizer).to_str()))


def classes_of(tokenizer: Tokenizer | PreTrainedTokenizerFast) -> Classes:
    """Return the class of each of its parts in Python, by the name that its JSON has for it."""
    return getattr(tokenizer, "classes", {})


def backend_of(tokenizer: Tokenizer | PreTrainedTokenizerFast) -> Tokenizer:
    """Return the tokenizer of `tokenizers` that does the work."""
    return tokenizer if isinstance(tokenizer, Tokenizer) else tokenizer.backend_tokenizer


def copy_of(tokenizer: Tokenizer | PreTrainedTokenizerFast) -> Tokenizer:
    """Return a copy of the tokenizer of `tokenizers` that does the work."""
    return load(document_of(tokenizer), classes_of(tokenizer))
