"""What a corpus takes for text, and what becomes of the rest: nulls, what is not UTF-8, NULs, what is too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tokbench.contracts import Tally
from tokbench.documents import Documents
from tokbench.errors import CorpusError
from tokbench.kernels import _kernels
from tokbench.strings import Strings
from tokbench.wording import nearest

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


def is_clean(texts: Strings, rules: Rules) -> bool:
    """Tell whether all of these are text that nothing is to be done about."""
    return _kernels.is_clean(texts.offsets, texts.data, rules.max_bytes)


def cleaned(cells: Iterable[bytes | None], place: Place, rules: Rules) -> Documents:
    """Return the cells as documents, after the rules."""
    rows = (mended(cell, row, place, rules) for row, cell in enumerate(cells))
    return Documents.of(row for row in rows if row is not None)


def numbered(prefix: str, first: int) -> Callable[[int], str]:
    """Return how rows are called: ``numbered("a.csv: row", 7)(2) → "a.csv: row 9"``."""
    return lambda row: f"{prefix} {first + row}"


def place_in(row_name: Callable[[int], str]) -> Place:
    """Return where rows stand that have a name: ``"a.csv: row 3"``, and ``"a.csv: row 3, byte 14"``."""
    return lambda row, byte: row_name(row) if byte is None else f"{row_name(row)}, byte {byte}"


def mended(cell: bytes | None, row: int, place: Place, rules: Rules) -> str | None:
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


def unknown_column(shown: str, column: str, names: Sequence[str]) -> CorpusError:
    """Return the error for a column that does not exist."""
    near = nearest(column, names)
    hint = f"did you mean '{near}'? There are" if near else "there are"
    return CorpusError(f"{shown}: there is no column '{column}'; {hint}: {', '.join(names) or 'none'}")


def too_long(where: str, rules: Rules) -> None:
    """Refuse or skip a document over the limit."""
    remedy = 'raise the limit, or set errors = "skip" to leave it out'
    rules.give_up(TOO_LONG, f"{where}: the document is longer than max_document_bytes = {rules.max_bytes:,}; {remedy}")
