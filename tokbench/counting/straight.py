"""Counting words straight from text, where kernels find them and nobody keeps the chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokbench.counting.budget import Total
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.tasks import Counters
from tokbench.counting.word_total import WordTotal
from tokbench.errors import CorpusError
from tokbench.kernels import _kernels

if TYPE_CHECKING:
    from tokbench.contracts import Cut
    from tokbench.documents import Documents


class TextCounter:
    """Counts the words of documents, and the chunks of them that no kernel normalizes.

    ``"on and on" → "on" 1, " and" 1, " on" 1``. One counter belongs to one thread.
    """

    def __init__(self, kernel: _kernels.Pipeline, where: Cut) -> None:
        self._pipeline = kernel
        self.words = _kernels.WordCounter()
        self.others = ChunkCounter(where)

    def add(self, documents: Documents) -> None:
        """Count documents as `ChunkCounter.add` does, with the same errors."""
        texts = documents.texts
        try:
            self.words.add_documents(texts.offsets, texts.data, documents.counts, self._pipeline, self.others.kernel)
        except (ValueError, OverflowError) as error:
            raise CorpusError(f"the text of a batch cannot be counted: {error}") from error

    def stop(self) -> None:
        """Make an `add` that another thread is in raise within milliseconds."""
        self.words.stop()


def text_counters(kernel: _kernels.Pipeline, words: WordTotal, others: Total) -> Counters[TextCounter]:
    """Return counters that write to the disk of these totals what outgrows memory."""

    def relieve(counter: TextCounter) -> None:
        counter.words = words.relieved(counter.words)
        others.relieve(counter.others)

    return Counters(lambda: TextCounter(kernel, others.where), relieve)
