"""Units of a corpus that are counted and kept together: many small files, or one large one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from tokbench.contracts import Tally, WorkUnit
from tokbench.counting.tallies import Tallies
from tokbench.documents import Documents

ENOUGH = 64 << 20
"""Bytes of text, or of files as they are stored, after which a group ends with the unit that they are in."""
SAMPLE = 64
"""Documents of the first group on which the claim that text can be cut is checked."""
SAMPLE_LATER = 8
"""Documents of each other group: as nothing else is done meanwhile, more would have many threads wait."""
SAMPLE_LENGTH = 1024
"""Characters of each of them."""

IsKept: TypeAlias = Callable[[WorkUnit], bool]
"""Tells whether counts are kept that begin with a unit: a group ends before it."""


class Reading:
    """Units that a thread reads, one after the other; it begins when batches or a sample are asked for."""

    def __init__(self, units: Iterable[WorkUnit]) -> None:
        self.tally = Tally()
        self.batches = self._read(units)

    def _read(self, units: Iterable[WorkUnit]) -> Iterator[Documents]:
        for unit in units:
            yield from unit.read(self.tally)

    def sample(self) -> list[str]:
        """Return the beginnings of the first documents, which stay in the batches."""
        first = next(self.batches, None)
        if first is None:
            return []
        self.batches = itertools.chain((first,), self.batches)
        # What is not UTF-8 is for the counting to say.
        return [text for text in first.texts[:SAMPLE].beginnings(SAMPLE_LENGTH) if text]


class Group:
    """Units that are counted together. A thread for each of the readings reads them all."""

    def __init__(self, units: Sequence[WorkUnit], readings: Sequence[Reading]) -> None:
        self.units = units
        self.readings = readings
        self.tallies = Tallies()
        for reading in readings:
            self.tallies.begin(reading.tally)

    @classmethod
    def of_stored(cls, units: Sequence[WorkUnit], is_kept: IsKept) -> Group:
        """Return a group of the first units, each of known size, as many as make enough; a thread reads each."""
        end, size = 1, units[0].size or 0
        while end < len(units) and size < ENOUGH and not is_kept(units[end]):
            size += units[end].size or 0
            end += 1
        return cls(units[:end], [Reading([unit]) for unit in units[:end]])

    @classmethod
    def growing(cls, units: Sequence[WorkUnit], is_kept: IsKept) -> Group:
        """Return a group of the first units, as many as turn out to make enough text, to be read by one thread.

        Which they are is known when they are read.
        """

        def taken() -> Iterator[WorkUnit]:
            for number, unit in enumerate(units, start=1):
                if group.units and (reading.tally.bytes >= ENOUGH or is_kept(unit)):
                    return
                group.units = units[:number]
                yield unit

        reading = Reading(taken())
        group = cls((), [reading])
        return group

    @property
    def tally(self) -> Tally:
        """Return what was read of the whole group, once it is."""
        return self.tallies.whole

    @property
    def known(self) -> bool:
        """Tell whether each unit has a fingerprint, so that its counts can be kept."""
        return all(unit.fingerprint for unit in self.units)
