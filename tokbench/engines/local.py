"""Counting on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from tokbench.contracts import CountingPlan, Report, Tally, WorkUnit
from tokbench.counting.budget import default_budget
from tokbench.counting.cache import Cache
from tokbench.counting.corpus import Counting
from tokbench.counting.spill import Spill
from tokbench.counting.words import WordCounts
from tokbench.kernels import _kernels


@dataclass(frozen=True)
class Local:
    """Count on this machine, on the threads and in the memory that the build was given; by default a quarter of it.

    keep_merges: whether what is learned of words whose counts are kept may be kept too, and taken from there
    """

    keep_merges: bool = True

    def count(self, units: Sequence[WorkUnit], plan: CountingPlan, report: Report) -> tuple[WordCounts, Tally]:
        """Return the counts of the words of all units, and what was read, now or when it was kept."""
        cache = Cache()
        if any(unit.fingerprint for unit in units):
            cache.tidy()
        with closing(Spill(lambda: cache.folder)) as spill:
            counting = Counting(units, plan, plan.memory or default_budget(), cache, spill, report)
            words = counting.words()
        _kernels.give_back()
        if self.keep_merges and all(unit.fingerprint for unit in units):
            words = replace(words, beside=cache.folder)
        return words, counting.tally
