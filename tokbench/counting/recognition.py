"""Which normalizers and pre-tokenizers have a kernel, told by their JSON: one table, in this file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokbench.kernels import _kernels
from tokbench.pre_tokenizers.named import (
    CL100K_PATTERN,
    DEEPSEEK_V3_PATTERNS,
    GPT2_PATTERN,
    O200K_PATTERN,
    QWEN2_PATTERN,
)

Json = Mapping[str, Any]

_PATTERNS = {
    GPT2_PATTERN: "gpt2",
    CL100K_PATTERN: "cl100k",
    QWEN2_PATTERN: "qwen2",
    O200K_PATTERN: "o200k",
    DEEPSEEK_V3_PATTERNS[0]: "numbers",
    DEEPSEEK_V3_PATTERNS[1]: "han-and-kana",
    DEEPSEEK_V3_PATTERNS[2]: "deepseek",
}
# What each normalizer does to printable ASCII, spaces, tabs, line ends and the marks – — ‘ ’ “ ”.
_EFFECTS: dict[str, frozenset[str]] = {
    "NFC": frozenset(),
    "NFD": frozenset(),
    "NFKC": frozenset(),
    "NFKD": frozenset(),
    "StripAccents": frozenset(),
    "Lowercase": frozenset({"lower"}),
    "Nmt": frozenset({"clean"}),
}


@dataclass(frozen=True)
class Recognized:
    """A pipeline as kernels run it."""

    splits: tuple[str, ...]
    prefix: str
    """What begins a document that does not begin with a space: "space", "metaspace", or "none"."""
    effects: frozenset[str] | None
    """What the normalizer does to plain text ("lower", "clean"); None where there is no normalizer."""
    as_bytes: bool
    """Whether words are written in GPT-2's alphabet of bytes."""

    def kernel(self) -> _kernels.Pipeline:
        """Return the compiled pipeline."""
        return _kernels.Pipeline(self.splits, self.prefix, None if self.effects is None else sorted(self.effects))


def recognize(pipeline: str) -> Recognized | None:
    """Return how kernels run the normalizer and pre-tokenizer of a tokenizer's JSON; None where they cannot."""
    tokenizer = json.loads(pipeline)
    effects = _effects(tokenizer["normalizer"])
    stages = _flat(tokenizer["pre_tokenizer"], "pretokenizers")
    if (effects is not None and "unknown" in effects) or not _chainable(stages):
        return None
    as_bytes = stages[-1]["type"] == "ByteLevel"
    # A last ByteLevel without its expression only writes words as bytes.
    splitting = stages[:-1] if as_bytes and not stages[-1]["use_regex"] else stages
    splits = tuple(split for split in map(_split, splitting) if split is not None)
    if not splits or len(splits) != len(splitting):
        return None
    return Recognized(splits, _prefix(stages[0]), effects, as_bytes)


def _chainable(stages: Sequence[Json]) -> bool:
    """Whether no pre-tokenizer but an only one writes something other than what it reads, the last as bytes aside."""
    if not stages or "ByteLevel" in (stage["type"] for stage in stages[:-1]):
        return False
    return len(stages) == 1 or not any(
        stage["type"] == "Metaspace" or stage.get("add_prefix_space") for stage in stages
    )


def _flat(component: Json | None, key: str) -> Sequence[Json]:
    """Return the members of a `Sequence`, of those within it too, or the component itself."""
    if component is None:
        return []
    if component["type"] != "Sequence":
        return [component]
    return [member for part in component[key] for member in _flat(part, key)]


def _effects(normalizer: Json | None) -> frozenset[str] | None:
    if normalizer is None:
        return None
    members = _flat(normalizer, "normalizers")
    return frozenset[str]().union(*(_effect(member) for member in members))


def _effect(normalizer: Json) -> frozenset[str]:
    if normalizer["type"] == "BertNormalizer":
        named = {"lower": normalizer["lowercase"], "clean": normalizer["clean_text"]}
        return frozenset(effect for effect, wanted in named.items() if wanted)
    return _EFFECTS.get(normalizer["type"], frozenset({"unknown"}))


def _split(stage: Json) -> str | None:
    """Return the kernel of a pre-tokenizer, None where it has none."""
    match stage:
        case {"type": "ByteLevel", "use_regex": True}:
            return "gpt2"
        case {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}:
            return _PATTERNS.get(pattern)
        case {"type": "BertPreTokenizer"}:
            return "bert"
        case {"type": "Whitespace"}:
            return "whitespace"
        case {"type": "WhitespaceSplit"}:
            return "whitespace-split"
        case {"type": "Punctuation", "behavior": "Isolated"}:
            return "punctuation"
        case {"type": "Digits", "individual_digits": individual}:
            return "each-digit" if individual else "digits"
        case {"type": "Metaspace", "replacement": "▁", "split": True}:
            return "metaspace"
    return None


def _prefix(stage: Json) -> str:
    if stage["type"] == "Metaspace":
        return "none" if stage["prepend_scheme"] == "never" else "metaspace"
    return "space" if stage.get("add_prefix_space") else "none"
