"""The JSON of a tokenizer, and a copy of it, whether it has parts in Python or not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

from tokenizers import Tokenizer

from tokbench.carried.stages import Classes, load


class WholeTokenizer(Protocol):
    """A tokenizer with what `transformers` knows beside it: a `PreTrainedTokenizerFast`, or what is saved as one."""

    @property
    def backend_tokenizer(self) -> Tokenizer:
        """The tokenizer of `tokenizers` that does the work."""

    def __len__(self) -> int:
        """Return how many tokens there are, added ones too."""

    def save_pretrained(self, save_directory: Path, /) -> object:
        """Write the files that `transformers` loads."""


def document_of(tokenizer: Tokenizer | WholeTokenizer) -> dict[str, Any]:
    """Return what tokenizer.json holds; only a wrapped tokenizer can have parts in Python."""
    if hasattr(tokenizer, "document"):  # a class that came with a tokenizer is not the one that is imported here
        return dict(tokenizer.document())
    return dict(json.loads(backend_of(tokenizer).to_str()))


def classes_of(tokenizer: Tokenizer | WholeTokenizer) -> Classes:
    """Return the class of each of its parts in Python, by the name that its JSON has for it."""
    return getattr(tokenizer, "classes", {})


def backend_of(tokenizer: Tokenizer | WholeTokenizer) -> Tokenizer:
    """Return the tokenizer of `tokenizers` that does the work."""
    return tokenizer if isinstance(tokenizer, Tokenizer) else tokenizer.backend_tokenizer


def copy_of(tokenizer: Tokenizer | WholeTokenizer) -> Tokenizer:
    """Return a copy of the tokenizer of `tokenizers` that does the work."""
    return load(document_of(tokenizer), classes_of(tokenizer))


def unpadded(tokenizer: Tokenizer | WholeTokenizer) -> Tokenizer:
    """Return the tokenizer of `tokenizers`, or a copy of it, that neither pads nor truncates."""
    backend = backend_of(tokenizer)
    if backend.padding is None and backend.truncation is None:
        return backend
    bare = copy_of(tokenizer)
    bare.no_padding()
    bare.no_truncation()
    return bare
