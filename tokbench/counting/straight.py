"""Counting words straight from text, where kernels find them and nobody keeps the chunks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tokbench.counting.budget import Total
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.spread import Task
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


class TextCounters:
    """Counters that go from group to group, and are added up once, in the end."""

    def __init__(self, kernel: _kernels.Pipeline, words: WordTotal, others: Total) -> None:
        self._kernel, self._words, self._others = kernel, words, others
        self._free: list[TextCounter] = []

    def task(self, batches: Iterable[Documents]) -> Task[TextCounter]:
        """Return the task of counting these documents."""
        return Task(batches, self._make, self._relieve, self._free.extend)

    def add_up(self) -> None:
        """Add the words to their total, and to the other the chunks that no kernel normalizes."""
        for counter in self._free:
            self._words.add([counter.words])
            self._others.absorb(counter.others)

    def _make(self) -> TextCounter:
        try:
            return self._free.pop()
        except IndexError:  # from any thread, so it is no use to look before
            return TextCounter(self._kernel, self._others.where)

    def _relieve(self, counter: TextCounter) -> None:
        counter.words = self._words.relieved(counter.words)
        self._others.relieve(counter.others)
