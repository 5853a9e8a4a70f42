"""What every proof needs: the loaded tokenizer, and how to compare and to fail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

Job = dict[str, Any]


class Failed(Exception):
    """A proof that does not hold; the message is the example that shows it."""


class Loaded:
    """The tokenizer under proof, the job, and what the proofs have to say beyond passed or failed."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.texts: list[str] = job["texts"]
        self.tokenizer: Any = self.load(Path(job["folder"]))
        self.limitations: list[str] = []
        self.decoded: list[str] = []

    def load(self, folder: Path) -> Any:
        """Return the tokenizer of a folder as a user gets it, with its code where it carries some."""
        return load(folder, trust_remote_code=bool(self.job.get("code")))

    @property
    def long_text(self) -> str:
        """Return a text of many tokens, whatever the model."""
        return " ".join(text for text in self.texts if text)


def load(folder: Path, *, trust_remote_code: bool = False) -> Any:
    """Return the tokenizer as a user gets it."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=trust_remote_code)


def ids_of(tokenizer: Any, texts: Sequence[str], **options: Any) -> list[list[int]]:
    """Return the ids of the texts, without special tokens around them."""
    if not texts:  # transformers fails on an empty batch
        return []
    return list(tokenizer(list(texts), add_special_tokens=False, **options)["input_ids"])


def same(what: str, texts: Sequence[Any], found: Sequence[Any], expected: Sequence[Any]) -> str:
    """Compare text by text; what is compared may be lists or tuples alike."""
    for text, one, other in zip(texts, found, expected, strict=True):
        if one != other:
            raise Failed(f"{short(text)} gave the {what} {short(one)}, and must give {short(other)}")
    return f"{len(texts)} texts"


def short(value: Any) -> str:
    """Return a value as Python writes it, cut where nobody reads on."""
    shown = repr(value)
    return shown if len(shown) <= 120 else f"{shown[:119]}…"
