"""Distinct chunks and how often each occurs: what is left of a corpus before any pre-tokenizer has seen it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokbench.errors import CorpusError
from tokbench.kernels import _kernels
from tokbench.strings import Numbers, Strings

if TYPE_CHECKING:
    from tokbench.contracts import Cut
    from tokbench.documents import Documents

CUTS = {
    "never": _kernels.Cut.never,
    "space": _kernels.Cut.space,
    "ascii-space": _kernels.Cut.ascii_space,
}


class ChunkCounter:
    """Counts the chunks of documents: ``"on and on" → on (at the beginning) 1, " and" 1, " on" 1``.

    `counting.cuts` says what a chunk is. One counter belongs to one thread.
    """

    def __init__(self, where: Cut) -> None:
        self._where = where
        self.clear()

    def clear(self) -> None:
        """Forget all that was counted."""
        self.kernel = _kernels.ChunkCounter(CUTS[self._where])

    def add(self, documents: Documents) -> None:
        """Count the chunks of documents, each as often as it stands for itself.

        Raises `CorpusError` where the text is not UTF-8 or a count is negative or over 2⁶³ - 1.
        """
        try:
            self.kernel.add(documents.texts.offsets, documents.texts.data, documents.counts)
        except (ValueError, OverflowError) as error:
            raise CorpusError(f"the text of a batch cannot be counted: {error}") from error

    def absorb(self, other: ChunkCounter) -> None:
        """Add all that another counter has counted."""
        self.kernel.absorb(other.kernel)

    def stop(self) -> None:
        """Make an `add` that another thread is in raise within milliseconds."""
        self.kernel.stop()

    def chunks(self, *, first: bool, share: int = 0, shares: int = 1) -> tuple[Strings, Numbers]:
        """Return the chunks that begin documents, or those that do not, sorted, and their counts.

        Of several shares, a power of two, one has those that others have not, told by the chunks alone.
        """
        offsets, data, counts = self.kernel.sorted(first, share, shares)
        return Strings(offsets, data), counts

    def not_plain(self, kernel: _kernels.Pipeline, *, first: bool) -> tuple[Strings, Numbers]:
        """Return those chunks, and their counts, that the kernel's normalizer cannot normalize."""
        offsets, data, counts = self.kernel.not_plain(first, kernel)
        return Strings(offsets, data), counts

    def __len__(self) -> int:
        """Return the number of distinct chunks."""
        return len(self.kernel)
