"""Paths, globs and folders made into a list of files, in an order that is the same on every machine."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokbench.errors import CorpusError
from tokbench.wording import nearest

FORMATS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
"""Formats by the suffix of a file's name, before that of its compression."""

CODECS = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd", ".xz": "xz", ".bz2": "bz2"}
"""Compression by the last suffix of a file's name."""

MARKERS = frozenset({"_SUCCESS", "_metadata", "_common_metadata"})
"""Files without text that Spark and Parquet writers leave in a folder."""


def files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that the paths, globs and folders name, each once, sorted within each of them.

    A folder gives all files below it but the hidden ones. Raises `CorpusError` where one gives none.
    """
    found = [file for path in paths for file in _files_of(path)]
    return list(dict.fromkeys(found))


def format_of(path: Path) -> str | None:
    """Return the format by a file's name: ``en.jsonl.zst → "jsonl"``, or None."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in CODECS:
        suffixes.pop()
    return FORMATS.get(suffixes[-1]) if suffixes else None


def codec_of(path: Path) -> str | None:
    """Return how a file is compressed, by its name: ``en.jsonl.zst → "zstd"``, or None."""
    return CODECS.get(path.suffix.lower())


def short_names(paths: Sequence[Path]) -> list[str]:
    """Return the paths below the folder that they share: ``/d/en/a.txt, /d/fi/a.txt → en/a.txt, fi/a.txt``."""
    if not paths:
        return []
    shared = Path(os.path.commonpath([path.parent for path in paths]))
    return [_on_one_line(path.relative_to(shared).as_posix()) for path in paths]


def shown(path: Path) -> str:
    """Return the path as a message names it: from the current folder where the file lies below it."""
    try:
        return _on_one_line(path.relative_to(Path.cwd()).as_posix())
    except ValueError:
        return _on_one_line(str(path))


def _on_one_line(path: str) -> str:
    """Return a path as one line of a message holds it: line ends and other controls as escapes."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda odd: odd[0].encode("unicode_escape").decode(), path)


def _files_of(path: Path) -> list[Path]:
    path = Path(os.path.abspath(path))
    if path.is_dir():
        return _below(path)
    if path.exists():
        return [path]
    if not glob.has_magic(str(path)):
        raise CorpusError(f"{shown(path)}: there is no such file; {_near(path)}")
    matches = sorted(Path(match) for match in glob.glob(str(path), recursive=True))
    matches = [match for match in matches if match.is_file()]
    if not matches:
        raise CorpusError(f"{shown(path)}: no file matches; {_near(path)}")
    return matches


def _below(folder: Path) -> list[Path]:
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not _hidden(file.relative_to(folder)))
    if not found:
        raise CorpusError(f"{shown(folder)}: the folder holds no files; name one that does")
    return found


def _hidden(path: Path) -> bool:
    return path.name in MARKERS or any(part.startswith(".") for part in path.parts)


def _near(path: Path) -> str:
    """Return how to mend a path: an entry of nearly the name where it ends to exist, or what there is."""
    folder = next(parent for parent in path.parents if parent.is_dir())
    there = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    if near := nearest(path.relative_to(folder).parts[0], there):
        return f"did you mean '{shown(folder / near)}'?"
    some = ", ".join(there[:5]) + (", …" if len(there) > 5 else "")
    return f"the folder '{shown(folder)}' holds {some or 'nothing'}"
