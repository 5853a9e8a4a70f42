r"""Cells of a corpus made into text, or refused: nulls, bytes that are not UTF-8, NULs, and what is too long.

    [b"caf\xc3\xa9", None] → ["café"]                 and one document skipped as "null", where `errors = "skip"`
    [b"caf\xe9"]           → CorpusError              where `errors = "strict"`
    [b"caf\xe9"]           → ["caf�"]                 where `errors = "replace"`

Clean cells, which is nearly all of them, are checked in Arrow and not copied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa

from tokbench.contracts import Tally
from tokbench.errors import CorpusError

Errors = Literal["strict", "replace", "skip"]
"""What becomes of a document that is not clean text: refused, mended with U+FFFD where that can be, or left out."""

Place = Callable[[int, int | None], str]
"""Where a row stands, or a byte of it, for a message: ``place(3, 14) → "notes.txt: byte 1204 (line 13)"``."""

NOT_UTF8, NUL, NULL, NOT_TEXT, TOO_LONG = "not UTF-8", "NUL", "null", "not text", "too long"
"""Why a document was skipped, as the tally counts it."""


@dataclass(frozen=True)
class Rules:
    """What a corpus takes for text, and where it counts what it left out."""

    errors: Errors = "strict"
    max_bytes: int = 2**26
    tally: Tally = field(default_factory=Tally)

    def give_up(self, reason: str, sentence: str) -> None:
        """Count a skipped document where the recipe asked for that; raise `CorpusError` otherwise."""
        if self.errors != "skip":
            raise CorpusError(sentence)
        self.tally.skip(reason)


def checked(cells: pa.Array, place: Place, rules: Rules) -> tuple[pa.LargeStringArray, pa.BooleanArray | None]:
    """Return the cells as text, and which rows they are (None: all), after the rules.

    `cells` are of any string or binary type, shape (n,); anything else is not text.
    """
    texts = _as_text(cells)
    if texts is not None and _clean(texts, rules.max_bytes):
        return texts, None
    rows = [_mended(cell, row, place, rules) for row, cell in enumerate(_as_bytes(cells))]
    kept = pa.array([row is not None for row in rows], pa.bool_())
    return pa.array([row for row in rows if row is not None], pa.large_string()), kept


def place_in(row_name: Callable[[int], str]) -> Place:
    """Return where rows stand that have a name: ``"a.csv: row 3"``, and ``"a.csv: row 3, byte 14"``."""
    return lambda row, byte: row_name(row) if byte is None else f"{row_name(row)}, byte {byte}"


def is_textual(kind: pa.DataType) -> bool:
    """Tell whether a column of this type can hold text."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_binary_view,
        pa.types.is_null,
    )
    return any(test(kind) for test in tests)


def _as_text(cells: pa.Array) -> pa.LargeStringArray | None:
    """Return the cells as a large_string array of valid UTF-8, or None."""
    try:
        texts = cells if cells.type == pa.large_string() else cells.cast(pa.large_string())
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return texts


def _clean(texts: pa.LargeStringArray, max_bytes: int) -> bool:
    if texts.null_count or not len(texts):
        return not len(texts)
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    if int(np.diff(offsets).max()) > max_bytes:
        return False
    if offsets[0] == offsets[-1]:
        return True
    return bool(np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].all())


def _as_bytes(cells: pa.Array) -> list[bytes | None]:
    found: list[bytes | None] = cells.cast(pa.large_binary()).to_pylist()
    return found


def _mended(cell: bytes | None, row: int, place: Place, rules: Rules) -> str | None:
    """Return the cell as clean text; None where it is left out, which is counted."""
    if cell is None:
        remedy = 'mend it, or set errors = "skip" to leave such documents out'
        rules.give_up(NULL, f"{place(row, None)}: the cell is null; {remedy}")
        return None
    if len(cell) > rules.max_bytes:
        too_long(place(row, None), rules)
        return None
    try:
        text = cell.decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"0x{cell[error.start]:02X} is not UTF-8; save the text as UTF-8"
        return _replaced(cell, NOT_UTF8, f"{place(row, error.start)}: {what}", rules)
    if "\0" not in text:
        return text
    what = "there is a NUL character; is the file binary, or UTF-16? Mend it"
    return _replaced(cell, NUL, f"{place(row, cell.index(0))}: {what}", rules)


def _replaced(cell: bytes, reason: str, problem: str, rules: Rules) -> str | None:
    """Return the cell with U+FFFD for what is not text, where the recipe asked for that."""
    if rules.errors == "replace":
        rules.tally.replaced += 1
        return cell.decode("utf-8", "replace").replace("\0", "\ufffd")
    rules.give_up(reason, f'{problem}, or set errors = "replace" or "skip"')
    return None


def too_long(where: str, rules: Rules) -> None:
    """Refuse or skip a document over the limit."""
    remedy = 'raise the limit, or set errors = "skip" to leave it out'
    rules.give_up(TOO_LONG, f"{where}: the document is longer than max_document_bytes = {rules.max_bytes:,}; {remedy}")
