"""CSV and TSV, streamed by Arrow; cells are taken as they are written, never guessed to be numbers or nulls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.csv

from tokbench.corpora.columns import documents, roots
from tokbench.corpora.lines import without_mark
from tokbench.corpora.rules import Rules, numbered
from tokbench.corpora.streams import Content
from tokbench.errors import CorpusError

BLOCK = 2**20
"""Bytes parsed at a time; for a row that is longer the file is read again with larger blocks.

Eight times as many take twice the memory, for what the C library's allocator keeps of them, and no less time.
"""

UNEVEN = "uneven row"


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written; an empty `quote` means that quotes are text, `names` that there is no header."""

    delimiter: str
    quote: str
    names: tuple[str, ...] = ()


def read_delimited(
    start: Callable[[], Content],
    dialect: Dialect,
    text: Sequence[str],
    others: Sequence[str],
    shown: str,
    rules: Rules,
) -> Iterator[pa.RecordBatch]:
    """Yield documents, a row for each record; `start` opens the file from its beginning.

    Rows are numbered as a spreadsheet numbers them, the header being the first.
    """
    table = _Table(start, dialect, shown, rules)
    done, size = 0, BLOCK
    header = 0 if dialect.names else 1
    while True:
        try:
            for first, batch in table.batches([*text, *others], size):
                new = batch.slice(max(0, done - first))
                if new.num_rows:
                    yield documents(new, text, others, numbered(f"{shown}: row", done + header + 1), rules)
                    done = first + batch.num_rows
        except _RowOverBlock as error:  # noqa: PERF203 - happens a few times at most
            if size > rules.max_bytes:
                raise _endless(shown, done + header, dialect, rules) from error
            size *= 2
        else:
            return


class _RowOverBlock(Exception):
    """A record did not fit the blocks in which the file was parsed: a signal between the two halves of this file."""


@dataclass
class _Table:
    """A delimited file, parsed from its beginning as often as needed; uneven rows are counted once."""

    start: Callable[[], Content]
    dialect: Dialect
    shown: str
    rules: Rules
    uneven: set[int | None] = field(default_factory=set)
    refused: CorpusError | None = None

    def batches(self, columns: Sequence[str], size: int) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield (number of rows before it, batch) of these columns as bytes."""
        wanted = roots(columns, self._names(size), self.shown) if self._has_rows() else []
        reader = self._guarded(lambda: self._reader(wanted, size)) if wanted else None
        first = 0
        while reader is not None and (batch := self._guarded(lambda: next(reader, None))) is not None:
            yield first, batch
            first += batch.num_rows

    def _has_rows(self) -> bool:
        with_mark = self.start().read(3)
        return bool(without_mark(with_mark, self.shown)[0])

    def _names(self, size: int) -> list[str]:
        if self.dialect.names:
            return list(self.dialect.names)
        found = self._guarded(lambda: self._reader([], size))
        return [] if found is None else list(found.schema.names)

    def _reader(self, wanted: Sequence[str], size: int) -> Any:
        reading = pa.csv.ReadOptions(use_threads=False, block_size=size, column_names=list(self.dialect.names) or None)
        parsing = pa.csv.ParseOptions(
            delimiter=self.dialect.delimiter,
            quote_char=self.dialect.quote or False,
            newlines_in_values=bool(self.dialect.quote),
            invalid_row_handler=self._uneven_row,
        )
        converting = pa.csv.ConvertOptions(
            include_columns=list(wanted),
            column_types={name: pa.large_binary() for name in wanted},
            strings_can_be_null=False,
            check_utf8=False,
        )
        stream = pa.PythonFile(self.start(), "r")
        return pa.csv.open_csv(stream, read_options=reading, parse_options=parsing, convert_options=converting)

    def _guarded(self, action: Callable[[], Any]) -> Any:
        """Return what Arrow returns, None for a file without records; its errors become ours."""
        try:
            return action()
        except pa.ArrowInvalid as error:
            if self.refused:
                raise self.refused from error
            if "straddles two block boundaries" in str(error):
                raise _RowOverBlock from error
            if "Empty CSV file" in str(error):
                return None
            remedy = "mend the file, or set delimiter and quote to what it uses"
            raise CorpusError(f"{self.shown}: {error}; {remedy}") from error

    def _uneven_row(self, row: Any) -> str:
        if row.number not in self.uneven:
            self.uneven.add(row.number)
            cells = f"has {row.actual_columns} cells, not {row.expected_columns}: {row.text[:40]!r}"
            remedy = 'mend the file, set delimiter and quote to what it uses, or set errors = "skip"'
            try:
                self.rules.give_up(UNEVEN, f"{self.shown}: row {row.number} {cells}; {remedy}")
            except CorpusError as error:  # Arrow takes no exceptions from here
                self.refused = error
        return "error" if self.refused else "skip"


def _endless(shown: str, done: int, dialect: Dialect, rules: Rules) -> CorpusError:
    limit = f"max_document_bytes = {rules.max_bytes:,}"
    remedy = (
        f"is a quote {dialect.quote} not closed? 'quote = \"\"' takes quotes as text" if dialect.quote else "raise it"
    )
    return CorpusError(f"{shown}: a row after row {done} is longer than {limit}; {remedy}")
