"""A file read after the options of `files`: which reader takes it, and with what."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from tokbench.contracts import Tally
from tokbench.corpora.cells import Rules
from tokbench.corpora.columnar import read_arrow, read_parquet
from tokbench.corpora.delimited import Dialect, read_delimited
from tokbench.corpora.json_rows import read_json, read_json_lines
from tokbench.corpora.lines import read_document, read_lines
from tokbench.corpora.paths import codec_of, shown
from tokbench.corpora.streams import Content
from tokbench.errors import CorpusError


@dataclass
class Reading:
    """One file on its way to documents; counts what it leaves out in `tally`, and keeps the file's digest there."""

    options: Any
    """The part `Files`, which reads by this module."""
    path: Path
    format: str
    columns: Sequence[str]
    tally: Tally

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """Yield the documents; when they all are read, the sha256 of the file is `tally.digests[name]`."""
        self._content = self._start()
        before = self.tally.stored
        try:
            for batch in self._documents():
                self.tally.stored = before + self._content.position
                yield batch
            self.tally.digests[name] = self._content.digest()
            self.tally.stored = before + self._content.position
        finally:
            self._content.close()

    def _documents(self) -> Iterator[pa.RecordBatch]:
        where, rules = shown(self.path), Rules(self.options.errors, self.options.max_document_bytes, self.tally)
        text = (self.options.text,) if isinstance(self.options.text, str) else self.options.text
        match self.format:
            case "txt" | "md":
                return self._plain(where, text, rules)
            case "jsonl":
                return read_json_lines(self._content, text, self.columns, where, rules)
            case "json":
                return read_json(self._content, text, self.columns, where, rules)
            case "csv" | "tsv":
                return read_delimited(self._restart, self._dialect(), text, self.columns, where, rules)
            case _:
                return self._columnar(where, text, rules)

    def _plain(self, where: str, text: Sequence[str], rules: Rules) -> Iterator[pa.RecordBatch]:
        if unknown := [name for name in (*text, *self.columns) if name != "text"]:
            raise CorpusError(f"{where}: a file of plain text has no column '{unknown[0]}'; its one column is 'text'")
        by = self.options.by or {"txt": "line", "md": "document"}[self.format]
        return (read_lines if by == "line" else read_document)(self._content, where, rules)

    def _columnar(self, where: str, text: Sequence[str], rules: Rules) -> Iterator[pa.RecordBatch]:
        read = read_parquet if self.format == "parquet" else read_arrow
        with self._seekable() as file:
            yield from read(file, text, self.columns, where, rules)

    def _dialect(self) -> Dialect:
        comma, quote = (",", '"') if self.format == "csv" else ("\t", "")
        given = self.options.quote
        return Dialect(self.options.delimiter or comma, quote if given is None else given, self.options.columns)

    def _start(self) -> Content:
        try:
            return Content(self.path, codec_of(self.path), shown(self.path))
        except OSError as error:
            raise CorpusError(f"{shown(self.path)}: the file cannot be read: {error.strerror}") from error

    def _restart(self) -> Content:
        """Return the content from its beginning."""
        self._content.close()
        self._content = self._start()
        return self._content

    def _seekable(self) -> pa.NativeFile:
        """Return the content for readers that jump: the file itself, or a temporary one where it is compressed."""
        if codec_of(self.path) is None:
            return pa.OSFile(str(self.path))
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed, and so gone, when the reader is done with it
        for block in self._content:
            copy.write(block)
        copy.seek(0)
        return pa.PythonFile(copy, "r")
