"""Units of a corpus that are read, counted and kept together: many small files, or one large one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from tokbench.contracts import Tally, WorkUnit
from tokbench.documents import Documents

ENOUGH = 64 << 20
"""Bytes of text after which a group ends with the unit that is being read."""
SAMPLE = 64
"""Documents of the corpus on which the claim that text can be cut is checked."""
SAMPLE_LENGTH = 1024
"""Characters of each of them."""


class Group:
    """The first of some units, as many as make enough text; reading begins when batches or a sample are asked for."""

    def __init__(
        self, units: Sequence[WorkUnit], report: Callable[[Tally], None], known: Callable[[WorkUnit], bool]
    ) -> None:
        self._units = units
        self._report = report
        self._is_kept = known
        self._taken = 0
        self.tally = Tally()
        self.batches: Iterator[Documents] = self._read()

    @property
    def units(self) -> Sequence[WorkUnit]:
        """Return the units that were read: all of the group's, once its batches are."""
        return self._units[: self._taken]

    @property
    def known(self) -> bool:
        """Tell whether each unit has a fingerprint, so that its counts can be kept."""
        return all(unit.fingerprint for unit in self.units)

    def _read(self) -> Iterator[Documents]:
        """Yield the batches; the group ends before a unit whose counts are known."""
        for unit in self._units:
            if self._taken and (self.tally.bytes >= ENOUGH or self._is_kept(unit)):
                return
            self._taken += 1
            for batch in unit.read(self.tally):
                yield batch
                self._report(self.tally)

    def sample(self) -> list[str]:
        """Return the beginnings of the first documents, which stay in the batches."""
        first = next(self.batches, None)
        if first is None:
            return []
        self.batches = itertools.chain((first,), self.batches)
        # What is not UTF-8 is for the counting to say.
        return [text for text in first.texts[:SAMPLE].beginnings(SAMPLE_LENGTH) if text]
