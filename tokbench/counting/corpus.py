"""Counting the words of a corpus: what is kept is not read again, and what does not fit in memory goes to disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import tokenizers

import tokbench
from tokbench.contracts import CountingPlan, Note, Progress, Report, Tally, WorkUnit
from tokbench.counting import runs, sorted_runs
from tokbench.counting.budget import Total
from tokbench.counting.cache import Cache, Entry
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.groups import Group
from tokbench.counting.recognition import Recognized, recognize
from tokbench.counting.refuted import Crossing, Disagreement
from tokbench.counting.spill import Spill
from tokbench.counting.spread import count_batches
from tokbench.counting.straight import count_text
from tokbench.counting.word_total import WordTotal
from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError

if TYPE_CHECKING:
    from tokbench.counting.splitter import Splitter


class Counting:
    """One counting of a corpus, under way."""

    def __init__(
        self,
        units: Sequence[WorkUnit],
        plan: CountingPlan,
        budget: int,
        cache: Cache,
        spill: Spill,
        report: Report,
    ) -> None:
        self._units = units
        self._plan = plan
        self._cache = cache
        self._spill = spill
        self._report = report
        self._recognized = recognize(plan.pipeline)
        # Chunks are counted to be kept, or for Python to find words in; else words are found in the text itself.
        self._straight = self._recognized is not None and not any(unit.fingerprint for unit in units)
        # The total, a group's and a counter for each thread may be full at once, one takes as much to be written, and
        # runs are merged meanwhile.
        # Words and chunks that are counted side by side are two counters for each.
        self._share = budget // (plan.threads + 4) // (2 if self._straight else 1)
        self.tally = Tally()
        sizes = [unit.size for unit in units]
        self._size = None if None in sizes else sum(size or 0 for size in sizes)

    @cached_property
    def _splitter(self) -> Splitter:
        """The pipeline as `tokenizers` runs it, for what no kernel does."""
        from tokbench.counting.splitter import Splitter

        return Splitter.of(self._plan.pipeline, self._plan.classes, plain_strings=self._plan.plain_strings)

    def words(self) -> WordCounts:
        """Return the counts of the words of all units; raises `CorpusError` where one is over 2⁶³ - 1."""
        try:
            return self._as_fast_as_can_be()
        except OverflowError as error:
            raise CorpusError(f"corpus: {error}; scale the counts of the rows down") from error

    def _as_fast_as_can_be(self) -> WordCounts:
        try:
            return self._in_pieces_or_whole()
        except Disagreement as error:
            self._report(Note(f"{error}; all text is counted anew without, which takes several times as long"))
            self._plan = replace(self._plan, plain_strings=False)
            vars(self).pop("_splitter", None)
            self.tally = Tally()
            return self._in_pieces_or_whole()

    def _in_pieces_or_whole(self) -> WordCounts:
        if self._plan.cut == "never" and not self._straight:
            return self._of_documents()
        try:
            return self._of_text() if self._straight else self._of_chunks()
        except Crossing:
            self._report(
                Note(
                    f"counting: text cut at '{self._plan.cut}' does not give the words of whole documents;"
                    " they are counted whole"
                )
            )
            self.tally = Tally()
            return self._of_documents()

    # ------------------------------------------------------------ text that can be cut

    def _of_chunks(self) -> WordCounts:
        """Count chunks, and the words of the distinct ones; raises `Crossing` where the plan's claim is false."""
        cut = self._plan.cut
        how = f"words at {cut} {self._pipeline_digest}"
        kept_words = self._cache.find(self._units, how)
        if kept_words and len(kept_words.units) == len(self._units):
            found = self._word_total()
            self._add_kept(kept_words, found)
            return found.words()
        total = Total(cut, self._share, self._spill)
        position = 0
        while position < len(self._units):
            group = self._group(position, cut)
            kept = self._cache.find(self._units[position:], cut)
            self._require(kept.tally.samples if kept else group.sample(), anywhere=not position)
            position += self._add_kept(kept, total) if kept else self._add_group(group, total)
        words = self._word_total()
        for chunks in total.counters():
            if self._recognized is None:
                from tokbench.counting.workers import split_chunks

                split_chunks(chunks, self._plan, self._splitter, words, self._spill, self._share)
            else:
                from tokbench.counting.distinct import add_words

                add_words(words, chunks, self._splitter, self._plan, self._recognized)
            del chunks  # before anything else takes memory
        del total
        counted = words.words()
        if self._can_keep_words:
            self._cache.add(self._units, how, self.tally, partial(_write_pieces, counted))
        return counted

    @property
    def _can_keep_words(self) -> bool:
        """Tell whether equal fingerprints and an equal pipeline mean equal words: code in Python may change."""
        return bool(self._units) and all(unit.fingerprint for unit in self._units) and not self._plan.classes

    @property
    def _pipeline_digest(self) -> str:
        """Return what words depend on beside the text: the pipeline, and the versions of those who run it."""
        run_by = f"tokbench {tokbench.__version__} tokenizers {tokenizers.__version__}"
        return hashlib.sha256(f"{run_by} {self._plan.pipeline}".encode()).hexdigest()

    def _require(self, sample: Sequence[str], *, anywhere: bool) -> None:
        """Hold the plan's claim against a sample of the corpus, and texts made to find out where it is false."""
        from tokbench.counting.cuts import holds

        if not holds(self._splitter, self._plan.cut, sample, probes=anywhere):
            raise Crossing(f"counting: text must not be cut at '{self._plan.cut}'")

    def _add_group(self, group: Group, total: Total) -> int:
        """Count a group and keep its counts, and return how many units it has."""
        part = Total(self._plan.cut, self._share, self._spill)
        counters = [ChunkCounter(self._plan.cut) for _ in range(self._plan.threads)]
        for counter in count_batches(group.batches, counters, part.relieve):
            part.absorb(counter)
        self.tally.add(group.tally)
        if group.known:
            run = self._cache.add(group.units, self._plan.cut, group.tally, partial(_write_chunks, part))
            if part.runs:
                part.discard()
                total.add_run(run)
                return len(group.units)
        total.add(part)
        return len(group.units)

    def _add_kept(self, entry: Entry, total: Total | WordTotal) -> int:
        """Add counts that were kept, and return of how many units they are."""
        total.add_run(entry.run)
        self.tally.add(entry.tally)
        self._progress(Tally())
        return len(entry.units)

    # ------------------------------------------------------------ text that nobody keeps counts of

    def _of_text(self) -> WordCounts:
        """Count words as they are found; raises `Crossing` where the plan's claim is false, and matters."""
        recognized, cut = cast("Recognized", self._recognized), self._plan.cut
        words, others = self._word_total(), Total(cut, self._share, self._spill)
        position = 0
        while position < len(self._units):
            group = self._group(position, cut)
            if recognized.effects is not None and cut != "never":
                self._require(group.sample(), anywhere=not position)
            count_text(group.batches, recognized.kernel(), self._plan.threads, words, others)
            self.tally.add(group.tally)
            position += len(group.units)
        for chunks in filter(len, others.counters()):
            from tokbench.counting.distinct import add_others

            add_others(words, chunks, self._splitter, recognized.kernel(), cut)
        return words.words()

    def _word_total(self) -> WordTotal:
        as_bytes = self._recognized is not None and self._recognized.as_bytes
        return WordTotal(self._share, self._spill, as_bytes=as_bytes)

    # ------------------------------------------------------------ whole documents

    def _of_documents(self) -> WordCounts:
        how = f"documents {self._pipeline_digest}"
        total = WordTotal(self._share, self._spill)
        position = 0
        while position < len(self._units):
            kept = self._cache.find(self._units[position:], how)
            group = self._group(position, how)
            position += self._add_kept(kept, total) if kept else self._add_documents(group, how, total)
        return total.words()

    def _add_documents(self, group: Group, how: str, total: WordTotal) -> int:
        """Count the documents of a group and keep the counts of their words; return how many units it has."""
        from tokbench.counting.workers import split_documents

        part = WordTotal(self._share, self._spill)
        split_documents(group.batches, self._plan, self._splitter, part, self._spill, self._share)
        self.tally.add(group.tally)
        if group.known and not self._plan.classes:  # whose code may change, and nobody could tell
            run = self._cache.add(group.units, how, group.tally, partial(_write_words, part))
            part.discard()
            total.add_run(run)
        else:
            total.take(part)
        return len(group.units)

    # ------------------------------------------------------------ both

    def _group(self, position: int, how: str) -> Group:
        return Group(self._units[position:], self._progress, lambda unit: self._cache.begins(unit, how))

    def _progress(self, reading: Tally) -> None:
        """Report how far the corpus is read, in stored bytes where the units know their sizes, else in text."""
        if self._size is None:
            self._report(Progress("count", self.tally.bytes + reading.bytes, None, "bytes"))
        else:
            self._report(Progress("count", self.tally.stored + reading.stored, self._size, "bytes"))


def _write_pieces(words: WordCounts, path: Path, head: Mapping[str, str]) -> None:
    sorted_runs.write(path, words.pieces(), head)


def _write_words(total: WordTotal, path: Path, head: Mapping[str, str]) -> None:
    sorted_runs.write(path, total.pieces(), head)


def _write_chunks(total: Total, path: Path, head: Mapping[str, str]) -> None:
    runs.write(path, total.parts(), head)
