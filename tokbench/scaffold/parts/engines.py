"""Counting in the plainest way: every document is split, none is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tokbench.contracts import CountingPlan, Progress, Report, Tally, WorkUnit
from tokbench.counting.splitter import Splitter
from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class Example:
    """Count unit after unit in this process; replace the loop by the cluster that you have."""

    def count(self, units: Sequence[WorkUnit], plan: CountingPlan, report: Report) -> tuple[WordCounts, Tally]:
        """Return the counts of the words of all units, and what was read."""
        splitter = Splitter.of(plan.pipeline, plan.classes, plain_strings=False)
        found: Counter[str] = Counter()
        tally = Tally()
        for number, unit in enumerate(units, 1):
            for documents in unit.read(tally):
                for text, count in documents:
                    for word in splitter.words(text):
                        found[word] += count
            report(Progress("count", number, len(units), "units"))
        return WordCounts.of(found.items()), tally
