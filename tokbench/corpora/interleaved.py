"""Sources interleaved by weight: the documents that `datasets.interleave_datasets` draws, a thousand at a time.

`datasets` fetches each document on its own, which costs more than counting it. Here the same draws of the same
generator are made in blocks, and each block is put together in Arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from tokbench.corpora.source import Mix
from tokbench.errors import CorpusError

DRAWS = 1000
"""How many draws `datasets` makes at once; the sequence of sources depends on it."""


def interleaved(
    sources: Sequence[tuple[str, Callable[[], Iterator[pa.Table]]]], chances: Sequence[float], mix: Mix
) -> Iterator[pa.Table]:
    """Yield tables of documents drawn from the sources, each a name and what starts it, also anew.

    Raises `CorpusError` for a source without documents.
    """
    generator = np.random.default_rng(mix.seed)
    rows = [_Rows(*source) for source in sources]
    exhausted: set[int] = set()
    while True:
        drawn = generator.choice(len(sources), size=DRAWS, p=chances)
        pieces, places, ends = [], [], {}
        for number, source in enumerate(rows):
            if mix.stop == "all_exhausted_without_replacement" and number in exhausted:
                continue
            where = np.flatnonzero(drawn == number)
            taken, end = source.take(len(where), again=mix.stop == "all_exhausted")
            pieces += taken
            places.append(where[: sum(piece.num_rows for piece in taken)])
            if end is not None and number not in exhausted:
                ends[number] = where[end]
        exhausted |= ends.keys()
        stop = _last_draw(ends, len(exhausted) == len(rows), mix)
        if pieces:
            yield _in_order(pa.concat_tables(pieces), np.concatenate(places), stop)
        if stop < DRAWS:
            return


class _Rows:
    """The rows of a source, which knows at each row whether it is the last."""

    def __init__(self, name: str, start: Callable[[], Iterator[pa.Table]]) -> None:
        self._name, self._start = name, start
        self._tables = start()
        self._held: pa.Table | None = None

    def take(self, count: int, *, again: bool) -> tuple[list[pa.Table], int | None]:
        """Return the next rows, and which of them was the first to end the source.

        Where `again`, the source starts anew at its end; otherwise there may be fewer rows than `count`.
        """
        pieces: list[pa.Table] = []
        taken, end = 0, None
        while taken < count:
            held = self._ahead()
            if held is None:
                remedy = "loosen what leaves them out, or drop the corpus"
                raise CorpusError(f"{self._name}: no documents are left of this corpus to mix with others; {remedy}")
            pieces.append(held.slice(0, count - taken))
            taken += pieces[-1].num_rows
            self._held = held.slice(pieces[-1].num_rows)
            if self._ahead() is None:
                end = taken - 1 if end is None else end
                if not again:
                    break
                self._tables = self._start()
        return pieces, end

    def _ahead(self) -> pa.Table | None:
        """Return the rows that come next, None at the end."""
        while self._held is None or not self._held.num_rows:
            self._held = next(self._tables, None)
            if self._held is None:
                return None
        return self._held


def _last_draw(ends: dict[int, int], all_exhausted: bool, mix: Mix) -> int:
    """Return the draw of a block after which the mix ends; `DRAWS` where it goes on."""
    if mix.stop == "first_exhausted":
        return min(ends.values(), default=DRAWS)
    return max(ends.values(), default=DRAWS) if all_exhausted else DRAWS


def _in_order(table: pa.Table, places: np.ndarray, stop: int) -> pa.Table:
    """Return the rows in the order of their draws, up to the last."""
    order = np.argsort(places, kind="stable")
    return table.take(order[: np.count_nonzero(places <= stop)])
