"""Sources made into work units: one a file where nothing needs order, one a source, or one for all that is mixed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tokbench.contracts import Tally, Unit, WorkUnit
from tokbench.corpora.source import Mix, Source, goes_with_read
from tokbench.documents import Documents
from tokbench.errors import CorpusError

READING = 2
"""Raised when the same files begin to give other text, so that nothing that was kept is taken for it."""


@dataclass(frozen=True)
class WholeUnit:
    """A unit of a source, read from its beginning to its end."""

    name: str
    fingerprint: str
    source: Source
    unit: Unit

    @property
    def size(self) -> int | None:
        """Return the unit's size."""
        return self.unit.size

    @property
    def language(self) -> str | None:
        """Return the language of its source."""
        return self.source.settings.language

    def beside(self) -> WholeUnit | None:
        """Return the unit as any thread reads it while others are read; None where that cannot be."""
        part: Any = self.source.part
        return replace(self, unit=part.beside(self.unit)) if goes_with_read(part, "beside") else None

    def read(self, tally: Tally) -> Iterator[Documents]:
        """Yield its documents."""
        yield from counted(self.source.documents(self.unit, tally), tally)


@dataclass(frozen=True)
class OrderedUnit:
    """Sources whose documents depend on the ones before: shuffled, limited, or mixed by weight."""

    name: str
    fingerprint: str
    sources: tuple[tuple[Source, tuple[Unit, ...]], ...]
    mix: Mix

    @property
    def size(self) -> int | None:
        """Return the size of all units where all of them are read to their end, once."""
        if len(self.sources) > 1 or any(source.settings.limited for source, _ in self.sources):
            return None
        sizes = [unit.size for _, units in self.sources for unit in units]
        return None if None in sizes else sum(size or 0 for size in sizes)

    @property
    def language(self) -> str | None:
        """Return the language of its sources, where it is the same of all."""
        languages = {source.settings.language for source, _ in self.sources}
        return languages.pop() if len(languages) == 1 else None

    def read(self, tally: Tally) -> Iterator[Documents]:
        """Yield their documents."""
        from tokbench.corpora.ordered import in_order

        yield from counted(map(Documents.of_arrow, in_order(self.sources, self.mix, tally)), tally)


def work_units(sources: Sequence[Source], mix: Mix | None = None) -> list[WorkUnit]:
    """Return the pieces in which the sources are read; nothing is read yet.

    Raises `CorpusError` for missing files, and where only some of several sources have a weight.
    """
    mix = mix or Mix()
    located = _distinct([(source, tuple(source.part.units())) for source in sources])
    if _weighted(sources):
        return [_ordered(located, mix)]
    units: list[WorkUnit] = []
    for source, parts in located:
        if source.settings.ordered:
            units.append(_ordered([(source, parts)], mix))
        else:
            units += [WholeUnit(unit.name, _fingerprint([(source, (unit,))]), source, unit) for unit in parts]
    return units


def texts(units: Iterable[WorkUnit], tally: Tally) -> Iterator[str]:
    """Yield every document as a string, for what needs running text; counts of words are refused."""
    for unit in units:
        for documents in unit.read(tally):
            if documents.counts is not None:
                remedy = "give a corpus of text, or a trainer that takes word counts"
                raise CorpusError(f"{unit.name}: this is a list of words with counts, not running text; {remedy}")
            yield from documents.texts


def refuse_nothing(tally: Tally) -> None:
    """Raise `CorpusError` where what was read holds no text at all, with what was left out and why."""
    if tally.bytes:
        return
    reasons = ", ".join(f"{documents:,} by '{reason}'" for reason, documents in sorted(tally.skipped.items()))
    left = f" (left out: {reasons})" if reasons else ""
    raise CorpusError(f"the corpus: {tally.documents:,} documents, and no text in them{left}; give it text to train on")


def counted(batches: Iterable[Documents], tally: Tally) -> Iterator[Documents]:
    """Yield those that are not empty, adding their documents and bytes to the tally."""
    for documents in batches:
        if len(documents):
            tally.documents += len(documents)
            tally.bytes += documents.texts.size
            tally.sample(documents.texts.beginnings(tally.SAMPLE_LENGTH))
            yield documents


Located = tuple["Source", tuple[Unit, ...]]
"""A source with its units."""


def _weighted(sources: Sequence[Source]) -> bool:
    """Tell whether the sources are mixed by weight."""
    without = [number for number, source in enumerate(sources, start=1) if source.settings.weight is None]
    if without and len(without) < len(sources):
        numbers = ", ".join(map(str, without))
        raise CorpusError(f"corpus {numbers}: weight: others have one; give every corpus a weight, or none")
    return len(sources) > 1 and not without


def _distinct(located: Sequence[Located]) -> list[Located]:
    """Return the sources with units whose names differ: those that do not are called after the number of the source."""
    often = Counter(unit.name for _, units in located for unit in units)

    def named(number: int, unit: Unit) -> Unit:
        return unit if often[unit.name] == 1 else replace(unit, name=f"corpus {number}: {unit.name}")

    return [
        (source, tuple(named(number, unit) for unit in units))
        for number, (source, units) in enumerate(located, start=1)
    ]


def _ordered(located: Sequence[Located], mix: Mix) -> OrderedUnit:
    names = [unit.name for _, units in located for unit in units]
    name = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    settings = [repr(source.settings) for source, _ in located]
    return OrderedUnit(name, _fingerprint(located, repr(mix), *settings), tuple(located), mix)


def _fingerprint(located: Sequence[Located], *more: str) -> str:
    """Return what changes with anything that changes the text; empty where a unit cannot tell."""
    pieces = [str(READING), *more]
    for source, units in located:
        if not all(unit.fingerprint for unit in units):
            return ""
        settings = replace(source.settings, weight=None, language=None, license=None)
        pieces += [_named(source.part), repr(settings), *(_named(part) for part in source.maps)]
        pieces += [unit.fingerprint for unit in units]
    return hashlib.sha256("\n".join(pieces).encode()).hexdigest()


def _named(part: object) -> str:
    return f"{type(part).__module__}.{part!r}"
