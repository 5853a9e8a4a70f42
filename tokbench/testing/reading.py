"""Proofs for what gives and mends text: corpora and maps."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, cast

from tokbench.checks.probes import PROBES
from tokbench.contracts import Tally
from tokbench.testing.proving import for_any, for_each, require, require_equal, when_refuted
from tokbench.testing.texts import texts
from tokbench.testing.values import THREADS, prove_steady, prove_value

if TYPE_CHECKING:
    from tokbench.contracts import CorpusPart, MapPart, Unit

__tracebackhide__ = when_refuted


def prove_corpus(part: CorpusPart) -> None:
    """Prove a corpus that has text: the same units every time, each with its own name, and the same Arrow batches.

    A build, which may read by `read_documents`, gets the documents of these, also where several threads read by
    `beside`. Units can be pickled, as an engine may read them in another process.
    """
    import pyarrow as pa

    from tokbench.corpora.source import Source, goes_with_read
    from tokbench.documents import Documents

    prove_value(part, "corpora")
    units = list(part.units())
    require(units, "units() gives none; prove a corpus that has text")
    require_equal(list(part.units()), units, "the units, asked for again")
    names = [unit.name for unit in units]
    require_equal(len(set(names)), len(names), f"how many names of units are distinct, of {names}")
    documents = 0
    read: dict[str, list[tuple[str, int]]] = {}
    for unit in units:
        batches = _read(part, unit)
        require_equal(_read(part, _pickled(unit)), batches, f"{unit.name} read again, pickled")
        for batch in batches:
            require("text" in batch.schema.names, f"{unit.name}: a batch has no column 'text': {batch.schema.names}")
            kind = batch.schema.field("text").type
            text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
            require(text, f"{unit.name}: the column 'text' is {kind}; it must be a string type")
            require(not batch["text"].null_count, f"{unit.name}: a text is null; skip it by the tally, or refuse it")
            documents += batch.num_rows
        read[unit.name] = [row for batch in batches for row in Documents.of_arrow(batch)]
        built = [row for some in Source(part).documents(unit, Tally()) for row in some]
        require_equal(built, read[unit.name], f"{unit.name}: the documents that a build reads, beside those of read()")
    require(documents, "read() gives no document; prove a corpus that has text")
    if goes_with_read(part, "beside"):
        _prove_beside(part, [cast("Any", part).beside(unit) for unit in units], read)


def _prove_beside(part: CorpusPart, units: Sequence[Unit], read: Mapping[str, Sequence[tuple[str, int]]]) -> None:
    """Prove that units may be read in any threads at once."""
    from tokbench.corpora.source import Source

    for unit in units:
        require(unit.size is not None, f"{unit.name}: beside() needs units with a size, by which builds share them out")

    def documents(unit: Unit) -> list[tuple[str, int]]:
        return [row for some in Source(part).documents(unit, Tally()) for row in some]

    several = [*units] * THREADS
    with ThreadPoolExecutor(THREADS) as pool:
        for unit, found in zip(several, pool.map(documents, several), strict=True):
            require_equal(found, read[unit.name], f"{unit.name}: the documents that a thread reads while others read")


def prove_map(part: MapPart) -> None:
    """Prove a map: any text becomes text, the same every time and in every thread."""
    prove_value(part, "maps")

    def check(text: str) -> None:
        found = part.apply(text)
        require(isinstance(found, str), f"apply({text!r}) gives {found!r}, which is no string")
        require_equal(part.apply(text), found, f"apply({text!r}) a second time")

    for_each(check, PROBES)
    for_any(check, texts)
    prove_steady(part.apply, PROBES, "the mended text")


def _pickled(unit: Unit) -> Unit:
    return pickle.loads(pickle.dumps(unit))  # type: ignore[no-any-return]  # noqa: S301 - our own bytes


def _read(part: CorpusPart, unit: Unit) -> list[Any]:
    tally = Tally()
    return list(part.read(unit, (), tally))
