"""The kernel that reads JSON lines, held to Python's json: the same text, or nothing, and then Python reads."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tokbench.kernels import _kernels
from tokbench.strings import Strings

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=90) | st.text('"\\/\b\f\n\r\té😀a', max_size=90)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


LONGEST = 1 << 20


def read(data: bytes, field: str = "text", before: bytes = b"") -> list[str] | None:
    ends, found = _kernels.json_lines(before, data + b"more", len(data), field, LONGEST)
    assert ends == data.count(b"\n")
    return None if found is None else list(Strings(*found))


def if_clean(texts: list[str]) -> list[str] | None:
    """Return texts that a corpus takes as they are."""
    return None if any("\0" in text for text in texts) else texts


def by_python(data: bytes) -> list[str] | None:
    """Return the texts of lines that are objects with a string, as Python reads them."""
    lines = [json.loads(line) for line in data.decode().split("\n") if line.strip()]
    return [line["text"] for line in lines] if all(isinstance(line.get("text"), str) for line in lines) else None


@given(
    st.lists(st.tuples(st.dictionaries(st.sampled_from(["a", "textual", "b c"]), VALUES), TEXT), max_size=4),
    st.booleans(),
    st.sampled_from([None, (", ", ": "), (" ,\t", " : ")]),
    st.sampled_from(["\n", "\r\n", "\n \n\n"]),
)
@settings(max_examples=300, deadline=None)
def test_objects_are_read_as_python_reads_them(rows, ascii_only, separators, end):
    """Whatever else the objects hold, however they are spaced, and with escapes or without."""
    written = (
        json.dumps({**others, "text": text, "after": others}, ensure_ascii=ascii_only, separators=separators)
        for others, text in rows
    )
    data = "".join(line + end for line in written).encode()
    assert read(data) == if_clean([text for _, text in rows])


@given(st.lists(TEXT, min_size=1, max_size=4), st.data())
@settings(deadline=None)
def test_a_line_may_begin_in_the_block_before(texts, data):
    """Wherever in the line that is."""
    lines = [json.dumps({"text": text}).encode() + b"\n" for text in texts]
    cut = data.draw(st.integers(0, len(lines[0]) - 1))
    assert read(b"".join(lines)[cut:], before=lines[0][:cut]) == if_clean(texts)


@given(st.lists(st.text("ab\r\x0bé", max_size=9), max_size=6), st.sampled_from([b"", b"a", b"a\r", "é".encode()[:1]]))
@settings(deadline=None)
def test_lines_end_in_lf_or_crlf(lines, before):
    """And nowhere else; the last need not end, and the first may begin in the block before."""
    text = "\n".join(lines).encode()
    ends, found, clean = _kernels.split_lines(before, text + b"more", len(text), LONGEST)
    *whole, last = (before + text).split(b"\n")
    expected = [line.removesuffix(b"\r") for line in whole] + [last] * bool(last)
    offsets, data = found
    assert [bytes(data[start:end]) for start, end in itertools.pairwise(offsets)] == expected
    assert ends == len(whole)
    assert clean == all(_kernels.is_utf8(line) for line in expected)


@given(st.text('{}[]",:\\ \t\r0123456789.eE+-tfnu"ruelasx', max_size=30), st.integers(0, 40))
@example('{"text": "a", "text": "b"}', 0)
@settings(max_examples=1500, deadline=None)
def test_nothing_is_read_that_python_refuses(noise, place):
    """Where the kernel gives texts, Python gives the same ones."""
    line = '{"text": "a\\u00e9", "b": [1, -2.5e3, {"c": null}]}'
    data = (line[:place] + noise + line[place:]).encode()
    found = read(data)
    if found is not None:
        assert found == by_python(data)


@pytest.mark.parametrize(
    "line",
    [
        '"bare"',
        "{}",
        '{"text": 1}',
        '{"text": "a"',
        '{"text": "a"} x',
        '{"text": "\\ud800"}',
        '{"te\\u0078t": "a"}',
        '{"text": "a", "b": 01}',
        '{"text": "a", "b": NaN}',
        '{"text": "a", "b": "\t"}',
        '{"text": "a", "b": ' + "[" * 99 + "]" * 99 + "}",
        '{"text": "a", "b": ' + "9" * 5000 + "}",
        '{"text": "a",}',
        "\f",
    ],
)
def test_what_is_unusual_is_left_to_python(line):
    """Nothing is guessed: one such line, and the block is Python's."""
    assert read(b'{"text": "fine"}\n' + line.encode()) is None


@given(st.lists(TEXT, max_size=5))
def test_clean_text_is_utf8_without_nul_and_not_too_long(texts):
    """As many bytes as are allowed are allowed."""
    strings = Strings.of(texts)
    longest = max((len(text.encode()) for text in texts), default=0)
    clean = not any("\0" in text for text in texts)
    assert _kernels.is_clean(strings.offsets, strings.data, longest) is clean
    assert not longest or not _kernels.is_clean(strings.offsets, strings.data, longest - 1)


def test_characters_that_only_two_texts_together_make_are_not_clean():
    """Each text is looked at by itself."""
    halves = Strings(Strings.of(["a", "b"]).offsets, memoryview("é".encode()))
    assert not _kernels.is_clean(halves.offsets, halves.data, 9)
