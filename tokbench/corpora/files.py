"""The corpus part `files`: text, Markdown, JSON, CSV, TSV, Parquet and Arrow files, compressed or not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from tokbench.contracts import Tally, Unit
from tokbench.corpora.paths import FORMATS, files, format_of, short_names, shown
from tokbench.errors import CorpusError

if TYPE_CHECKING:
    import pyarrow as pa

    from tokbench.corpora.reading import Reading
    from tokbench.documents import Documents

Some = TypeVar("Some")
Format = Literal["txt", "md", "json", "jsonl", "csv", "tsv", "parquet", "arrow"]


@dataclass(frozen=True)
class Files:
    """Files of text: txt, md, json, jsonl, csv, tsv, parquet or arrow, plain or .gz, .zst, .xz, .bz2.

    path: files, folders (all files below them) or globs (`*`, `?`, `[…]`, `**`), relative to the recipe
    format: what the files are, where their names do not say
    text: the column that holds the text, or several: each cell is a document; `a.b` is the field b of a column a
    by: of txt and md: whether a document is a line (txt's default) or a file (md's)
    columns: of csv and tsv: the names of the columns, where the file has no header row
    delimiter: of csv and tsv: what stands between cells; a comma and a tab where not given
    quote: of csv and tsv: what cells may be quoted with, `""` for nothing; `"` for csv and nothing for tsv by default
    errors: what to do with a document that is null, not text, not UTF-8, holds a NUL, is too long, or cannot be
        parsed: refuse the corpus ("strict"), put U+FFFD for bad bytes and NULs ("replace"), or leave it out ("skip")
    max_document_bytes: a longer document is an error, so that memory stays bounded
    """

    path: Path | tuple[Path, ...]
    format: Format | None = None
    text: str | tuple[str, ...] = "text"
    by: Literal["line", "document"] | None = None
    columns: tuple[str, ...] = ()
    delimiter: str | None = None
    quote: str | None = None
    errors: Literal["strict", "replace", "skip"] = "strict"
    max_document_bytes: int = 2**26

    def __post_init__(self) -> None:
        if self.delimiter is not None and len(self.delimiter.encode()) != 1:
            raise ValueError("delimiter must be one ASCII character")
        if self.quote is not None and len(self.quote.encode()) > 1:
            raise ValueError("quote must be one ASCII character, or empty")
        if not self.path or not self.text:
            raise ValueError("path and text must not be empty")
        if self.max_document_bytes < 1:
            raise ValueError("max_document_bytes must be at least 1")

    def units(self) -> Sequence[Unit]:
        """Return a unit for each file; raises `CorpusError` where a path gives none, or all of them are empty."""
        found = files(self.path if isinstance(self.path, tuple) else (self.path,))
        handles = [(str(path), self._format_of(path)) for path in found]
        if not any(path.stat().st_size for path in found):
            names = ", ".join(shown(path) for path in found[:3])
            raise CorpusError(f"{names}{', …' if len(found) > 3 else ''}: empty; there is no text to train on")
        named = zip(short_names(found), found, handles, strict=True)
        return [Unit(name, _identity(path), handle, path.stat().st_size) for name, path, handle in named]

    def beside(self, unit: Unit) -> Unit:
        """Return the unit of a file that is read while others are: in larger blocks."""
        return replace(unit, handle=(*unit.handle, "beside"))

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:
        """Yield the documents of a file."""
        return _whole(unit, self._reading(unit, columns, tally).batches(unit.name))

    def read_documents(self, unit: Unit, tally: Tally) -> Iterator[Documents]:
        """Yield them in plain buffers: of plain text and JSON, without Arrow."""
        return _whole(unit, self._reading(unit, (), tally).documents(unit.name))

    def _reading(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Reading:
        from tokbench.corpora.reading import Reading

        path, form, *beside = unit.handle
        return Reading(self, Path(path), form, columns, tally, beside=bool(beside))

    def _format_of(self, path: Path) -> str:
        found = self.format or format_of(path)
        if found is None:
            known = ", ".join(sorted(set(FORMATS.values())))
            remedy = f"set format to one of {known}, or name the files to read by a glob"
            raise CorpusError(f"{shown(path)}: the name does not say what the file is; {remedy}")
        return found


def _whole(unit: Unit, batches: Iterator[Some]) -> Iterator[Some]:
    """Yield the batches of a file that must not change meanwhile."""
    path = Path(unit.handle[0])
    if _identity(path) != unit.fingerprint:
        raise CorpusError(f"{shown(path)}: the file changed after the build began; build again")
    yield from batches
    if _identity(path) != unit.fingerprint:
        raise CorpusError(f"{shown(path)}: the file changed while it was read; build again")


def _identity(path: Path) -> str:
    """Return what changes when a file does, without reading it: its path, size and times."""
    try:
        found = path.stat()
    except OSError as error:
        raise CorpusError(f"{shown(path)}: the file cannot be read: {error.strerror}") from error
    return hashlib.sha256(f"{path}\n{found.st_size}\n{found.st_mtime_ns}\n{found.st_ctime_ns}".encode()).hexdigest()
