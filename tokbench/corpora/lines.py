"""Plain text: a document a line, or a document a file.

Lines end in LF or CRLF, which are not part of the document, and a byte order mark at the start of a file is not text.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from tokbench.corpora.rules import Place, Rules, cleaned, is_clean, too_long
from tokbench.documents import Documents
from tokbench.errors import CorpusError
from tokbench.kernels import _kernels
from tokbench.strings import Strings

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OTHER_MARKS = {b"\xff\xfe": "UTF-16LE", b"\xfe\xff": "UTF-16BE"}


class Block:
    """Whole lines of a file, the last of which may lack its end: the beginning of the first, and what was read then.

    Kernels take the two as they are; they are joined where something else looks at the lines.
    """

    def __init__(self, before: bytes, text: bytes, size: int, offset: int, line: int) -> None:
        self.before = before
        """How the first line begins."""
        self.text = text
        self.size = size
        """How many bytes of `text` belong to the block."""
        self.offset = offset
        """Where its first byte stands in the file."""
        self.line = line
        """The number of its first line, from 1."""

    @cached_property
    def data(self) -> bytes:
        """The lines."""
        return b"".join([self.before, memoryview(self.text)[: self.size]])

    @cached_property
    def ends(self) -> int:
        """How many line feeds it has; whoever counts them anyway says so."""
        return _kernels.count_lines(self.data)


def read_lines(blocks: Iterable[bytes], shown: str, rules: Rules) -> Iterator[Documents]:
    """Yield the documents of each block, one a line."""
    for block in line_blocks(blocks, shown, rules):
        block.ends, laid_out, clean = _kernels.split_lines(block.before, block.text, block.size, rules.max_bytes)
        texts = Strings(*laid_out)
        if clean:
            yield Documents(texts)
        else:
            lines = (bytes(texts.data[start:end]) for start, end in pairwise(texts.offsets))
            yield cleaned(lines, _place_in(block, shown), rules)


def read_document(blocks: Iterable[bytes], shown: str, rules: Rules) -> Iterator[Documents]:
    """Yield one document, the whole file; nothing where the file is empty."""
    parts: list[bytes] = []
    for part in blocks:
        parts.append(part)
        if sum(map(len, parts)) > rules.max_bytes:
            too_long(shown, rules)
            return
    if parts:
        data, start = without_mark(b"".join(parts), shown)
        texts = Strings(memoryview(array("q", [0, len(data)])), memoryview(data))
        if is_clean(texts, rules):
            yield Documents(texts)
        else:
            yield cleaned([data], lambda _, byte: f"{shown}: byte {start + (byte or 0)}", rules)


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
            block = Block(b"".join(rest), data, cut, offset, line)
            yield block
            offset, line, rest = offset + len(block.before) + cut, line + block.ends, []
        rest.append(data[cut:])
        if (size := sum(map(len, rest))) > rules.max_bytes:
            too_long(f"{shown}: line {line}", rules)
            offset, rest, dropping = offset + size, [], True
    if any(rest):
        yield Block(b"".join(rest), b"", 0, offset, line)


def without_mark(data: bytes, shown: str) -> tuple[bytes, int]:
    """Return the start of a file without the byte order mark of UTF-8, and its length; that of UTF-16 is refused."""
    if other := OTHER_MARKS.get(data[:2]):
        raise CorpusError(f"{shown}: the file is {other}, not UTF-8; convert it: iconv -f {other} -t UTF-8")
    stripped = data.removeprefix(BYTE_ORDER_MARK)
    return stripped, len(data) - len(stripped)


def _place_in(block: Block, shown: str) -> Place:
    """Return where a byte of a line stands in the file; only looked up for a message."""

    def place(row: int, byte: int | None) -> str:
        start = block.offset + len(block.data) - len(block.data.split(b"\n", row)[-1])
        return f"{shown}: byte {start + (byte or 0)} (line {block.line + row})"

    return place
