"""Text written into the recipe itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokbench.contracts import Tally, Unit

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Example:
    """Give the documents that the recipe holds: for trials, and for lists that never change.

    documents: the text, a document each
    """

    documents: tuple[str, ...]

    def units(self) -> Sequence[Unit]:
        """Return one unit; its fingerprint comes from the text, so that counts are kept until the text changes."""
        digest = hashlib.sha256("\0".join(self.documents).encode()).hexdigest()
        return [Unit("documents", digest)]

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield the documents in one Arrow batch; a larger corpus yields many, and never holds them all."""
        import pyarrow as pa

        yield pa.record_batch({"text": pa.array(self.documents, pa.large_string())})
