"""Text for the benchmarks: documents of a JSON lines file, a line each, as much as is asked for.

Beyond what there is, text is repeated with salt: in each copy every twentieth word gets letters of its own, so that the
distinct words grow with the text, as they do in the world.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EVERY = 20
"""Of so many words one is salted."""
BLOCK = 4 << 20


def lines_of(corpus: Path) -> Iterator[bytes]:
    """Yield the documents of a JSON lines file (plain or compressed; field `text`), a line each."""
    import pyarrow as pa

    with pa.input_stream(corpus) as stream:
        for line in io.BufferedReader(stream):
            if document := " ".join(json.loads(line)["text"].splitlines()).strip():
                yield document.encode() + b"\n"


def write_text(corpora: list[Path], target: Path, size: int) -> int:
    """Write so many bytes of text, and the rest of a line, once or in salted copies; return the bytes written."""
    written = copy = 0
    with target.open("wb") as file:
        while written < size:
            for block in _blocks(line for corpus in corpora for line in lines_of(corpus)):
                text = salted(block, copy) if copy else block
                written += file.write(text[: text.find(b"\n", size - written) + 1 or None])
                if written >= size:
                    break
            copy += 1
    return written


def _blocks(lines: Iterator[bytes]) -> Iterator[bytes]:
    block: list[bytes] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= BLOCK:
            yield b"".join(block)
            block, size = [], 0
    yield b"".join(block)


def salted(block: bytes, copy: int) -> bytes:
    """Return text in which every twentieth word ends in letters of the copy: ``… the … → … thebc …``."""
    import numpy as np

    text = np.frombuffer(block, np.uint8)
    places = np.flatnonzero(text == ord(" "))[copy % EVERY :: EVERY]
    letters: Any = np.array([ord("a") + copy // 26 % 26, ord("a") + copy % 26], np.uint8)
    return bytes(np.insert(text, np.repeat(places, 2), np.tile(letters, len(places))).tobytes())
