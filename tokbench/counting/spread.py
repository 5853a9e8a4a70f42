"""Spreading batches over threads: each thread has a counter of its own, and their sum does not depend on how."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokbench.counting.helpers import Some
    from tokbench.documents import Documents

SLICE = 4 << 20
"""Bytes of text that a thread takes at a time, or one document where it is longer."""


def count_batches(
    batches: Iterable[Documents], counters: Sequence[Some], relieve: Callable[[Some], None]
) -> Sequence[Some]:
    """Count all batches, on as many threads as there are counters, and return the counters.

    The caller's thread is one of them: it alone reads, and counts what the others have no time for. `relieve` is
    called, in the counter's thread, after each batch. An error, or Ctrl-C, stops all threads before it is raised.
    """
    own, *others = counters
    if not others:
        _count(slices(batches), own, relieve)
        return counters
    from tokbench.counting.helpers import helping

    with helping(others, relieve) as helpers:
        _count(itertools.filterfalse(helpers.take, slices(batches)), own, relieve)
    return counters


def _count(batches: Iterable[Documents], counter: Some, relieve: Callable[[Some], None]) -> None:
    for batch in batches:
        counter.add(batch)
        relieve(counter)


def slices(batches: Iterable[Documents]) -> Iterator[Documents]:
    """Cut large batches, between documents and without copying."""
    for batch in batches:
        pieces = max(1, min(len(batch), -(-batch.texts.size // SLICE)))
        rows = -(-len(batch) // pieces)
        for start in range(0, len(batch), rows or 1):
            yield batch[start : start + rows]
