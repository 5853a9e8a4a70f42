"""What parity brings and costs: the Gini coefficient over languages, and compression, beside plain BPE's.

    python plugins/tokbench-parity/bench/parity.py ../shared/data/corpora/multilingual.jsonl.zst

The corpus has a column that names the language of each document. Every tenth document of a language is held out; all
tokenizers are built by tokbench on the others, at one size. What is printed is of the text that was trained on and of
what was held out.

The cost of a language is its tokens for equal content. The paper (Foroutan et al., 2025) takes the Gini coefficient
over translations of the same sentences; these texts are no translations of each other, so content has to be told from
their length. Bytes alone do not tell it: the same sentence takes 2.7 times as many in Thai as in English, so that Thai
would pass for cheap before anything is merged; nor do characters, of which Chinese needs a third. How many bytes a
language takes for what English says in one is measured on translations: the byte premium of Arnett, Chang and Bergen
(2024, "A Bit of a Problem: Measurement Disparities in Dataset Sizes Across Languages"). A cost is tokens over content,
and content is bytes over the byte premium. What bytes or characters alone would say is printed beside it.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokbench_parity.languages import gini

import tokbench
from tokbench.contracts import Note

PREMIUMS = {
    "ar": 1.465, "bn": 2.431, "chr": 1.750, "de": 1.054, "el": 1.967, "fi": 1.059, "fr": 1.174, "gu": 2.163,
    "hi": 2.370, "hu": 1.020, "ja": 1.322, "ko": 1.293, "oj": 2.380, "ru": 1.823, "sw": 1.069, "ta": 2.729,
    "te": 2.620, "th": 2.742, "tr": 1.044, "uk": 1.751, "vi": 1.349, "zh": 0.936,
}  # fmt: skip
"""Bytes for what English says in one, by Arnett et al., who lack Ojibwe: by its New Testament beside Swahili's."""
PARTS = ("trained on", "held out")
HELD_OUT = 10
"""One document in so many is held out."""


@dataclass(frozen=True)
class Figures:
    """What a tokenizer makes of a part of the corpus."""

    content: float
    """The Gini coefficient of tokens per content."""
    bytes: float
    characters: float
    tokens: int
    costs: dict[str, float]


def main() -> None:
    """Print a table for each size."""
    arguments = _arguments()
    parts = divided(arguments.corpus, arguments.column)
    tags = sorted(parts["trained on"])
    if missing := [tag for tag in tags if tag not in PREMIUMS]:
        raise SystemExit(f"no byte premium is known of {', '.join(missing)}; add it to PREMIUMS")
    with tempfile.TemporaryDirectory() as place:
        corpora = written(parts["trained on"], Path(place))
        for size in map(int, arguments.vocab_size.split(",")):
            for split in arguments.split.split(","):
                _table(arguments, parts, corpora, size, split)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--column", default="lang", help="the column that names the language")
    parser.add_argument("--vocab-size", default="32000,64000,128000")
    parser.add_argument("--split", default="o200k", help="the pre-tokenizers")
    parser.add_argument("--prices", default="0.01,0.03", help="of the rule 'weighted'")
    parser.add_argument("--rounds", type=int, default=12, help="of the rule 'weighted': how many weights are tried")
    parser.add_argument("--shares", default="0.5", help="of plain merges, of the paper's rule")
    parser.add_argument("--languages", action="store_true", help="print the costs of each language too")
    return parser.parse_args()


def divided(path: Path, column: str) -> dict[str, dict[str, list[str]]]:
    """Return the documents of each part, by language."""
    import pyarrow as pa

    parts: dict[str, dict[str, list[str]]] = {part: defaultdict(list) for part in PARTS}
    seen: dict[str, int] = defaultdict(int)
    with pa.input_stream(str(path), compression="detect") as stream:
        for line in io.TextIOWrapper(stream, encoding="utf-8"):
            row = json.loads(line)
            part = PARTS[seen[row[column]] % HELD_OUT == 0]
            parts[part][row[column]].append(row["text"])
            seen[row[column]] += 1
    return parts


def written(documents: Mapping[str, list[str]], place: Path) -> list[dict[str, Any]]:
    """Return the corpora of a recipe, a file for each language."""
    for tag, found in documents.items():
        lines = (json.dumps({"text": text}) for text in found)
        (place / f"{tag}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return [{"use": "files", "path": str(place / f"{tag}.jsonl"), "language": tag} for tag in sorted(documents)]


def _table(arguments: argparse.Namespace, parts: Any, corpora: list[dict[str, Any]], size: int, split: str) -> None:
    """Train all of one size, and print a line for each."""
    sized = {"vocab_size": size}
    fair = {"use": "parity-bpe", "ratio": PREMIUMS, **sized}
    trainers: dict[str, dict[str, Any]] = {"plain BPE": {"use": "bpe", **sized}}
    for price in map(float, filter(None, arguments.prices.split(","))):
        trainers[f"weighted, price {price}"] = {**fair, "price": price, "rounds": arguments.rounds}
    for share in map(float, filter(None, arguments.shares.split(","))):
        trainers[f"paper's rule, {share:.0%} plain"] = {**fair, "rule": "base", "global_share": share}
    print(
        f"\n{size:,} tokens, split by {split}, and the change to plain BPE; Gini by content (by bytes, by characters)"
    )
    plain: dict[str, Figures] = {}
    for name, trainer in trainers.items():
        start = time.perf_counter()
        found = figures(parts, {"pre_tokenizer": {"use": split}, "corpus": corpora, "trainer": trainer})
        plain = plain or found
        for part in PARTS:
            print(
                f"{name:<24}{part:<12}{line(found[part], plain[part])}{time.perf_counter() - start:6.0f} s", flush=True
            )
        if arguments.languages:
            print(", ".join(f"{tag} {cost:.3f}" for tag, cost in found["held out"].costs.items()))


def figures(parts: Mapping[str, Mapping[str, list[str]]], recipe: dict[str, Any]) -> dict[str, Figures]:
    """Build a recipe and return what it makes of each part of the corpus."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "trial"
        built = tokbench.build({"name": "trial", **recipe}, folder, checks=False, report=_noted)
        tokenizer = built.tokenizer.backend_tokenizer
    found = {}
    for part, documents in parts.items():
        tags = sorted(documents)
        counted = [sum(len(one.ids) for one in tokenizer.encode_batch_fast(documents[tag])) for tag in tags]
        tokens = np.array(counted, float)
        size = np.array([sum(len(text.encode()) for text in documents[tag]) for tag in tags], float)
        length = np.array([sum(map(len, documents[tag])) for tag in tags], float)
        costs = tokens / (size / np.array([PREMIUMS[tag] for tag in tags]))
        by_language = dict(zip(tags, costs.tolist(), strict=True))
        found[part] = Figures(gini(costs), gini(tokens / size), gini(tokens / length), sum(counted), by_language)
    return found


def line(found: Figures, plain: Figures) -> str:
    """Return the figures and how they differ from plain BPE's."""
    return (
        f"Gini {found.content:.4f} {found.content / plain.content - 1:+6.1%}"
        f"  ({found.bytes / plain.bytes - 1:+6.1%}, {found.characters / plain.characters - 1:+6.1%})"
        f"  bytes per token {plain.tokens / found.tokens - 1:+6.2%}"
    )


def _noted(event: object) -> None:
    if isinstance(event, Note) and "weights" in event.text:
        print(f"    {event.text}", flush=True)


if __name__ == "__main__":
    main()
