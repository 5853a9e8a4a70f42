"""Text for the benchmarks: documents of a JSON lines file, a line each, as much as is asked for.

Beyond what there is, text is repeated with salt: in each copy every twentieth word gets letters of its own, so that the
distinct words grow with the text, as they do in the world.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterator
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


def write_documents(path: Path, documents: list[bytes]) -> None:
    """Write documents to a file of the format and compression that its name says."""
    import pyarrow as pa
    from pyarrow import parquet

    texts = [document.decode() for document in documents]
    table = pa.table({"text": pa.array(texts, pa.large_string())})
    if path.suffix == ".parquet":
        parquet.write_table(table, path, compression=path.suffixes[0][1:], use_dictionary=False)
    elif path.suffix == ".arrow":
        with pa.ipc.new_file(str(path), table.schema) as writer:
            writer.write_table(table, max_chunksize=1000)
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text"], *([text] for text in texts)])
    elif path.suffix == ".txt":
        path.write_bytes(b"\n".join(documents) + b"\n")
    else:
        lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts).encode()
        path.write_bytes(_compressed(path.suffix, lines))


def _compressed(suffix: str, content: bytes) -> bytes:
    import pyarrow as pa

    if suffix == ".zst":
        return bytes(pa.compress(content, "zstd", asbytes=True))
    compress: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress, ".xz": lambda data: lzma.compress(data, preset=6), ".bz2": bz2.compress, ".jsonl": bytes
    }  # fmt: skip
    return compress[suffix](content)
