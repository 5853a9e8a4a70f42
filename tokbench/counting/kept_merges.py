"""Merges that are kept beside the counts: by the words that they were learned from, and all options but the size.

words, options, 32,000 tokens → an entry; 24,000 tokens of equal words and options → its first merges

Learning stops when the vocabulary has its size, so what a smaller one learns is where a larger one came by. An entry is
a file: a head in JSON, of one line, that says all this and has the tokens; the numbers of `Learned`, little-endian; and
the SHA-256 of both, in hexadecimal.
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
from tokbench.kernels.training import Learned, MergeOptions

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

VERSION = 1
"""Raised when other merges are learned, or the layout changes: what is on disk then is not read any more."""


@dataclass(frozen=True)
class KeptMerges:
    """The place for the merges that words make with some options, at whatever size: beside the words' counts."""

    words: WordCounts
    options: MergeOptions

    @property
    def _cache(self) -> Cache:
        return Cache(self.words.beside)

    def find(self) -> Learned | None:
        """Return merges that were kept, if they go as far as `vocab_size`, or as far as there are any."""
        content = self._cache.load(self._path)
        if content is None:
            return None
        head, learned = _laid_out(content)
        # Training that made less than it was asked for made all there is.
        asked, made = head["vocab_size"], len(learned.tokens)
        return learned if self.options.vocab_size <= made or made < asked else None

    def keep(self, learned: Learned, report: Report) -> None:
        """Keep merges in place of fewer; a note says where they cannot be written, as nothing depends on it."""
        head = {
            "words": {"sha256": self.words.digest(), "distinct": len(self.words)},
            "vocab_size": self.options.vocab_size,
            "unmerged": learned.unmerged,
            "merges": len(learned.sizes),
            "tokens": learned.tokens,
        }

        def write(path: Path) -> None:
            with path.open("wb") as file:
                for part in (json.dumps(head).encode(), b"\n", learned.ids, learned.sizes):
                    file.write(part)

        try:
            self._cache.keep(self._path, write)
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
        return dict(json.loads(file.readline()))


def _laid_out(content: memoryview) -> tuple[dict[str, Any], Learned]:
    line = bytes(content).index(b"\n")
    head = json.loads(bytes(content[:line]))
    numbers = content[line + 1 :].cast("I")
    ids, sizes = numbers[: 2 * head["merges"]], numbers[2 * head["merges"] :]
    return head, Learned(head["tokens"], ids, sizes, head["unmerged"])
