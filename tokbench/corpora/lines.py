"""Plain text: a document a line, or a document a file.

Lines end in LF or CRLF, which are not part of the document, and a byte order mark at the start of a file is not text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tokbench.corpora.cells import Place, Rules, checked, too_long
from tokbench.errors import CorpusError
from tokbench.kernels import _kernels

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = {b"\xff\xfe": "UTF-16LE", b"\xfe\xff": "UTF-16BE"}


@dataclass(frozen=True)
class Block:
    """Whole lines of a file, the last of which may lack its end."""

    data: bytes
    offset: int
    """Where its first byte stands in the file."""
    line: int
    """The number of its first line, from 1."""
    ends: int
    """How many line feeds it has."""


def read_lines(blocks: Iterable[bytes], shown: str, rules: Rules) -> Iterator[pa.RecordBatch]:
    """Yield a batch of `text` for each block, a row for each line."""
    for block in line_blocks(blocks, shown, rules):
        texts, _ = checked(split_lines(block.data), _place_in(block, shown), rules)
        yield pa.record_batch([texts], names=["text"])


def read_document(blocks: Iterable[bytes], shown: str, rules: Rules) -> Iterator[pa.RecordBatch]:
    """Yield one batch of one row, the whole file; nothing where the file is empty."""
    parts: list[bytes] = []
    for part in blocks:
        parts.append(part)
        if sum(map(len, parts)) > rules.max_bytes:
            too_long(shown, rules)
            return
    if parts:
        data, start = without_mark(b"".join(parts), shown)
        texts, _ = checked(one_row(data, len(data)), lambda _, byte: f"{shown}: byte {start + (byte or 0)}", rules)
        yield pa.record_batch([texts], names=["text"])


def line_blocks(blocks: Iterable[bytes], shown: str, rules: Rules) -> Iterator[Block]:
    """Yield the content in blocks of whole lines; a line over the limit is refused, or left out whole.

    Memory: a block and the longest line that is allowed.
    """
    rest: list[bytes] = []
    offset, line, dropping = 0, 1, False
    for number, data in enumerate(blocks):
        if number == 0:
            data, offset = without_mark(data, shown)
        if dropping:
            end = data.find(b"\n") + 1 or len(data)
            dropping = not data[:end].endswith(b"\n")
            data, offset, line = data[end:], offset + end, line + (not dropping)
        cut = data.rfind(b"\n") + 1
        if cut:
            whole = b"".join([*rest, memoryview(data)[:cut]])
            ends = whole.count(b"\n")
            yield Block(whole, offset, line, ends)
            offset, line, rest = offset + len(whole), line + ends, []
        rest.append(data[cut:])
        if (size := sum(map(len, rest))) > rules.max_bytes:
            too_long(f"{shown}: line {line}", rules)
            offset, rest, dropping = offset + size, [], True
    if any(rest):
        yield Block(b"".join(rest), offset, line, 0)


def without_mark(data: bytes, shown: str) -> tuple[bytes, int]:
    """Return the start of a file without the byte order mark of UTF-8, and its length; that of UTF-16 is refused."""
    if other := OTHER_MARKS.get(data[:2]):
        raise CorpusError(f"{shown}: the file is {other}, not UTF-8; convert it: iconv -f {other} -t UTF-8")
    stripped = data.removeprefix(BYTE_ORDER_MARK)
    return stripped, len(data) - len(stripped)


def split_lines(data: bytes) -> pa.LargeBinaryArray:
    r"""Return the lines without their ends: ``b"a\r\nb\n" → [b"a", b"b"]``."""
    offsets, text = _kernels.split_lines(data)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(offsets) - 1, buffers)


def one_row(data: bytes, length: int) -> pa.LargeBinaryArray:
    """Return an array of one row that shares the first `length` bytes."""
    offsets = pa.py_buffer(np.array([0, length], np.int64))
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)])


def _place_in(block: Block, shown: str) -> Place:
    """Return where a byte of a line stands in the file; only looked up for a message."""

    def place(row: int, byte: int | None) -> str:
        start = block.offset + len(block.data) - len(block.data.split(b"\n", row)[-1])
        return f"{shown}: byte {start + (byte or 0)} (line {block.line + row})"

    return place
