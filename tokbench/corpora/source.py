"""A source of text: a corpus part, and what every source can have besides: filters, maps, order, limits, a weight."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tokbench.contracts import CorpusPart, MapPart, Tally, Unit
from tokbench.documents import Documents
from tokbench.errors import CorpusError

if TYPE_CHECKING:
    import pyarrow as pa

Value = str | int | bool
"""What a column can be asked to equal."""


@dataclass(frozen=True)
class SourceSettings:
    """What a `[[corpus]]` can say besides the options of its part, in the order in which it is done.

    where: columns and the values that they must equal; a list stands for any of its values
    map: names of maps, which mend each document, one after the other
    min_length: documents with fewer characters are left out
    max_length: documents with more characters are left out
    matches: a regular expression (Python's `re`); documents without a match of it are left out
    not_matches: a regular expression; documents with a match of it are left out
    shuffle_buffer: how many documents are held to be shuffled; 0 leaves them in order
    seed: what the shuffling is drawn from
    skip: how many documents are passed over first
    take: how many documents are taken after those
    max_bytes: documents are taken while their UTF-8 stays within so many bytes
    weight: how often a document is drawn from this source when sources are mixed; all sources have one, or none
    language: what the text is written in, as a BCP 47 tag, for the model card
    license: under which license the text is, for the model card
    """

    where: dict[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    map: tuple[str | dict[str, Any], ...] = ()
    min_length: int = 0
    max_length: int | None = None
    matches: str | None = None
    not_matches: str | None = None
    shuffle_buffer: int = 0
    seed: int = 0
    skip: int = 0
    take: int | None = None
    max_bytes: int | None = None
    weight: float | None = None
    language: str | None = None
    license: str | None = None

    def __post_init__(self) -> None:
        for name in ("min_length", "max_length", "shuffle_buffer", "seed", "skip", "take", "max_bytes"):
            if (getattr(self, name) or 0) < 0:
                raise ValueError(f"{name} must not be negative")
        if self.max_length is not None and self.max_length < self.min_length:
            raise ValueError("max_length must not be below min_length")
        if self.weight is not None and not 0 < self.weight < float("inf"):
            raise ValueError("weight must be above 0")
        for name in ("matches", "not_matches"):
            _compiled(name, getattr(self, name))

    @property
    def ordered(self) -> bool:
        """Tell whether what is read depends on what was read before."""
        return bool(self.shuffle_buffer or self.skip or self.limited)

    @property
    def limited(self) -> bool:
        """Tell whether reading may stop before the end."""
        return self.take is not None or self.max_bytes is not None


@dataclass(frozen=True)
class Mix:
    """How sources with weights are interleaved: the keys of `[mix]`.

    stop: when the mix ends, in the words of `datasets`: when the first source is exhausted, when each was read whole
        at least once (smaller ones again and again), or when each was read whole exactly once
    seed: the seed for drawing the source of each document
    """

    stop: Literal["first_exhausted", "all_exhausted", "all_exhausted_without_replacement"] = "first_exhausted"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError("seed must not be negative")


@dataclass(frozen=True)
class Source:
    """A corpus part with its settings: `part.read` → where → maps → lengths and expressions."""

    part: CorpusPart
    settings: SourceSettings = field(default_factory=SourceSettings)
    maps: tuple[MapPart, ...] = ()

    @property
    def counted(self) -> bool:
        """Tell whether rows carry how often they stand for themselves."""
        return bool(getattr(self.part, "counted", False))

    def read(self, unit: Unit, tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield batches of `text` (large_string), and `count` (int64) where the part gives it.

        What is left out is counted by the name of the setting that left it out.
        """
        where = self.settings.where
        for batch in self.part.read(unit, tuple(where), tally):
            kept = _kept(batch, [("where", _equal(batch, name, value, unit)) for name, value in where.items()], tally)
            if kept.num_rows:
                mended = self._mended(_typed(kept), unit)
                yield _kept(mended, self._masks(mended.column("text")), tally)

    def documents(self, unit: Unit, tally: Tally) -> Iterator[Documents]:
        """Yield the same as documents: without Arrow, where the part can and nothing is to be mended or left out."""
        if self._takes_all and goes_with_read(self.part, "read_documents"):
            yield from self.part.read_documents(unit, tally)  # type: ignore[attr-defined]
        else:
            yield from map(Documents.of_arrow, self.read(unit, tally))

    @property
    def _takes_all(self) -> bool:
        """Tell whether every document is taken as it is."""
        settings = self.settings
        filters = (settings.where, settings.min_length, settings.matches, settings.not_matches)
        return not any(filters) and settings.max_length is None and not self.maps

    def _mended(self, batch: pa.RecordBatch, unit: Unit) -> pa.RecordBatch:
        import pyarrow as pa

        if not self.maps:
            return batch
        texts = batch.column("text").to_pylist()
        for part in self.maps:
            texts = [_applied(part, text, unit) for text in texts]
        return batch.set_column(0, "text", pa.array(texts, pa.large_string()))

    def _masks(self, texts: pa.LargeStringArray) -> Iterator[tuple[str, pa.BooleanArray]]:
        """Yield, for each filter that is set, its name and which documents pass it."""
        import pyarrow as pa
        import pyarrow.compute as pc

        settings = self.settings
        if settings.min_length:
            yield "min_length", pc.greater_equal(pc.utf8_length(texts), settings.min_length)
        if settings.max_length is not None:
            yield "max_length", pc.less_equal(pc.utf8_length(texts), settings.max_length)
        for name, wanted in (("matches", True), ("not_matches", False)):
            if search := _compiled(name, getattr(settings, name)):
                yield name, pa.array([(search(text) is not None) is wanted for text in texts.to_pylist()], pa.bool_())


def goes_with_read(part: CorpusPart, method: str) -> bool:
    """Tell whether a part has an optional method for its `read`: a class that has `read` anew has both anew."""
    for kind in type(part).__mro__:
        if {"read", method} & vars(kind).keys():
            return method in vars(kind)
    return False


def _compiled(name: str, expression: str | None) -> Callable[[str], Any] | None:
    try:
        return None if expression is None else re.compile(expression).search
    except re.error as error:
        raise ValueError(f"{name}: not a regular expression: {error}") from error


def _typed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with `text` as large_string and `count` as int64, and no other columns."""
    import pyarrow as pa

    names = ["text", "count"] if "count" in batch.schema.names else ["text"]
    kinds = {"text": pa.large_string(), "count": pa.int64()}
    return pa.record_batch([batch.column(name).cast(kinds[name]) for name in names], names=names)


def _applied(part: MapPart, text: str, unit: Unit) -> str:
    """Return the text that a map makes; a map is anyone's code, so its errors say where they come from."""
    kind = type(part).__name__
    try:
        mended = part.apply(text)
    except Exception as error:
        raise CorpusError(f"{unit.name}: the map {kind} failed on {text[:40]!r}: {error}") from error
    if not isinstance(mended, str):
        raise CorpusError(f"{unit.name}: the map {kind} returned {mended!r:.40}, not text; a map returns a str")
    return mended


def _equal(batch: pa.RecordBatch, name: str, value: Value | Sequence[Value], unit: Unit) -> pa.BooleanArray:
    """Return which rows have the value in a column; a cell that is text equals a number spelt as in JSON."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = batch.column(batch.schema.names.index(name))
    if pa.types.is_binary(cells.type) or pa.types.is_large_binary(cells.type):
        cells = cells.cast(pa.large_string())
    textual = pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)
    values = [value] if isinstance(value, Value) else list(value)
    if textual:
        values = [item if isinstance(item, str) else json.dumps(item) for item in values]
    try:
        return pc.is_in(cells, pa.array(values, cells.type))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError) as error:
        given = ", ".join(map(json.dumps, values))
        remedy = "ask for a value of that type"
        raise CorpusError(f"{unit.name}: where.{name}: the column holds {cells.type}, not {given}; {remedy}") from error


def _kept(batch: pa.RecordBatch, masks: Any, tally: Tally) -> pa.RecordBatch:
    """Return the rows that pass every mask; a row is counted for the first that it does not pass."""
    import pyarrow.compute as pc

    passed = None
    for reason, mask in masks:
        both = mask if passed is None else pc.and_(passed, mask)
        before = batch.num_rows if passed is None else passed.true_count
        if both.true_count < before:
            tally.skip(reason, before - both.true_count)
        passed = both
    return batch if passed is None else batch.filter(passed)
