"""A file read after the options of `files`: which reader takes it, and with what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tokbench.contracts import Tally
from tokbench.corpora.json_values import json_documents, line_documents
from tokbench.corpora.lines import read_document, read_lines
from tokbench.corpora.paths import codec_of, shown
from tokbench.corpora.rules import Rules
from tokbench.corpora.streams import BLOCK, BLOCK_BESIDE, Content
from tokbench.documents import Documents
from tokbench.errors import CorpusError

if TYPE_CHECKING:
    import pyarrow as pa

    from tokbench.corpora.delimited import Dialect

Some = TypeVar("Some")


@dataclass
class Reading:
    """One file on its way to documents; counts what it leaves out in `tally`, and keeps the file's digest there."""

    options: Any
    """The part `Files`, which reads by this module."""
    path: Path
    format: str
    columns: Sequence[str]
    tally: Tally
    beside: bool = False
    """Whether other threads read other files meanwhile."""

    def documents(self, name: str) -> Iterator[Documents]:
        """Yield the documents; when they all are read, the sha256 of the file is `tally.digests[name]`."""
        if self.format in ("txt", "md", "json", "jsonl") and not self.columns:
            return self._told(name, self._documents())
        return map(Documents.of_arrow, self.batches(name))

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """Yield the same in Arrow batches, with the columns that are asked for."""
        if self.format in ("txt", "md") or (self.format in ("json", "jsonl") and not self.columns):
            return map(Documents.arrow, self._told(name, self._documents()))
        return self._told(name, self._rows())

    def _told(self, name: str, batches: Iterator[Some]) -> Iterator[Some]:
        """Yield the batches, and say how far they are."""
        self._content = self._start()
        before = self.tally.stored
        try:
            for batch in batches:
                self.tally.stored = before + self._content.position
                yield batch
            self.tally.digests[name] = self._content.digest()
            self.tally.stored = before + self._content.position
        finally:
            self._content.close()

    def _documents(self) -> Iterator[Documents]:
        where, text, rules = self._asked()
        match self.format:
            case "jsonl":
                yield from line_documents(self._content, text, where, rules)
            case "json":
                yield from json_documents(self._content, text, where, rules)
            case _:
                yield from self._plain(where, text, rules)

    def _rows(self) -> Iterator[pa.RecordBatch]:
        from tokbench.corpora.delimited import read_delimited
        from tokbench.corpora.json_rows import read_json, read_json_lines

        where, text, rules = self._asked()
        match self.format:
            case "jsonl":
                yield from read_json_lines(self._content, text, self.columns, where, rules)
            case "json":
                yield from read_json(self._content, text, self.columns, where, rules)
            case "csv" | "tsv":
                yield from read_delimited(self._restart, self._dialect(), text, self.columns, where, rules)
            case _:
                yield from self._columnar(where, text, rules)

    def _asked(self) -> tuple[str, Sequence[str], Rules]:
        """Return what messages call the file, its text columns, and the rules for them."""
        text = (self.options.text,) if isinstance(self.options.text, str) else self.options.text
        return shown(self.path), text, Rules(self.options.errors, self.options.max_document_bytes, self.tally)

    def _plain(self, where: str, text: Sequence[str], rules: Rules) -> Iterator[Documents]:
        if unknown := [name for name in (*text, *self.columns) if name != "text"]:
            raise CorpusError(f"{where}: a file of plain text has no column '{unknown[0]}'; its one column is 'text'")
        by = self.options.by or {"txt": "line", "md": "document"}[self.format]
        return (read_lines if by == "line" else read_document)(self._content, where, rules)

    def _columnar(self, where: str, text: Sequence[str], rules: Rules) -> Iterator[pa.RecordBatch]:
        from tokbench.corpora.columnar import read_arrow, read_parquet

        read = read_parquet if self.format == "parquet" else read_arrow
        with self._seekable() as file:
            yield from read(file, text, self.columns, where, rules)

    def _dialect(self) -> Dialect:
        from tokbench.corpora.delimited import Dialect

        comma, quote = (",", '"') if self.format == "csv" else ("\t", "")
        given = self.options.quote
        return Dialect(self.options.delimiter or comma, quote if given is None else given, self.options.columns)

    def _start(self) -> Content:
        try:
            block = BLOCK_BESIDE if self.beside else BLOCK
            return Content(self.path, codec_of(self.path), shown(self.path), block)
        except OSError as error:
            raise CorpusError(f"{shown(self.path)}: the file cannot be read: {error.strerror}") from error

    def _restart(self) -> Content:
        """Return the content from its beginning."""
        self._content.close()
        self._content = self._start()
        return self._content

    def _seekable(self) -> pa.NativeFile:
        """Return the content for readers that jump: the file itself, or a temporary one where it is compressed."""
        import pyarrow as pa

        if codec_of(self.path) is None:
            return pa.OSFile(str(self.path))
        import tempfile

        copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed, and so gone, when the reader is done with it
        for block in self._content:
            copy.write(block)
        copy.seek(0)
        return pa.PythonFile(copy, "r")
