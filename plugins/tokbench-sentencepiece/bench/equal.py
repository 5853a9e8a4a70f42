"""On how many texts a tokenizer and its .model of SentencePiece give the same ids.

    python plugins/tokbench-sentencepiece/bench/equal.py ../shared/data/corpora/*.jsonl.zst

Tokenizers are trained on a part of all the corpora together, and compared on every document of each, whole, or on some
(`--compare 10`: every tenth). There are three kinds: trained by this plugin, from counts and from text, and exported;
trained by SentencePiece alone, with its own table of replacements or without, and imported; trained by tokbench's own
trainers, and exported. Text that spells a special token is text to both (`split_special_tokens` of `transformers`).
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sentencepiece
from tokenizers import Tokenizer

import tokbench
from tokbench import formats
from tokbench.contracts import Tally
from tokbench.corpora.files import Files
from tokbench.corpora.source import Source
from tokbench.corpora.stream import texts, work_units

KINDS = ("unigram", "bpe")
BATCH = 512


@dataclass(frozen=True)
class Pair:
    """A folder of a tokenizer, and the .model that should give its ids."""

    folder: Path
    model: Path


def main() -> None:
    """Print a line for each tokenizer: how many of the texts of each corpus are encoded alike."""
    arguments = _arguments()
    corpora = {path.name.split(".")[0]: list(_texts(path)) for path in arguments.corpora}
    taught = [text for found in corpora.values() for text in found[:: arguments.every]]
    compared = {name: found[:: arguments.compare] for name, found in corpora.items()}
    size = arguments.vocab_size
    print(f"taught {len(taught):,} texts, {sum(map(len, taught)) / 1e6:.0f} million characters; {size:,} pieces")
    print(f"{'':<40}" + "".join(f"{name:>20}" for name in corpora), flush=True)
    for name, make in _trials(taught, size).items():
        if arguments.only in name:
            with tempfile.TemporaryDirectory() as place:
                _show(name, make(Path(place)), compared)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+")
    parser.add_argument("--vocab-size", type=int, default=16_000)
    parser.add_argument("--every", type=int, default=20, help="one text in so many is trained on")
    parser.add_argument("--compare", type=int, default=1, help="one text in so many is compared")
    parser.add_argument("--only", default="", help="the tokenizers with this in their names")
    return parser.parse_args()


def _texts(path: Path) -> Iterator[str]:
    return texts(work_units([Source(Files(path))]), Tally())


def _trials(taught: list[str], size: int) -> Mapping[str, Any]:
    """Return how each tokenizer is made, in a folder."""
    plugin = {
        f"{kind}, by the plugin from {source}": lambda place, kind=kind, source=source: exported(
            place, taught, kind, {"use": "sentencepiece", "learn_from": source, "vocab_size": size}
        )
        for kind in KINDS
        for source in ("counts", "text")
    }
    own = {
        f"{kind}, by tokbench's own trainer": lambda place, kind=kind: exported(
            place, taught, kind, {"use": kind, "vocab_size": size}
        )
        for kind in KINDS
    }
    alone = {
        f"{kind}, imported, {rule}": lambda place, kind=kind, rule=rule: imported(place, taught, kind, rule, size)
        for kind in KINDS
        for rule in ("identity", "nmt_nfkc")
    }
    return plugin | own | alone


def exported(place: Path, taught: list[str], kind: str, trainer: Mapping[str, Any]) -> Pair:
    """Train with tokbench, and export."""
    recipe = {
        "name": kind,
        "normalizer": {"use": "sentencepiece"},
        "pre_tokenizer": {"use": "metaspace", "prepend_scheme": "never"},
        "model": {"use": kind} | ({"fuse_unk": True} if kind == "bpe" else {}),
        "trainer": dict(trainer),
        "special_tokens": {"unk": "<unk>", "bos": "<s>", "eos": "</s>"},
    }
    tokbench.build(recipe, place / "built", corpus=taught, checks=False)
    formats.export(place / "built", "sentencepiece", place / "spm", proof=False)
    return Pair(place / "built", place / "spm" / "spiece.model")


def imported(place: Path, taught: list[str], kind: str, rule: str, size: int) -> Pair:
    """Train with SentencePiece, and import."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=(line for text in taught for line in text.split("\n") if line),
        model_writer=written,
        model_type=kind,
        vocab_size=size,
        normalization_rule_name=rule,
        max_sentence_length=1 << 20,
        minloglevel=2,
    )
    (place / "theirs.model").write_bytes(written.getvalue())
    formats.import_(place / "theirs.model", "sentencepiece", place / "imported", proof=False)
    return Pair(place / "imported", place / "theirs.model")


def _show(name: str, pair: Pair, corpora: Mapping[str, list[str]]) -> None:
    """Encode all texts both ways, and print how many are alike."""
    processor = sentencepiece.SentencePieceProcessor(model_file=str(pair.model))
    tokenizer = Tokenizer.from_file(str(pair.folder / "tokenizer.json"))
    tokenizer.encode_special_tokens = True
    print(f"{name:<40}", end="", flush=True)
    for found in corpora.values():
        same, remaining = 0, iter(found)
        while batch := list(islice(remaining, BATCH)):
            ours = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            theirs = processor.encode(batch)
            same += sum(one.ids == other for one, other in zip(ours, theirs, strict=True))
        print(f"{f'{same:,} of {len(found):,}':>20}", end="", flush=True)
    print(flush=True)


if __name__ == "__main__":
    main()
