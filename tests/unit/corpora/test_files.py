"""Files of every format, plain and compressed, give the same documents."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.contracts import Tally
from tokbench.corpora.files import Files
from tokbench.corpora.source import Source
from tokbench.corpora.stream import texts, work_units
from tokbench.errors import CorpusError

DOCUMENTS = ["Ärger über Öl", 'a "quoted" word, and a comma', "日本語 😀", "e\u0301\u200d", "last"]
TABLE = pa.table({"id": range(len(DOCUMENTS)), "text": DOCUMENTS})


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstd,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}


def csv_bytes(delimiter: str) -> bytes:
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(TABLE, sink, pa.csv.WriteOptions(delimiter=delimiter))
    return sink.getvalue().to_pybytes()


def parquet_bytes() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(TABLE, sink, row_group_size=2)
    return sink.getvalue().to_pybytes()


def ipc_bytes(opened: Callable[..., pa.RecordBatchWriter]) -> bytes:
    sink = pa.BufferOutputStream()
    with opened(sink, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=2)
    return sink.getvalue().to_pybytes()


CONTENTS = {
    "lines.txt": "\n".join(DOCUMENTS).encode(),
    "windows.txt": b"\xef\xbb\xbf" + "\r\n".join([*DOCUMENTS, ""]).encode(),
    "rows.jsonl": "".join(json.dumps(row) + "\n" for row in TABLE.to_pylist()).encode(),
    "rows.ndjson": "\n\n".join(json.dumps(row, ensure_ascii=False) for row in TABLE.to_pylist()).encode(),
    "strings.jsonl": "\n".join(json.dumps(text) for text in DOCUMENTS).encode(),
    "list.json": json.dumps(TABLE.to_pylist(), indent=1).encode(),
    "strings.json": json.dumps(DOCUMENTS, ensure_ascii=False).encode(),
    "lines.json": "".join(json.dumps(row) + "\n" for row in TABLE.to_pylist()).encode(),
    "rows.csv": csv_bytes(","),
    "rows.tsv": b"id\ttext\n" + "".join(f"{n}\t{text}\n" for n, text in enumerate(DOCUMENTS)).encode(),
    "rows.parquet": parquet_bytes(),
    "stream.arrow": ipc_bytes(pa.ipc.new_stream),
    "file.arrow": ipc_bytes(pa.ipc.new_file),
}


@pytest.mark.parametrize("suffix", COMPRESSIONS)
@pytest.mark.parametrize("name", CONTENTS)
def test_every_format_gives_the_same_documents(tmp_path: Path, documents: Callable, name: str, suffix: str) -> None:
    """What a file is called and how it is written makes no difference to its documents."""
    path = tmp_path / (name + suffix)
    path.write_bytes(COMPRESSIONS[suffix](CONTENTS[name]))
    tally = Tally()
    assert documents(Files(path), tally) == DOCUMENTS
    assert tally.documents == len(DOCUMENTS)
    assert tally.bytes == sum(len(text.encode()) for text in DOCUMENTS)
    assert tally.skipped == {}
    assert tally.digests == {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}


@pytest.mark.parametrize("suffix", [suffix for suffix in COMPRESSIONS if suffix])
def test_streams_that_follow_one_another_are_all_read(tmp_path: Path, documents: Callable, suffix: str) -> None:
    """As `cat` and parallel compressors leave them: cut anywhere, some of them empty, padded where that is allowed."""
    data, padding = CONTENTS["windows.txt"], b"\0" * 4 if suffix in (".xz", ".bz2") else b""
    pieces = [data[:1], b"", data[1:9], data[9:], b""]
    path = tmp_path / f"windows.txt{suffix}"
    path.write_bytes(b"".join(COMPRESSIONS[suffix](piece) + padding for piece in pieces))
    assert documents(Files(path)) == DOCUMENTS


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n\r"))))
def test_lines_are_what_stands_between_line_feeds(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    """Any text without line ends, NULs and byte order marks comes back as it was written."""
    path = tmp_path_factory.mktemp("lines") / "lines.txt"
    text = "".join(line + "\n" for line in ["first", *lines])
    path.write_text(text, encoding="utf-8", newline="")
    assert list(texts(work_units([Source(Files(path))]), Tally())) == ["first", *lines]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_json_lines_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    """Any text without NULs comes back from JSON lines and from a JSON list, escaped or not."""
    folder = tmp_path_factory.mktemp("json")
    values = [{"text": row, "n": None} for row in rows]
    (folder / "a.jsonl").write_text("\n".join(json.dumps(value) for value in values))
    (folder / "b.jsonl").write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values), "utf-8")
    (folder / "c.json").write_text(json.dumps(values, ensure_ascii=False, indent=2), "utf-8")
    assert list(texts(work_units([Source(Files(folder))]), Tally())) == rows * 3


def test_documents_by_file(tmp_path: Path, documents: Callable) -> None:
    """Markdown is a document a file, and so is text where the recipe says so."""
    (tmp_path / "a.md").write_text("# Title\n\nText\n")
    (tmp_path / "b.txt").write_text("one\ntwo\n")
    assert documents(Files(tmp_path / "a.md")) == ["# Title\n\nText\n"]
    assert documents(Files(tmp_path / "b.txt", by="document")) == ["one\ntwo\n"]
    assert documents(Files(tmp_path / "a.md", by="line")) == ["# Title", "", "Text"]


def test_several_columns_are_documents_row_by_row(tmp_path: Path, documents: Callable) -> None:
    """Each cell is a document of its own, and fields of nested columns are named with dots."""
    rows = [{"title": "a", "body": {"text": "b"}}, {"title": "c", "body": {"text": "d"}}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "rows.parquet")
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    for name in ("rows.parquet", "rows.jsonl"):
        assert documents(Files(tmp_path / name, text=("title", "body.text"))) == ["a", "b", "c", "d"]


def test_csv_dialects(tmp_path: Path, documents: Callable) -> None:
    """Quotes, line ends in cells, other delimiters and files without a header are read as they are meant."""
    (tmp_path / "a.csv").write_text('text,id\n"one\ntwo, ""three""",1\n\nNULL,2\n')
    (tmp_path / "b.csv").write_text("1;a\n2;b\n")
    (tmp_path / "c.tsv").write_text('id\ttext\n1\t5" long\n')
    assert documents(Files(tmp_path / "a.csv")) == ['one\ntwo, "three"', "NULL"]
    assert documents(Files(tmp_path / "b.csv", delimiter=";", columns=("id", "text"))) == ["a", "b"]
    assert documents(Files(tmp_path / "c.tsv")) == ['5" long']


