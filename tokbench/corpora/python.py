"""Text that Python hands over: an iterable of strings, or a dataset of `datasets`, memory-mapped or streamed.

from_python(["one document", "another"])
from_python(load_dataset("wikimedia/wikipedia", "20231101.fi", split="train", streaming=True))
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tokbench.contracts import CorpusPart, Tally, Unit
from tokbench.corpora.rules import Errors, Rules, cleaned, is_clean, numbered, place_in
from tokbench.documents import Documents
from tokbench.errors import CorpusError
from tokbench.strings import Strings

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 1000
"""Documents in a batch, at most."""
CHARACTERS = 1 << 20
"""Characters after which a batch of strings ends."""

RANGE = 100_000
"""Rows of a memory-mapped dataset that are read as a unit."""


def from_python(texts: Any, text: str | tuple[str, ...] = "text", errors: Errors = "strict") -> CorpusPart:
    """Return a corpus part of a dataset's columns `text`, or of an iterable of strings, or of lists of strings.

    Raises `CorpusError` for anything else.
    """
    if isinstance(texts, str | bytes):
        raise CorpusError("the corpus is one string; give an iterable of strings, as in [text]")
    if isinstance(texts, Mapping):
        raise CorpusError(
            f"the corpus is a {type(texts).__name__}; give one of its values: {', '.join(map(str, texts))}"
        )
    if hasattr(texts, "column_names") and hasattr(texts, "with_format"):
        return FromDataset(texts, (text,) if isinstance(text, str) else text, errors)
    if not isinstance(texts, Iterable):
        raise CorpusError(f"the corpus is {type(texts).__name__}; give an iterable of strings, or a dataset")
    return FromIterable(texts, errors)


class FromIterable:
    """Strings from an iterable, a document each; a generator can be read once, and is not read twice by mistake."""

    def __init__(self, texts: Iterable[Any], errors: Errors) -> None:
        self._texts, self._errors = texts, errors
        self._spent = False

    def __repr__(self) -> str:
        return f"FromIterable(errors={self._errors!r})"

    def units(self) -> Sequence[Unit]:
        """Return one unit; what it holds is known only of a list or a tuple."""
        known = isinstance(self._texts, list | tuple)
        return [Unit("iterable", _digest(_flat(self._texts)) if known else "")]

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield the strings."""
        if columns:
            raise CorpusError(f"{unit.name}: strings have no column '{columns[0]}'; leave out where")
        yield from map(Documents.arrow, self.read_documents(unit, tally))

    def read_documents(self, unit: Unit, tally: Tally) -> Iterator[Documents]:
        """Yield them in plain buffers, without Arrow."""
        if self._spent:
            raise CorpusError(
                "the corpus is an iterator that was read already; give a list, or something to iterate anew"
            )
        texts = iter(self._texts)
        self._spent = texts is self._texts
        rules, first = Rules(self._errors, 2**62, tally), 1
        for rows in _batches(_flat(texts)):
            yield _documents(rows, f"{unit.name}: item", first, rules)
            first += len(rows)


class FromDataset:
    """The text columns of a `datasets.Dataset`, in ranges of rows, or of an `IterableDataset`, in its shards."""

    def __init__(self, dataset: Any, text: tuple[str, ...], errors: Errors) -> None:
        self._dataset, self._text, self._errors = dataset, text, errors

    def __repr__(self) -> str:
        return f"FromDataset(text={self._text!r}, errors={self._errors!r})"

    def units(self) -> Sequence[Unit]:
        """Return the ranges or shards; a memory-mapped dataset knows its own fingerprint."""
        if not hasattr(self._dataset, "num_rows"):
            of = self._dataset.num_shards
            return [Unit(f"dataset {number + 1}/{of}", "", (number, of)) for number in range(of)]
        fingerprint, rows = self._dataset._fingerprint, self._dataset.num_rows
        ranges = [(start, min(start + RANGE, rows)) for start in range(0, rows, RANGE)]
        return [
            Unit(f"dataset [{start}:{stop}]", f"{fingerprint} {start} {stop}", (start, stop)) for start, stop in ranges
        ]

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield the documents of a range or a shard."""
        from tokbench.corpora.columns import documents, roots

        part = self._part(unit)
        rules, first = Rules(self._errors, 2**62, tally), 1
        for table in part.with_format("arrow").iter(ROWS):
            wanted = roots([*self._text, *columns], table.column_names, unit.name)
            for batch in table.select(wanted).combine_chunks().to_batches():
                yield documents(batch, self._text, columns, numbered(f"{unit.name}: row", first), rules)
                first += batch.num_rows

    def _part(self, unit: Unit) -> Any:
        if not hasattr(self._dataset, "num_rows"):
            number, of = unit.handle
            return self._dataset.shard(of, number)
        return self._dataset.select(range(*unit.handle))


def _flat(texts: Iterable[Any]) -> Iterator[Any]:
    """Yield the strings, also those of lists of strings, which `train_from_iterator` takes too."""
    for item in texts:
        if isinstance(item, list | tuple):
            yield from item
        else:
            yield item


def _batches(texts: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield so many that there are `ROWS` of them, or `CHARACTERS` in them."""
    rows: list[Any] = []
    size = 0
    for text in texts:
        rows.append(text)
        size += len(text) if isinstance(text, str) else 0
        if len(rows) == ROWS or size >= CHARACTERS:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _documents(rows: list[Any], prefix: str, first: int, rules: Rules) -> Documents:
    """Return strings as documents, after the rules; lone surrogates become bytes that are not UTF-8."""
    row_name = numbered(prefix, first)
    for number, row in enumerate(rows):
        if row is not None and not isinstance(row, str):
            raise CorpusError(f"{row_name(number)} is {row!r:.40}, not a string; give strings")
    cells = [row if row is None else row.encode("utf-8", "surrogatepass") for row in rows]
    texts = Strings.of_bytes([cell for cell in cells if cell is not None])
    if len(texts) == len(cells) and is_clean(texts, rules):
        return Documents(texts)
    return cleaned(cells, place_in(row_name), rules)


def _digest(texts: Iterator[Any]) -> str:
    """Return what changes with any of the strings."""
    state = hashlib.sha256()
    for text in texts:
        kind, data = ("", text) if isinstance(text, str) else ("not text ", repr(text))
        encoded = data.encode("utf-8", "surrogatepass")
        state.update(f"{kind}{len(encoded)} ".encode())
        state.update(encoded)
    return state.hexdigest()
