"""Entries of a word-count table: words with counts that are whole numbers.

["the 27", "New York 3"]     → text the, New York; count 27, 3
{"word": "the", "count": 27} → text the;           count 27
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tokbench.contracts import Tally
from tokbench.corpora.columns import cells_of
from tokbench.corpora.paths import codec_of, shown
from tokbench.corpora.rules import Rules
from tokbench.corpora.streams import Content
from tokbench.errors import CorpusError

WORD_FIRST = r"^(?P<word>.*\S)[ \t]+(?P<count>[0-9]+)[ \t]*$"
COUNT_FIRST = r"^[ \t]*(?P<count>[0-9]+)[ \t](?P<word>.*\S.*)$"
WHOLE_NUMBER = r"^[ \t]*[0-9]+[ \t]*$"

NOT_AN_ENTRY, NO_COUNT, ZERO = "not a word and a count", "not a count", "count 0"
"""Why an entry was left out, as the tally counts it."""


@dataclass
class Entries:
    """The entries of a file, in order; messages count them from 1."""

    table: Any
    """The part `Table`, which reads by this module."""
    shown: str
    tally: Tally
    done: int = 0

    def of_lines(self, batches: Iterable[pa.RecordBatch], names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the entries of lines that hold a word and a count in this order, or the other."""
        word_first = names.index(self.table.word) < names.index(self.table.count)
        for batch in batches:
            found = pc.extract_regex(batch.column("text"), WORD_FIRST if word_first else COUNT_FIRST)
            wanted = "a word, white space and a count" if word_first else "a count, white space and a word"
            kept = self._kept(batch.column("text"), found.is_valid(), NOT_AN_ENTRY, wanted)
            words, counts = (pc.struct_field(found.filter(kept), name) for name in ("word", "count"))
            yield self._entries(pa.record_batch([words, counts], names=["text", "count"]))

    def of_rows(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the entries of rows with a text and a count of any type."""
        for batch in batches:
            counts = cells_of(batch, self.table.count)
            yield self._entries(batch.set_column(batch.schema.names.index(self.table.count), "count", counts))

    def _entries(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch with counts as int64, without those that are none, and with the prefix."""
        cells = _as_text(batch.column("count"))
        kept = self._kept(cells, pc.match_substring_regex(cells, WHOLE_NUMBER), NO_COUNT, "a whole number")
        self.done += batch.num_rows
        batch = batch.filter(kept)
        counts = self._whole(cells.filter(kept))
        if zeros := pc.sum(pc.equal(counts, 0)).as_py():
            self.tally.skip(ZERO, zeros)
        prefix, nothing = pa.scalar(self.table.prefix, pa.large_string()), pa.scalar("", pa.large_string())
        texts = pc.binary_join_element_wise(prefix, batch.column("text").cast(pa.large_string()), nothing)
        others = [name for name in batch.schema.names if name not in ("text", "count")]
        arrays = [texts, counts, *(batch.column(name) for name in others)]
        return pa.record_batch(arrays, names=["text", "count", *others]).filter(pc.greater(counts, 0))

    def _kept(self, cells: pa.Array, sound: pa.Array, reason: str, wanted: str) -> pa.Array:
        """Return which entries are sound; the others are refused, or counted and left out."""
        sound = pc.fill_null(sound, False)
        bad = pc.indices_nonzero(pc.invert(sound)).to_pylist()
        for index in bad:
            said = cells[index].as_py()
            remedy = 'mend it, set word, count, columns and delimiter to what the file has, or errors = "skip"'
            where = f"{self.shown}: entry {self.done + index + 1}"
            rules = Rules(self.table.errors, tally=self.tally)
            rules.give_up(reason, f"{where} holds {said!r:.60}, not {wanted}; {remedy}")
        return sound

    def _whole(self, cells: pa.Array) -> pa.Array:
        try:
            return pc.cast(pc.utf8_trim_whitespace(cells), pa.int64())
        except pa.ArrowInvalid as error:
            raise CorpusError(f"{self.shown}: a count is over 2⁶³ - 1; scale the counts down") from error


def first_line(path: Path) -> str:
    """Return the first line of a file, as far as it can be read as text."""
    content = Content(path, codec_of(path), shown(path))
    try:
        line = content.read().removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").partition(b"\n")[0]
    finally:
        content.close()
    return line.decode("utf-8", "replace").strip("\r\n")


def order(cells: Sequence[str], table: Any, shown: str) -> tuple[str, ...]:
    """Return the names of the columns by the cells of the first line; none where it is a header.

    ``["the", "27"] → (word, count)``, ``["27", "the"] → (count, word)``, ``["word", "count"] → ()``.
    Raises `CorpusError` where the line does not tell.
    """
    numbers = [cell.strip(' \t"+-').isdecimal() for cell in cells]
    if not any(numbers):
        return ()
    if len(cells) == 2 and sum(numbers) == 1:
        return (table.word, table.count) if numbers[1] else (table.count, table.word)
    remedy = f'name the columns in their order, as in columns = ["{table.word}", "{table.count}"]'
    raise CorpusError(f"{shown}: the first line does not show which column is which; {remedy}")


def _as_text(cells: pa.Array) -> pa.LargeStringArray:
    if pa.types.is_binary(cells.type):
        cells = cells.cast(pa.large_binary())
    return cells.cast(pa.large_string())
