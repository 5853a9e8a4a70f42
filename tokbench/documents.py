"""Documents on their way to the counting."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokbench.errors import CorpusError
from tokbench.strings import Numbers, Strings, arrow_integers, integers_of_arrow

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Documents:
    """Some documents of a corpus, as many as are looked at together: ``for text, count in documents``."""

    texts: Strings
    """Shape (n,), a document each."""
    counts: Numbers | None = None
    """How often each stands for itself, shape (n,); None where all stand for themselves once."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Documents:
        """Return documents, each of which stands for itself once."""
        return cls(Strings.of(texts))

    @classmethod
    def counted(cls, pairs: Sequence[tuple[str, int]]) -> Documents:
        """Return documents, each of which stands for itself as often as is said."""
        return cls(Strings.of(text for text, _ in pairs), memoryview(array("q", (count for _, count in pairs))))

    @classmethod
    def of_arrow(cls, batch: pa.RecordBatch) -> Documents:
        """Return the documents of a column `text`, in its memory, each as often as the column `count` says, if any.

        A null is no document.
        """
        import pyarrow as pa

        texts = batch.column("text")
        if texts.type != pa.large_string():  # a cast imports all of Arrow's functions
            texts = texts.cast(pa.large_string())
        counts = batch.column("count") if "count" in batch.schema.names else None
        if texts.null_count:
            kept = texts.is_valid()
            texts, counts = texts.filter(kept), None if counts is None else counts.filter(kept)
        if counts is None:
            return cls(Strings.of_arrow(texts))
        if counts.null_count:
            raise CorpusError("column count: a cell is null; every row with text needs a count")
        return cls(Strings.of_arrow(texts), integers_of_arrow(counts.cast(pa.int64())))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.texts)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Yield each document, and how often it stands for itself."""
        return zip(self.texts, self.counts or itertools.repeat(1), strict=False)

    def __getitem__(self, rows: slice) -> Documents:
        """Return those of a slice, in the same memory."""
        return Documents(self.texts[rows], None if self.counts is None else self.counts[rows])

    def arrow(self) -> pa.RecordBatch:
        """Return an Arrow batch in the same memory: a column `text`, and `count` where there are counts."""
        import pyarrow as pa

        columns = {"text": self.texts.arrow()}
        if self.counts is not None:
            columns["count"] = arrow_integers(self.counts)
        return pa.record_batch(list(columns.values()), names=list(columns))
