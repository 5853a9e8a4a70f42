"""Bad input ends in one clear sentence, or in a counted skip that the recipe asked for.

The sentences are golden files; each input is written as a user would have it, in the current folder.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tokbench.contracts import CorpusPart, Tally
from tokbench.corpora.files import Files
from tokbench.corpora.hub import Hub
from tokbench.corpora.python import from_python
from tokbench.corpora.source import Source, SourceSettings
from tokbench.corpora.stream import WorkUnit, refuse_nothing, texts, work_units
from tokbench.corpora.table import Table
from tokbench.errors import CorpusError
from tokbench.maps.mending import Strip

LONG = "some text that is compressed " * 500
ROWS = [{"text": "one", "lang": "en"}, {"text": "two", "lang": "en"}]


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


def read(case: Case, tally: Tally) -> None:
    """Read all of a case, as a build does."""
    list(texts(case.units(), tally))
    refuse_nothing(tally)


def parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue().to_pybytes()


def lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@dataclass
class Case:
    """Files, and the part that reads them; `skips` is what `errors = "skip"` counts, None where it does not help."""

    files: dict[str, bytes]
    part: Callable[..., CorpusPart]
    options: dict[str, Any]
    skips: dict[str, int] | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    def units(self, **options: Any) -> list[WorkUnit]:
        for name, data in self.files.items():
            Path(name).parent.mkdir(exist_ok=True, parents=True)
            Path(name).write_bytes(data)
        return work_units([Source(self.part(**self.options, **options), SourceSettings(**self.settings))])


def file(name: str, data: bytes, skips: dict[str, int] | None = None, **options: Any) -> Case:
    return Case({name: data}, Files, {"path": Path(name), **options}, skips)


def table(name: str, data: bytes, skips: dict[str, int] | None = None, **options: Any) -> Case:
    return Case({name: data}, Table, {"path": Path(name), **options}, skips)


DEEP = b"[" * 100_000 + b"]" * 100_000

CASES = {
    "missing-file": Case({"samples/english.txt": b"a\n"}, Files, {"path": Path("samples/english.text")}),
    "missing-folder": Case({"samples/english.txt": b"a\n"}, Files, {"path": Path("sample/english.txt")}),
    "glob-without-a-match": Case({"samples/a.txt": b"a\n"}, Files, {"path": Path("samples/*.jsonl")}),
    "empty-folder": Case({"samples/.hidden": b""}, Files, {"path": Path("samples")}),
    "unknown-format": file("notes.docx", b"PK"),
    "empty-files": Case({"a.txt": b"", "b.txt": b""}, Files, {"path": Path("*.txt")}),
    "empty-lines": file("a.txt", b"\n\n\n"),
    "unknown-column-jsonl": file("a.jsonl", lines(*ROWS), text="txt"),
    "unknown-column-json": file("a.json", json.dumps(ROWS, indent=1).encode(), text="body"),
    "unknown-column-csv": file("a.csv", b"id,body\n1,a\n"),
    "unknown-column-parquet": file("a.parquet", parquet(ROWS), text="Text"),
    "unknown-column-txt": file("a.txt", b"a\n", text="body"),
    "unknown-column-where": Case(
        {"a.csv": b"text\na\n"}, Files, {"path": Path("a.csv")}, None, {"where": {"lang": "fi"}}
    ),
    "not-utf8-txt": file("a.txt", "one\ntwö\nthree\ncafé\n".encode("latin-1"), {"not UTF-8": 2}),
    "not-utf8-document": file("a.md", "one\ncafé".encode("latin-1") + b"\n", by="document"),
    "not-utf8-jsonl": file("a.jsonl", lines(*ROWS) + b'{"text": "caf\xe9"}\n', {"not UTF-8": 1}),
    "not-utf8-csv": file("a.csv", b"id,text\n1,one\n2,caf\xe9\n", {"not UTF-8": 1}),
    "utf16": file("a.txt", "one\ntwo\n".encode("utf-16")),
    "utf16-without-mark": file("a.txt", "one\ntwo\n".encode("utf-16-le"), by="document"),
    "lone-surrogate": file("a.jsonl", lines(*ROWS, {"text": "\ud83d"}), {"not UTF-8": 1}),
    "nul-txt": file("a.txt", b"one\ntw\0o\nthree\n", {"NUL": 1}),
    "nul-jsonl": file("a.jsonl", lines(*ROWS, {"text": "a\0"}), {"NUL": 1}),
    "null-jsonl": file("a.jsonl", lines(*ROWS, {"text": None}), {"null": 1}),
    "null-parquet": file("a.parquet", parquet([*ROWS, {"text": None}]), {"null": 1}),
    "absent-jsonl": file("a.jsonl", lines(*ROWS, {"txt": "a", "lang": "en"}), {"null": 1}),
    "number-jsonl": file("a.jsonl", lines(*ROWS, {"text": 3}), {"not text": 1}),
    "number-parquet": file("a.parquet", parquet([{"text": 3}])),
    "list-jsonl": file("a.jsonl", lines(*ROWS, [1, 2]), {"not text": 1}),
    "not-json": file("a.jsonl", lines(*ROWS) + b'{"text": "three"\n', {"not JSON": 1}),
    "long-number": file("a.jsonl", lines(*ROWS) + b'{"text": "a", "n": ' + b"1" * 5000 + b"}", {"not JSON": 1}),
    "deep": file("a.jsonl", lines(*ROWS) + b'{"text": "a", "n": ' + DEEP + b"}", {"not JSON": 1}),
    "deep-item": file("a.json", b'[{"text": "a", "n": ' + DEEP + b"}]"),
    "not-json-item": file("a.json", b'[{"text": "one"}, {"text" "two"}]'),
    "json-without-end": file("a.json", b'[{"text": "one"},'),
    "truncated-gzip": file("a.txt.gz", gzip.compress(LONG.encode())[:-20]),
    "truncated-zstd": file("a.jsonl.zst", zstd(lines({"text": LONG}))[:-5]),
    "truncated-xz": file("a.txt.xz", lzma.compress(LONG.encode())[:-20]),
    "truncated-bz2": file("a.txt.bz2", bz2.compress(LONG.encode())[:-20]),
    "garbage-xz": file("a.txt.xz", lzma.compress(LONG.encode()) + b"garbage"),
    "garbage-bz2": file("a.txt.bz2", bz2.compress(LONG.encode()) + b"garbage"),
    "not-gzip": file("a.txt.gz", b"plain text\n"),
    "truncated-parquet": file("a.parquet", parquet(ROWS)[:-10]),
    "not-arrow": file("a.arrow", b"plain text, and more of it\n"),
    "long-line": file("a.txt", b"one\n" + b"x" * 100 + b"\nthree\n", {"too long": 1}, max_document_bytes=50),
    "long-document": file("a.txt", b"x" * 100, by="document", max_document_bytes=50),
    "long-jsonl": file("a.jsonl", lines(*ROWS, {"text": "x" * 100}), {"too long": 1}, max_document_bytes=50),
    "long-item": file("a.json", b'[{"text": "' + b"x" * 5_000_000, max_document_bytes=2**20),
    "open-quote": file("a.csv", b'text\none\n"two\n' + b"three\n" * 2_000_000, max_document_bytes=2**20),
    "uneven-row": file("a.csv", b"id,text\n1,one\n2,two,three\n", {"uneven row": 1}),
    "table-unknown-column": table("a.csv", b"token,freq\nthe,27\n"),
    "table-order": table("a.txt", b"1 2\n"),
    "table-count": table("a.tsv", b"word\tcount\nthe\t27\nof\t2.5\n", {"not a count": 1}),
    "table-negative": table("a.tsv", b"the\t27\nof\t-2\n", {"not a count": 1}),
    "table-entry": table("a.txt", b"the 27\nof\n", {"not a word and a count": 1}),
    "table-large": table("a.tsv", b"the\t9223372036854775808\n"),
    "hub-split": Case({"d/train.jsonl": lines(*ROWS)}, Hub, {"dataset": "d", "split": "validation"}),
    "hub-subset": Case({"d/train.jsonl": lines(*ROWS)}, Hub, {"dataset": "d", "subset": "fi"}),
    "hub-column": Case({"d/train.jsonl": lines(*ROWS)}, Hub, {"dataset": "d", "text": "txt"}),
    "hub-null": Case({"d/train.jsonl": lines(*ROWS, {"text": None})}, Hub, {"dataset": "d"}, {"null": 1}),
    "hub-empty": Case({"d/README.md": b""}, Hub, {"dataset": "d"}),
    "hub-unreachable": Case({}, Hub, {"dataset": "someone/something"}),
    "python-string": Case({}, from_python, {"texts": "abc"}),
    "python-number": Case({}, from_python, {"texts": ["a", 3]}),
    "python-null": Case({}, from_python, {"texts": ["a", None]}, {"null": 1}),
    "python-dictionary": Case({}, from_python, {"texts": {"train": ["a"]}}),
    "where-type": Case(
        {"a.parquet": parquet([{"text": "a", "n": 3}])}, Files, {"path": Path("a.parquet")}, None, {"where": {"n": "x"}}
    ),
    "nothing-left": Case({"a.txt": b"a\n"}, Files, {"path": Path("a.txt")}, None, {"min_length": 10}),
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, without a network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.mark.parametrize("name", CASES)
def test_bad_input_ends_in_one_sentence(name: str, golden: Callable[[str, str], None]) -> None:
    """Where, what, and how to mend it; nothing is trained on half of what was asked for."""
    with pytest.raises(CorpusError) as raised:
        read(CASES[name], Tally())
    golden(f"corpora/{name}", str(raised.value))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.skips])
def test_what_is_skipped_is_counted(name: str) -> None:
    """With `errors = "skip"` the rest is read, and what is left out is counted by its reason."""
    tally = Tally()
    found = list(texts(CASES[name].units(errors="skip"), tally)) if CASES[name].part is not Table else ["a word"]
    if CASES[name].part is Table:
        assert [batch for unit in CASES[name].units(errors="skip") for batch in unit.read(tally)]
    assert found
    assert tally.skipped == CASES[name].skips


@pytest.mark.parametrize("name", ["not-utf8-txt", "not-utf8-jsonl", "not-utf8-csv", "nul-txt", "lone-surrogate"])
def test_what_is_replaced_is_counted(name: str) -> None:
    """With `errors = "replace"` every document is there, with U+FFFD for what is not text."""
    tally = Tally()
    found = list(texts(CASES[name].units(errors="replace"), tally))
    assert tally.replaced == sum("\ufffd" in text for text in found) > 0
    assert tally.replaced == sum((CASES[name].skips or {}).values())
    assert tally.skipped == {}


def test_a_file_that_changes_is_noticed() -> None:
    """A file that is written between listing and reading, or while it is read, is not half of each."""
    Path("a.txt").write_text("one\n")
    (unit,) = work_units([Source(Files(Path("a.txt")))])
    Path("a.txt").write_text("one\ntwo\n")
    with pytest.raises(CorpusError, match="changed after the build began"):
        list(unit.read(Tally()))
    (unit,) = work_units([Source(Files(Path("a.txt")))])
    batches = unit.read(Tally())
    next(batches)
    Path("a.txt").write_text("one\ntwo\nthree\n")
    with pytest.raises(CorpusError, match="changed while it was read"):
        list(batches)


def test_the_errors_of_a_map_say_where_they_come_from() -> None:
    """A map is anyone's code: what it raises, or returns instead of text, is reported with the text it was given."""

    class Broken(Strip):
        def apply(self, text: str) -> str:
            return [text][len(text)]

    class Silent(Strip):
        def apply(self, text: str) -> str:
            return None  # type: ignore[return-value]

    Path("a.txt").write_text("one\n")
    for part, said in ((Broken(), "the map Broken failed on 'one': list index"), (Silent(), "Silent returned None")):
        (unit,) = work_units([Source(Files(Path("a.txt")), maps=(part,))])
        with pytest.raises(CorpusError, match=f"^a.txt: .*{said}"):
            list(unit.read(Tally()))


def test_a_quote_that_is_not_closed_is_not_searched_for_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is read again with larger blocks up to the limit, and then the quote is suspected."""
    monkeypatch.setattr("tokbench.corpora.delimited.BLOCK", 64)
    Path("a.csv").write_text('text\none\n"two\n' + "three\n" * 1000)
    with pytest.raises(CorpusError, match=r"a.csv: a row after row 2 is longer than .* 100; is a quote \" not closed"):
        list(texts(work_units([Source(Files(Path("a.csv"), max_document_bytes=100))]), Tally()))
