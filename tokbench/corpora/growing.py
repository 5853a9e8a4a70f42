"""Values of a JSON document, one after the other, holding no more text than the largest of them needs."""

from __future__ import annotations

import codecs
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from tokbench.errors import CorpusError

WHITE = " \t\r\n"
UNREADABLE = (ValueError, RecursionError)
"""What the standard library raises for what is not JSON, and for JSON that it does not read."""


def values(blocks: Iterable[bytes], shown: str, limit: int) -> Iterator[tuple[int, Any]]:
    """Yield (number from 1, value) of the items of a list, or of values that follow each other.

    Bytes that are not UTF-8 come as lone surrogates, as Python's `surrogateescape` spells them. Raises `CorpusError`
    for what is not JSON, a list without an end, and a value of more than `limit` characters.
    """
    text = _GrowingText(blocks, shown, limit)
    listed = text.peek(WHITE) == "["
    text.position += listed
    for number in itertools.count(1):
        following = text.peek(WHITE + "," if listed else WHITE)
        if listed and not following:
            raise CorpusError(f"{shown}: the list has no end, so the file is not whole; fetch it again")
        if not following or (listed and following == "]"):
            return
        yield number, text.value(number)


def problem_of(error: Exception) -> str:
    """Return what is wrong with what the standard library did not read."""
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "it is nested too deep" if isinstance(error, RecursionError) else "a number has thousands of digits"


class _GrowingText:
    """The text of a document that is read as far as the next value needs."""

    def __init__(self, blocks: Iterable[bytes], shown: str, limit: int) -> None:
        decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
        self._pieces = (decode(block) for block in blocks)
        self._decoder = json.JSONDecoder()
        self._shown, self._limit = shown, limit
        self._text, self._ended = "", False
        self.position = 0

    def peek(self, leaving_out: str) -> str:
        """Return the next character but those, or nothing at the end."""
        while True:
            while self.position < len(self._text) and self._text[self.position] in leaving_out:
                self.position += 1
            if self.position < len(self._text):
                return self._text[self.position]
            if self._ended:
                return ""
            self._grow()

    def value(self, number: int) -> Any:
        """Return the value that begins here, and go behind it."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self.position)
            except UNREADABLE as error:
                if self._ended or len(self._text) - self.position > self._limit:
                    raise self._refusal(number, error) from error
                end = len(self._text)
            if end < len(self._text) or self._ended:
                self.position = end
                return value
            self._grow()

    def _grow(self) -> None:
        """Read at least as much again as is held, so that a long value is tried few times."""
        held = [self._text[self.position :]]
        wanted = len(held[0])
        while wanted >= 0 and (piece := next(self._pieces, None)) is not None:
            held.append(piece)
            wanted -= len(piece)
        self._ended = wanted >= 0
        self._text, self.position = "".join(held), 0

    def _refusal(self, number: int, error: Exception) -> CorpusError:
        if self._ended:
            return CorpusError(f"{self._shown}: item {number} is not JSON ({problem_of(error)}); mend the file")
        limit = f"max_document_bytes = {self._limit:,}"
        return CorpusError(
            f"{self._shown}: item {number} is longer than {limit}, or not JSON; mend it or raise the limit"
        )