def test_rows_longer_than_a_block(tmp_path: Path, documents: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CSV row that is longer than a block is read, once, and the rows before it are not read twice."""
    monkeypatch.setattr("tokbench.corpora.delimited.BLOCK", 64)
    rows = [f"row {number} " + "x" * (number * 7 % 200) for number in range(100)]
    (tmp_path / "a.csv").write_text("text\n" + "".join(f'"{row}"\n' for row in rows))
    assert documents(Files(tmp_path / "a.csv")) == rows


def test_lines_longer_than_a_block(tmp_path: Path, documents: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are put together again wherever blocks end."""
    monkeypatch.setattr("tokbench.corpora.streams.Content.__iter__", lambda self: iter(lambda: self.read(7), b""))
    rows = [f"ä{number} " + "x" * (number * 7 % 50) for number in range(100)]
    (tmp_path / "a.txt").write_text("\n".join(rows), "utf-8")
    (tmp_path / "a.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    assert documents(Files(tmp_path / "a.txt")) == rows
    assert documents(Files(tmp_path / "a.json")) == rows


def test_a_file_name_of_two_lines_is_one_in_messages(tmp_path, documents):
    """Each line of an error is an error: a name must not make another."""
    path = tmp_path / "two\nlines é.txt"
    path.write_bytes(b"\xff\n")
    with pytest.raises(CorpusError) as raised:
        documents(Files(path=path))
    assert "\n" not in str(raised.value)
    assert "two\\nlines é.txt" in str(raised.value)
