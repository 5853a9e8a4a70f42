"""The corpus part `table`: words with their counts, for training without text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from tokbench.contracts import Tally, Unit
from tokbench.corpora.files import Files
from tokbench.corpora.paths import format_of, shown

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = {"csv": ",", "tsv": "\t"}


@dataclass(frozen=True)
class Table:
    """Word counts instead of text: CSV, TSV, Parquet, Arrow or JSON, or a word and a count on each line.

    In a list, and in a CSV or TSV file without a header row, the word comes before the count or after it: the first
    line shows which, or `columns` says so.

    path: files, folders or globs, relative to the recipe
    format: what the files are, where their names do not say; "list" (.txt): a word, white space and a count a line
    word: the column of words
    count: the column of counts
    columns: the names of the columns of a CSV or TSV file without a header row, or the order of a list
    delimiter: of csv and tsv: what stands between cells
    prefix: put before each word, as `" "` where the words of a text would begin with a space
    errors: what to do with a row that is not a word and a count: refuse the corpus ("strict"), put U+FFFD for bytes
        that are not text ("replace"), or leave it out ("skip")
    """

    counted: ClassVar[bool] = True

    path: Path | tuple[Path, ...]
    format: Literal["list", "csv", "tsv", "parquet", "arrow", "json", "jsonl"] | None = None
    word: str = "word"
    count: str = "count"
    columns: tuple[str, ...] = ()
    delimiter: str | None = None
    prefix: str = ""
    errors: Literal["strict", "replace", "skip"] = "strict"

    def __post_init__(self) -> None:
        if self.columns and not {self.word, self.count} <= set(self.columns):
            raise ValueError(f"columns must name '{self.word}' and '{self.count}', the columns of words and of counts")
        if self.word == self.count:
            raise ValueError("word and count must be two columns")
        self._files("csv", self.columns)

    def units(self) -> Sequence[Unit]:
        """Return a unit for each file."""
        return self._files("txt", ()).units()

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield words as `text`, and their `count`."""
        from tokbench.corpora.entries import Entries

        path = Path(unit.handle[0])
        kind, names = self._kind(path), self._names(path)
        entries = Entries(self, shown(path), tally)
        if kind == "list":
            lines = self._files("txt", ()).read(replace(unit, handle=(str(path), "txt")), columns, tally)
            yield from entries.of_lines(lines, names or (self.word, self.count))
        else:
            unit = replace(unit, handle=(str(path), kind))
            yield from entries.of_rows(self._files(kind, names).read(unit, (self.count, *columns), tally))

    def _names(self, path: Path) -> tuple[str, ...]:
        """Return the names of the columns where the file does not give them, by its first line."""
        from tokbench.corpora.entries import first_line, order

        kind = self._kind(path)
        if self.columns or kind not in ("list", *DELIMITERS):
            return self.columns
        line = first_line(path)
        if kind == "list":
            cells = line.split()
            return order([cells[0], cells[-1]] if len(cells) > 2 else cells, self, shown(path))
        return order(line.split(self.delimiter or DELIMITERS[kind]), self, shown(path))

    def _kind(self, path: Path) -> str:
        found = self.format or format_of(path)
        return "list" if found in (None, "txt", "md") else found

    def _files(self, kind: str | None, columns: tuple[str, ...]) -> Files:
        text = "text" if kind == "txt" else self.word
        return Files(self.path, kind, text, "line", columns, self.delimiter, errors=self.errors)  # type: ignore[arg-type]
