"""Counting the words of a corpus: what is kept is not read again, and what does not fit in memory goes to disk."""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import tokenizers

import tokbench
from tokbench.contracts import CountingPlan, Note, Report, Tally, WorkUnit
from tokbench.counting import groups, runs, sorted_runs
from tokbench.counting.budget import Total
from tokbench.counting.cache import Cache, Entry
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.groups import Group, Reading
from tokbench.counting.recognition import Recognized, recognize
from tokbench.counting.refuted import Crossing, Disagreement
from tokbench.counting.spill import Spill
from tokbench.counting.spread import do
from tokbench.counting.straight import text_counters
from tokbench.counting.tallies import Meter, Tallies
from tokbench.counting.tasks import Counters, Task, nothing
from tokbench.counting.word_total import WordTotal
from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError

if TYPE_CHECKING:
    from tokbench.counting.run_files import Run
    from tokbench.counting.splitter import Splitter
    from tokbench.documents import Documents


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
        self._plan = plan
        self._cache = cache
        self._spill = spill
        self._report = report
        self._recognized = recognize(plan.pipeline)
        # Chunks are counted to be kept, or for Python to find words in; else words are found in the text itself.
        self._straight = self._recognized is not None and not any(unit.fingerprint for unit in units)
        beside = _side_by_side(units) if plan.threads > 1 and len(units) > 1 else None
        self._units = beside or units
        self._side_by_side = beside is not None
        # The total, a counter for each thread and the groups that they are at may be full at once, one takes as much to
        # be written, and runs are merged meanwhile.
        at_once = plan.threads if self._side_by_side else 1
        # Words and chunks that are counted side by side are two counters for each.
        self._share = budget // (plan.threads + at_once + 3) // (2 if self._straight else 1)
        self._meter = Meter(units, report)
        self._lock = threading.Lock()  # of the total that the groups of several threads are added to
        self._claim_lock = threading.Lock()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._tallies = Tallies()
        self._probed = False

    @property
    def tally(self) -> Tally:
        """Return what was read of all units, now or when it was kept."""
        return self._tallies.whole

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
            self._begin_anew()
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
            self._begin_anew()
            return self._of_documents()

    # ------------------------------------------------------------ text that can be cut

    def _of_chunks(self) -> WordCounts:
        """Count chunks, and the words of the distinct ones; raises `Crossing` where the plan's claim is false."""
        cut = self._plan.cut
        how = f"words at {cut} {self._pipeline_digest}"
        kept_words = self._cache.find(self._units, how)
        if kept_words and len(kept_words.units) == len(self._units):
            found = self._word_total()
            self._tallies.begin(kept_words.tally)
            self._add_kept(kept_words, found)
            self._meter.tell(self._tallies)
            return found.words()
        total = Total(cut, self._share, self._spill)
        self._do(self._chunk_tasks(total))
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

    def _chunk_tasks(self, total: Total) -> Iterator[Task[ChunkCounter]]:
        """Add what is kept to the total, and yield the tasks of counting the groups that are not."""
        for found in self._groups(self._plan.cut):
            if isinstance(found, Entry):
                self._require(found.tally.samples)
                self._add_kept(found, total)
            else:
                yield from self._tasks_of(found, total)

    def _tasks_of(self, group: Group, total: Total) -> Iterator[Task[ChunkCounter]]:
        part = Total(self._plan.cut, self._share, self._spill)
        counters = Counters(partial(ChunkCounter, self._plan.cut), part.relieve)

        def finish() -> None:
            for counter in counters:
                part.absorb(counter)
            kept = self._keep_chunks(group, part)
            with self._lock:
                total.add_run(kept) if kept else total.add(part)

        return counters.tasks(self._batches(group, claimed=True), finish)

    def _keep_chunks(self, group: Group, part: Total) -> Run | None:
        """Keep the counts of a group that can be told again; return them where they are not in memory any more."""
        if not group.known:
            return None
        run = self._cache.add(group.units, self._plan.cut, group.tally, partial(_write_chunks, part))
        if not part.runs:
            return None
        part.discard()
        return run

    def _require(self, sample: Sequence[str]) -> None:
        """Hold the plan's claim against a sample of the corpus, and, once, texts made to find out where it is false."""
        from tokbench.counting.cuts import holds

        with self._claim_lock:
            some = [text[: groups.SAMPLE_LENGTH] for text in sample[: groups.SAMPLE_LATER if self._probed else None]]
            if not holds(self._splitter, self._plan.cut, some, probes=not self._probed):
                raise Crossing(f"counting: text must not be cut at '{self._plan.cut}'")
            self._probed = True

    # ------------------------------------------------------------ text that nobody keeps counts of

    def _of_text(self) -> WordCounts:
        """Count words as they are found; raises `Crossing` where the plan's claim is false, and matters."""
        recognized, cut = cast("Recognized", self._recognized), self._plan.cut
        words, others = self._word_total(), Total(cut, self._share, self._spill)
        counters = text_counters(recognized.kernel(), words, others)
        claimed = recognized.effects is not None and cut != "never"
        found = (cast("Group", found) for found in self._groups(cut))  # nothing of them is kept
        self._do(
            task for group in found for task in counters.tasks(self._batches(group, claimed=claimed), finish=nothing)
        )
        for counter in counters:
            words.add([counter.words])
            others.absorb(counter.others)
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
        for found in self._groups(how):
            if isinstance(found, Entry):
                self._add_kept(found, total)
            else:
                self._add_documents(found, how, total)
        self._meter.tell(self._tallies)
        return total.words()

    def _add_documents(self, group: Group, how: str, total: WordTotal) -> None:
        """Count the documents of a group and keep the counts of their words."""
        from tokbench.counting.workers import split_documents

        part = WordTotal(self._share, self._spill)
        batches = self._told(itertools.chain.from_iterable(self._batches(group, claimed=False)))
        split_documents(batches, self._plan, self._splitter, part, self._spill, self._share)
        if group.known and not self._plan.classes:  # whose code may change, and nobody could tell
            run = self._cache.add(group.units, how, group.tally, partial(_write_words, part))
            part.discard()
            total.add_run(run)
        else:
            total.take(part)

    def _told(self, batches: Iterator[Documents]) -> Iterator[Documents]:
        for batch in batches:
            yield batch
            self._meter.tick(self._tallies)

    # ------------------------------------------------------------ all

    def _groups(self, how: str) -> Iterator[Entry | Group]:
        """Yield what is kept, and groups of what is not.

        Unless units are read side by side, a group is to be read before the next is asked for.
        """
        first = 0
        while first < len(self._units):
            units = self._units[first:]
            found = self._cache.find(units, how) or self._group(units, how)
            for tally in [found.tally] if isinstance(found, Entry) else [each.tally for each in found.readings]:
                self._tallies.begin(tally)
            yield found
            first += len(found.units)

    def _group(self, units: Sequence[WorkUnit], how: str) -> Group:
        make = Group.of_stored if self._side_by_side else Group.growing
        return make(units, lambda unit: self._cache.begins(unit, how))

    def _batches(self, group: Group, *, claimed: bool) -> list[Iterator[Documents]]:
        """Return the batches of each reading of a group.

        They raise `Crossing` where the plan's claim is false of the first documents.
        """
        sampled = not claimed

        def read(reading: Reading) -> Iterator[Documents]:
            nonlocal sampled
            if not sampled and (sample := reading.sample()):
                sampled = True
                self._require(sample)
            yield from reading.batches
            for tallies in (group.tallies, self._tallies):
                tallies.end(reading.tally)

        return [read(each) for each in group.readings]

    def _add_kept(self, entry: Entry, total: Total | WordTotal) -> None:
        """Add counts that were kept."""
        with self._lock:
            total.add_run(entry.run)
        self._tallies.end(entry.tally)

    def _do(self, tasks: Iterator[Task[Any]]) -> None:
        do(tasks, self._plan.threads, lambda: self._meter.tick(self._tallies), side_by_side=self._side_by_side)
        self._meter.tell(self._tallies)


def _side_by_side(units: Sequence[WorkUnit]) -> list[WorkUnit] | None:
    """Return the units as they are read by several threads; None where one may not be, or its size is not known."""
    found = [unit.beside() for unit in units if unit.size is not None and hasattr(unit, "beside")]
    return found if len(found) == len(units) and all(found) else None


def _write_pieces(words: WordCounts, path: Path, head: Mapping[str, str]) -> None:
    sorted_runs.write(path, words.pieces(), head)


def _write_words(total: WordTotal, path: Path, head: Mapping[str, str]) -> None:
    sorted_runs.write(path, total.pieces(), head)


def _write_chunks(total: Total, path: Path, head: Mapping[str, str]) -> None:
    runs.write(path, total.parts(), head)
