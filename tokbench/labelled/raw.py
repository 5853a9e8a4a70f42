"""What the readers of formats give: sentences with the tags as the file has them, and what is wrong at which line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tokbench.errors import DataError


@dataclass(frozen=True)
class RawSentence:
    """A sentence whose tags are still as its file has them; `document` counts the marks of documents before it."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    document: int = 0
    text: str | None = None
    offsets: tuple[tuple[int, int], ...] = ()


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, cut at line feeds alone: other separators may be words.

    Raises `DataError` where there is no such file, or it is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            yield from _decoded(file, path)
    except FileNotFoundError as error:
        raise DataError(f"{path}: there is no such file; relative paths start where the recipe stands") from error
    except IsADirectoryError as error:
        raise DataError(f"{path}: this is a folder; name a file, or take 'dataset'") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error


def _decoded(file: IO[str], path: Path) -> Iterator[str]:
    try:
        for line in file:
            yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}; convert it first") from error
