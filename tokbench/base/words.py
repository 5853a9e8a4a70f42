"""How a base turns text into the words that its new vocabulary is learned from.

Its normalizer and pre-tokenizer, with one difference. Tokenizers made by SentencePiece mark spaces as "▁" and may
leave a document uncut, because no token of theirs reaches across a mark: SentencePiece learned them from words cut
there. Learned from whole documents, tokens would: `"und▁die"`. So words are cut before each mark here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tokbench.base.named_ids import Document
from tokbench.carried.stages import VERSION, python_stages

Stage = Mapping[str, Any]


def stages(document: Document) -> tuple[Stage | None, Stage | None]:
    """Return the normalizer and the pre-tokenizer that make the words to learn from."""
    normalizer, pre_tokenizer = document["normalizer"], document["pre_tokenizer"]
    mark = _mark(normalizer)
    if mark is not None and not _has(pre_tokenizer, "Metaspace"):
        cut = {"type": "Split", "pattern": {"String": mark}, "behavior": "MergedWithNext", "invert": False}
        items = [stage for stage in (pre_tokenizer, cut) if stage is not None]
        return normalizer, cut if len(items) == 1 else {"type": "Sequence", "pretokenizers": items}
    return normalizer, None if pre_tokenizer is None else _split(pre_tokenizer)


def pipeline(document: Document) -> str:
    """Return the JSON of a `tokenizers.Tokenizer` with these two stages and an empty model."""
    from tokenizers import Tokenizer, models

    normalizer, pre_tokenizer = stages(document)
    empty: dict[str, Any] = json.loads(Tokenizer(models.BPE()).to_str())
    whole = {**empty, "normalizer": normalizer, "pre_tokenizer": pre_tokenizer}
    if python_stages(whole):
        return json.dumps({**whole, "version": VERSION})
    return Tokenizer.from_str(json.dumps(whole)).to_str()


def alphabet(document: Document) -> tuple[str, ...]:
    """Return the characters that the vocabulary must hold whatever the text: the 256 of a byte-level tokenizer."""
    from tokenizers.pre_tokenizers import ByteLevel

    byte_level = _has(document["normalizer"], "ByteLevel") or _has(document["pre_tokenizer"], "ByteLevel")
    return tuple(sorted(ByteLevel.alphabet())) if byte_level else ()


def _mark(normalizer: Stage | None) -> str | None:
    """Return what the normalizer puts for a space, if it does: ``▁``."""
    for stage in _flat(normalizer):
        if stage["type"] == "Replace" and stage["pattern"] == {"String": " "} and stage["content"].strip():
            return str(stage["content"])
    return None


def _split(pre_tokenizer: Stage) -> Stage:
    """Return the pre-tokenizer with every `Metaspace` cutting before its mark."""
    if pre_tokenizer["type"] == "Sequence":
        return {**pre_tokenizer, "pretokenizers": [_split(stage) for stage in pre_tokenizer["pretokenizers"]]}
    return {**pre_tokenizer, "split": True} if pre_tokenizer["type"] == "Metaspace" else pre_tokenizer


def _has(stage: Stage | None, kind: str) -> bool:
    return any(each["type"] == kind for each in _flat(stage))


def _flat(stage: Stage | None) -> Iterator[Stage]:
    """Yield the stage, and those inside a `Sequence`."""
    if stage is not None:
        yield stage
        for inner in (*stage.get("normalizers", ()), *stage.get("pretokenizers", ())):
            yield from _flat(inner)
