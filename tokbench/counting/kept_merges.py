"""Merges that are kept beside the counts: by the words that they were learned from, and all options but the size.

words, options, 32,000 tokens → an entry; 24,000 tokens of equal words and options → its first merges;
64,000 tokens → its merges, and those that come after where it stopped

Learning stops when the vocabulary has its size, so what a smaller one learns is where a larger one came by. An entry is
a file: the length of a head; the head, in JSON, that has the tokens and says what arrays follow; those of `Learned` and
its `Checkpoint`, wider numbers first; and the SHA-256 of all that, in hexadecimal. All numbers are little-endian.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tokbench
from tokbench.contracts import Note, Report
from tokbench.counting.cache import MERGES, Cache
from tokbench.errors import CorpusError
from tokbench.kernels.training import Checkpoint, Learned, MergeOptions

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

VERSION = 2
"""Raised when other merges are learned, or the layout changes: what is on disk then is not read any more."""
WIDEST = 8
"""Bytes of the widest numbers, and of the length; the head is filled up to a multiple of it, so all are in place."""


@dataclass(frozen=True)
class KeptMerges:
    """The place for the merges that words make with some options, at whatever size: beside the words' counts."""

    words: WordCounts
    options: MergeOptions

    @property
    def _cache(self) -> Cache:
        return Cache(self.words.beside)

    def find(self) -> Learned | None:
        """Return merges that were kept, as far as they go."""
        content = self._cache.load(self._path)
        return None if content is None else _read(content)

    def keep(self, learned: Learned, report: Report) -> None:
        """Keep merges in place of fewer; a note says where they cannot be written, as nothing depends on it."""
        words = {"sha256": self.words.digest(), "distinct": len(self.words)}
        try:
            self._cache.keep(self._path, lambda path: _write(path, learned, words))
        except CorpusError as error:
            report(Note(f"trainer: the merges are not kept for another size: {error}"))

    @property
    def _path(self) -> Path:
        """Return the path for what merges depend on, which all options do but the size."""
        chosen = dataclasses.asdict(self.options)
        del chosen["vocab_size"]
        return self._cache.place(MERGES, [VERSION, tokbench.__version__, self.words.digest(), chosen])


def told(path: Path) -> dict[str, Any]:
    """Return what the head of an entry says, which is taken to be whole."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(WIDEST), "little")
        return dict(json.loads(file.read(min(length, path.stat().st_size))))


def _write(path: Path, learned: Learned, words: dict[str, Any]) -> None:
    stopped = learned.checkpoint
    arrays = [learned.ids, learned.sizes]
    if stopped:
        arrays = [stopped.ends, stopped.counts, *arrays, stopped.symbols, stopped.spelled]
    head = json.dumps(
        {
            "words": words,
            "vocab_size": learned.vocab_size,
            "unmerged": learned.unmerged,
            "threshold": stopped.threshold if stopped else None,
            "arrays": [(array.format, array.nbytes) for array in arrays],
            "tokens": learned.tokens,
        }
    ).encode()
    with path.open("wb") as file:
        head = head.ljust(len(head) + -len(head) % WIDEST)
        file.write(len(head).to_bytes(WIDEST, "little") + head)
        for array in arrays:
            file.write(array)


def _read(content: memoryview) -> Learned:
    begin = WIDEST + int.from_bytes(content[:WIDEST], "little")
    head = json.loads(bytes(content[WIDEST:begin]))
    arrays = []
    for kind, size in head["arrays"]:
        arrays.append(content[begin : begin + size].cast(kind))
        begin += size
    stopped = None
    if head["threshold"] is not None:
        ends, counts, *arrays, symbols, spelled = arrays
        stopped = Checkpoint(symbols, ends, counts, spelled, head["threshold"])
    ids, sizes = arrays
    return Learned(head["vocab_size"], head["tokens"], ids, sizes, head["unmerged"], stopped)
