"""What gzip files hold is what Python's own decoder gives, and what is not sound is refused."""

from __future__ import annotations

import gzip
import random
import struct
import subprocess
import sys
import zlib
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.corpora.streams import Content
from tokbench.errors import CorpusError

BGZF = struct.pack("<HBBHH", 6, ord("B"), ord("C"), 2, 0)
"""The extra field of the members that `bgzip` writes."""
READ_AT_ONCE = 512 * 1024
"""How much of a file the decoder reads at a time."""


def member(data: bytes, level: int = 6, name: bytes = b"", extra: bytes = b"", checked: bool = False) -> bytes:
    """Return a member with the fields of RFC 1952 that are asked for."""
    encoder = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    flags = 4 * bool(extra) + 8 * bool(name) + 2 * checked
    head = bytes([0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255]) + extra + (name + b"\0" if name else b"")
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF) if checked else b""
    return head + encoder.compress(data) + encoder.flush() + struct.pack("<II", zlib.crc32(data), len(data))


MEMBERS = st.lists(
    st.builds(
        member,
        st.binary(max_size=300) | st.builds(bytes.__mul__, st.binary(max_size=20), st.integers(0, 10_000)),
        level=st.integers(0, 9),
        name=st.sampled_from([b"", b"corpus.txt"]),
        extra=st.sampled_from([b"", BGZF]),
        checked=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gzip") / "a.gz"


def read(path: Path, stored: bytes, size: int = 2**20) -> bytes:
    path.write_bytes(stored)
    with closing(Content(path, "gzip", "a.gz")) as content:
        data = b"".join(iter(lambda: content.read(size), b""))
        assert content.position == len(stored)
    return data


@given(members=MEMBERS, padding=st.integers(0, 9), size=st.integers(1, 2**17))
def test_members_are_what_python_reads(path: Path, members: list[bytes], padding: int, size: int) -> None:
    """Of any level, with any fields, however many, and with NULs at the end, as tapes leave them."""
    stored = b"".join(members) + b"\0" * padding
    assert read(path, stored, size) == gzip.decompress(stored)


@given(members=MEMBERS, data=st.data())
def test_a_file_that_is_cut_is_refused(path: Path, members: list[bytes], data: st.DataObject) -> None:
    """Wherever it is cut within a member, and nothing is lost in silence."""
    whole = b"".join(members[:-1])
    cut = data.draw(st.integers(1, len(members[-1]) - 1))
    with pytest.raises(CorpusError, match=r"^a\.gz: the gzip data ends too early.*again$"):
        read(path, whole + members[-1][:cut])


@given(members=MEMBERS, garbage=st.binary(min_size=1).filter(lambda data: data.strip(b"\0")))
def test_what_follows_the_last_member_is_refused(path: Path, members: list[bytes], garbage: bytes) -> None:
    """The file was damaged, or two were joined of which one was not compressed."""
    with pytest.raises(CorpusError, match=r"^a\.gz: (the gzip data ends too early|this is not sound gzip data).*"):
        read(path, b"".join(members) + garbage)


@given(data=st.binary(min_size=1, max_size=2000), level=st.integers(0, 9), place=st.data())
def test_a_changed_bit_is_noticed(path: Path, data: bytes, level: int, place: st.DataObject) -> None:
    """In the data, its checksum or its length: the same text comes out, or none does."""
    stored = bytearray(member(data, level))
    stored[place.draw(st.integers(10, len(stored) - 1))] ^= 1 << place.draw(st.integers(0, 7))
    with suppress(CorpusError):
        assert read(path, bytes(stored)) == data


def test_members_that_lie_across_a_read_are_whole(path: Path) -> None:
    """The decoder reads a part of the file at a time; a head or a tail of a member may be cut anywhere by it."""
    noise = random.Random(0).randbytes(READ_AT_ONCE)
    second = member(b"second", name=b"b.txt", extra=BGZF, checked=True)
    overhead = len(member(noise[:-100], 0)) - len(noise[:-100])
    for inside in range(-8, len(second) + 1):
        first = member(noise[: READ_AT_ONCE - overhead - inside], 0)
        stored = first + second + member(b"third")
        assert read(path, stored) == gzip.decompress(stored), f"{inside} bytes of the second member in the first read"


def test_reading_gzip_needs_no_arrow_and_other_files_no_decoder(tmp_path: Path) -> None:
    """What a corpus does not need is not imported for it."""
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"text\n"))
    (tmp_path / "b.txt").write_bytes(b"text\n")
    program = """
import sys
from pathlib import Path
from tokbench.contracts import Tally
from tokbench.corpora.files import Files
from tokbench.corpora.source import Source
from tokbench.corpora.stream import texts, work_units
for name in ("b.txt", "a.txt.gz"):
    list(texts(work_units([Source(Files(Path(name)))]), Tally()))
    print(*{"isal", "pyarrow"} & set(sys.modules))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout == "\nisal\n"
