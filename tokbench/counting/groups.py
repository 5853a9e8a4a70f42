"""Units of a corpus that are read, counted and kept together: many small files, or one large one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from tokbench.contracts import Tally, WorkUnit
from tokbench.documents import Documents

ENOUGH = 64 << 20
"""Bytes of text, or of files as they are stored, after which a group ends with the unit that they are in."""
SAMPLE = 64
"""Documents of the corpus on which the claim that text can be cut is checked."""
SAMPLE_LENGTH = 1024
"""Characters of each of them."""

IsKept: TypeAlias = Callable[[WorkUnit], bool]
"""Tells whether counts are kept that begin with a unit: a group ends before it."""


class Group:
    """Units that are read one after the other; reading begins when batches or a sample are asked for."""

    def __init__(self, units: Sequence[WorkUnit]) -> None:
        self.units = units
        self.tally = Tally()
        self.batches: Iterator[Documents] = self._read()

    @classmethod
    def stored(cls, units: Sequence[WorkUnit], is_kept: IsKept) -> Group:
        """Return a group of the first units, each of known size, as many as make enough."""
        end, size = 1, units[0].size or 0
        while end < len(units) and size < ENOUGH and not is_kept(units[end]):
            size += units[end].size or 0
            end += 1
        return cls(units[:end])

    @property
    def known(self) -> bool:
        """Tell whether each unit has a fingerprint, so that its counts can be kept."""
        return all(unit.fingerprint for unit in self.units)

    def _read(self) -> Iterator[Documents]:
        for unit in self.units:
            yield from unit.read(self.tally)

    def sample(self) -> list[str]:
        """Return the beginnings of the first documents, which stay in the batches."""
        first = next(self.batches, None)
        if first is None:
            return []
        self.batches = itertools.chain((first,), self.batches)
        # What is not UTF-8 is for the counting to say.
        return [text for text in first.texts[:SAMPLE].beginnings(SAMPLE_LENGTH) if text]


class GrowingGroup(Group):
    """A group of the first of some units, as many as turn out to make enough text."""

    def __init__(self, units: Sequence[WorkUnit], is_kept: IsKept) -> None:
        super().__init__(())
        self._from = units
        self._is_kept = is_kept

    def _read(self) -> Iterator[Documents]:
        for number, unit in enumerate(self._from, start=1):
            if self.units and (self.tally.bytes >= ENOUGH or self._is_kept(unit)):
                return
            self.units = self._from[:number]
            yield from unit.read(self.tally)
