"""The corpus part `hub`: a dataset of the Hugging Face Hub, or one that lies in a folder, streamed by `datasets`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tokbench.contracts import Tally, Unit

if TYPE_CHECKING:
    import pyarrow as pa

MOST_UNITS = 256
"""A dataset of more shards than this is read in so many units of several shards each."""


@dataclass(frozen=True)
class Hub:
    """A dataset of the Hugging Face Hub, by its id, or a local folder that `datasets` can load; streamed.

    dataset: the id, as in "wikimedia/wikipedia", or the path of a folder
    subset: one of the dataset's configurations, where it has several
    split: one of its splits, or several joined by "+"
    revision: a branch, a tag or a commit
    text: the column that holds the text, or several: each cell is a document; `a.b` is the field b of a column a
    errors: what to do with a document that is null, not text, holds a NUL, or is too long: refuse the corpus
        ("strict"), put U+FFFD for NULs ("replace"), or leave it out ("skip")
    max_document_bytes: a longer document is an error, so that memory stays bounded
    """

    dataset: str
    subset: str | None = None
    split: str = "train"
    revision: str | None = None
    text: str | tuple[str, ...] = "text"
    errors: Literal["strict", "replace", "skip"] = "strict"
    max_document_bytes: int = 2**26

    def __post_init__(self) -> None:
        if not self.dataset or not self.text:
            raise ValueError("dataset and text must not be empty")
        if self.max_document_bytes < 1:
            raise ValueError("max_document_bytes must be at least 1")

    @property
    def title(self) -> str:
        """Return what messages and the manifest call it: ``wikimedia/wikipedia (20231101.fi, train)``."""
        name = Path(self.dataset).name if Path(self.dataset).is_dir() else self.dataset
        return f"{name} ({', '.join(filter(None, (self.subset, self.split, self.revision)))})"

    def units(self) -> Sequence[Unit]:
        """Return the shards of the split; the Hub is asked for their names, and for the commit."""
        from tokbench.corpora.remote import opened

        opened.cache_clear()
        remote = opened(self)
        of = min(remote.stream.num_shards, MOST_UNITS)
        names = [self.title if of == 1 else f"{self.title} {number + 1}/{of}" for number in range(of)]
        return [Unit(name, remote.fingerprint(number, of), (number, of)) for number, name in enumerate(names)]

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield the documents of some shards."""
        from tokbench.corpora.columns import documents
        from tokbench.corpora.remote import opened
        from tokbench.corpora.rules import Rules, numbered

        number, of = unit.handle
        text = (self.text,) if isinstance(self.text, str) else self.text
        rules = Rules(self.errors, self.max_document_bytes, tally)
        first = 1
        for batch in opened(self).batches(number, of, [*text, *columns]):
            yield documents(batch, text, columns, numbered(f"{unit.name}: row", first), rules)
            first += batch.num_rows
