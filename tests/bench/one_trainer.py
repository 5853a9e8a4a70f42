"""One trainer on one text, in a process of its own: what `train.py` starts, and what is measured.

    python tests/bench/one_trainer.py '{"trainer": "hf", "text": "text.txt", "split": "gpt2", "vocab_size": 32000, …}'

It prints a line of JSON. What a benchmark imports counts as the trainer's memory, so here is little of it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.memory import peak_memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tokbench.counting.words import WordCounts

    Figures = dict[str, Any]
    Spell = Callable[[], list[str]]
    """Writes what was trained as lines, so that it can be compared; not timed."""
    Train = Callable[[], tuple[Spell, Figures]]
    """Makes merges of text; timed."""

BERT = "bert"
GPT2 = "gpt2"


class Asked:
    """What a trainer is asked for: the text, a document a line, and how many tokens on how many threads."""

    def __init__(self, text: str, split: str, vocab_size: int, threads: int, *, keep: bool) -> None:
        self.text, self.split, self.vocab_size, self.threads, self.keep = text, split, vocab_size, threads, keep


def main(trainer: str, **asked: Any) -> None:
    """Train, and print seconds, memory and a digest of the merges."""
    print(json.dumps(measure(trainer, Asked(**asked))))


def measure(trainer: str, asked: Asked) -> Figures:
    """Train, and return seconds, memory and a digest of the merges."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.threads])
    train = TRAINERS[trainer](asked)
    wall, cpu = time.perf_counter(), time.process_time()
    spell, phases = train()
    figures = {"wall s": time.perf_counter() - wall, "CPU s": time.process_time() - cpu, "MB": peak_memory()}
    import hashlib  # what comes before is measured

    result = spell()
    # The last merges are left out: peers differ in whether bytes that do not occur are in the vocabulary.
    compared = result[: asked.vocab_size - 512] if asked.split == GPT2 else result
    digest = hashlib.sha256("\n".join(compared).encode()).hexdigest()
    return {**figures, **phases, "digest": f"{len(compared)} {digest[:16]}"}


def tokenizer_of(split: str) -> Any:
    """Return an HF tokenizer with the split, and the empty model that fits."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    if split == GPT2:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        return tokenizer
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def with_hf(asked: Asked) -> Train:
    """HF `tokenizers`, by `train_from_iterator`."""
    from tokenizers import trainers

    tokenizer = tokenizer_of(asked.split)
    kind = trainers.BpeTrainer if asked.split == GPT2 else trainers.WordPieceTrainer
    trainer = kind(vocab_size=asked.vocab_size, special_tokens=["[UNK]"], show_progress=False)

    def train() -> tuple[Spell, Figures]:
        with Path(asked.text).open(encoding="utf-8", newline="\n") as lines:
            tokenizer.train_from_iterator((line.removesuffix("\n") for line in lines), trainer)
        return lambda: spelled(tokenizer.model), {}

    return train


def spelled(model: Any) -> list[str]:
    """Return the merges of BPE, or the vocabulary of WordPiece, as lines."""
    saved = json.loads(model.__getstate__())
    return [" ".join(pair) for pair in saved["merges"]] if "merges" in saved else sorted(saved["vocab"])


def with_tokbench(asked: Asked) -> Train:
    """Tokbench: the reader, the counter and the trainer of a build, without its wrapping and its checks.

    Counts are not kept, as the peers keep nothing, unless `--keep` asks for it: then as a first build keeps them.
    """
    import dataclasses

    from tokenizers import models

    import tokbench.corpora.reading  # noqa: F401 - imported before the clock starts
    from tokbench.contracts import CountingPlan, silent
    from tokbench.corpora.files import Files
    from tokbench.corpora.source import Source
    from tokbench.corpora.stream import work_units
    from tokbench.engines.local import Local
    from tokbench.trainers.bpe import BPETrainer
    from tokbench.trainers.wordpiece import WordPieceTrainer

    class Part:
        def build(self) -> models.Model:
            model: models.Model = tokenizer_of(asked.split).model
            return model

    trainer = BPETrainer if asked.split == GPT2 else WordPieceTrainer
    plan = CountingPlan(tokenizer_of(asked.split).to_str(), "space", asked.threads)

    def train() -> tuple[Spell, Figures]:
        counted: Figures = {}

        def words() -> WordCounts:
            begun, before = time.process_time(), peak_memory()
            units = work_units([Source(Files(Path(asked.text)))])
            if not asked.keep:
                units = [dataclasses.replace(unit, fingerprint="") for unit in units]  # type: ignore[type-var]
            found, _ = Local().count(units, plan, silent)
            counted.update({"counting": time.process_time() - begun, "MB before": before, "MB counted": peak_memory()})
            return found

        begun = time.process_time()
        model = trainer(vocab_size=asked.vocab_size).train(words(), Part(), ["[UNK]"], silent)
        merging = time.process_time() - begun - counted["counting"]
        return lambda: spelled(model), {**counted, "merging": merging}

    return train


def with_gigatoken(asked: Asked) -> Train:
    """Gigatoken, which takes the file, documents between line ends."""
    import gigatoken

    def train() -> tuple[Spell, Figures]:
        source = gigatoken.TextFileSource([asked.text], separator=b"\n")
        _, merges = gigatoken.train_bpe(source, asked.vocab_size, ["[UNK]"], tie_breaking="huggingface")
        letters = byte_letters()
        return lambda: [" ".join("".join(letters[byte] for byte in token) for token in pair) for pair in merges], {}

    return train


def byte_letters() -> dict[int, str]:
    """Return the letter that ByteLevel writes for each byte, as GPT-2 does."""
    kept = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = (byte for byte in range(256) if byte not in kept)
    return {**{byte: chr(byte) for byte in kept}, **{byte: chr(256 + i) for i, byte in enumerate(others)}}


def with_gigabpe(asked: Asked) -> Train:
    """Gigabpe, which takes the file, a document a line."""
    import gigabpe

    def train() -> tuple[Spell, Figures]:
        _, merges = gigabpe.train_bpe(
            [asked.text],
            asked.vocab_size,
            special_tokens=["[UNK]"],
            pretokenizer="bytelevel",
            threads=asked.threads,
        )
        return lambda: [" ".join(pair) for pair in merges], {}

    return train


TRAINERS: dict[str, Callable[[Asked], Train]] = {
    "tokbench": with_tokbench,
    "hf": with_hf,
    "gigatoken": with_gigatoken,
    "gigabpe": with_gigabpe,
}


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
