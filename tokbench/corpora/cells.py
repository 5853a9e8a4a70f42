r"""Cells of a corpus made into text, or refused: nulls, bytes that are not UTF-8, NULs, and what is too long.

    [b"caf\xc3\xa9", None] → ["café"]                 and one document skipped as "null", where `errors = "skip"`
    [b"caf\xe9"]           → CorpusError              where `errors = "strict"`
    [b"caf\xe9"]           → ["caf�"]                 where `errors = "replace"`

Clean cells, which is nearly all of them, are checked in Arrow and not copied.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tokbench.corpora.rules import Place, Rules, mended


def checked(cells: pa.Array, place: Place, rules: Rules) -> tuple[pa.LargeStringArray, pa.BooleanArray | None]:
    """Return the cells as text, and which rows they are (None: all), after the rules.

    `cells` are of any string or binary type, shape (n,); anything else is not text.
    """
    texts = _as_text(cells)
    if texts is not None and _clean(texts, rules.max_bytes):
        return texts, None
    rows = [mended(cell, row, place, rules) for row, cell in enumerate(_as_bytes(cells))]
    kept = pa.array([row is not None for row in rows], pa.bool_())
    return pa.array([row for row in rows if row is not None], pa.large_string()), kept


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
