"""Corpora, and what mends their text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Unit:
    """A piece of a corpus that is read as a whole, and apart from the others: a file, a shard, a range.

    `name` is shown in messages and is the same on every machine; `fingerprint` changes when the text may have
    changed, and is empty where nobody can tell, so that nothing is kept; `handle` is the part's own and can be pickled.
    `size` is what `Tally.stored` grows by when all of it is read, where the part can tell.
    """

    name: str
    fingerprint: str
    handle: Any = None
    size: int | None = None


@dataclass
class Tally:
    """What was read and what was not: documents, UTF-8 bytes of text, and documents skipped by reason."""

    documents: int = 0
    bytes: int = 0
    stored: int = field(default=0, compare=False)
    """Bytes read as they are stored, compressed or not: with the units' sizes, how far the reading is."""
    replaced: int = 0
    """Documents in which something that is not text became U+FFFD, as the recipe asked."""
    skipped: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    """sha256 of the content of each unit, by the unit's name, where the part could tell."""
    samples: list[str] = field(default_factory=list)
    """The beginnings of the first documents, on which the checks try the tokenizer."""

    SAMPLES: ClassVar[int] = 64
    SAMPLE_LENGTH: ClassVar[int] = 2000

    def sample(self, texts: Iterable[str]) -> None:
        """Keep the beginnings of documents, as long as there is room for them."""
        room = self.SAMPLES - len(self.samples)
        self.samples += (text[: self.SAMPLE_LENGTH] for text in itertools.islice(texts, room))

    def skip(self, reason: str, documents: int = 1) -> None:
        """Count documents that were left out, as the recipe asked."""
        self.skipped[reason] = self.skipped.get(reason, 0) + documents

    def add(self, other: Tally) -> None:
        """Add what another part of the work read."""
        self.documents += other.documents
        self.bytes += other.bytes
        self.stored += other.stored
        self.replaced += other.replaced
        for reason, documents in other.skipped.items():
            self.skip(reason, documents)
        self.digests.update(other.digests)
        self.sample(other.samples)


class CorpusPart(Protocol):
    """Gives text, in Arrow batches, never held whole.

    Optional: `counted: ClassVar[bool]`, that its rows carry a `count`; `beside(unit)`, which returns the unit as any
    thread may read it while other threads read others, where all of them have a size; `read_documents(unit, tally)`,
    which yields the same text as `Documents` where no other columns are asked for, and need not import Arrow. A
    subclass that overrides `read` alone is read by it.
    """

    def units(self) -> Sequence[Unit]:
        """Return the pieces of the corpus, in a fixed order, without reading their text."""

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield batches with a column `text` (any string type), one document a row, and the other `columns` asked for.

        `columns` are those that `where` in the recipe looks at; one that is not there is a `CorpusError` of
        `tokbench.errors`, and so is text that is missing, unreadable or not text. A batch has some thousand documents,
        or some megabytes. A column `count` (int64), where there is one, says how often a row stands for itself. Skipped
        documents go to `tally.skip`; documents and bytes read are counted by the caller.
        """


class MapPart(Protocol):
    """Mends the text of a document before anything else sees it: `"&amp;" → "&"`."""

    def apply(self, text: str) -> str:
        """Return the mended text."""
