"""Writes classes.inc: what Hugging Face `tokenizers` takes each code point for.

Its regular expressions and its own rules follow other versions of Unicode than Python does, so `tokenizers` itself is
asked, once: ``python -m tokbench.kernels.generate_classes`` renews the table, and a test holds it to the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Regex, pre_tokenizers

CODE_POINTS = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
BLOCK = 4096


def _matching(regex: str) -> Any:
    return pre_tokenizers.Split(Regex(regex), "removed")


# Bit i of a code point's class tells whether splitter i removes it. The names and order are those in classes.hpp.
SPLITTERS = {
    "kUpper": _matching(r"[\p{Lu}\p{Lt}]"),
    "kLower": _matching(r"\p{Ll}"),
    "kOtherLetter": _matching(r"[\p{Lm}\p{Lo}]"),
    "kMark": _matching(r"\p{M}"),
    "kNumber": _matching(r"\p{N}"),
    "kSpace": _matching(r"\s"),
    "kPunctuation": _matching(r"\p{P}"),
    "kSymbol": _matching(r"\p{S}"),
    "kWhite": pre_tokenizers.WhitespaceSplit(),
    "kMarkup": pre_tokenizers.Punctuation("removed"),
}
# Splitters that cannot drop what they find: a character of this kind stays with a word, or leaves it.
JOINERS = {
    "kWord": (pre_tokenizers.Whitespace(), True),
    "kNumeric": (pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(True)]), False),
}


def classes() -> npt.NDArray[np.int64]:
    """Return the class of every code point, surrogates 0: shape (0x110000,)."""
    found = np.zeros(0x110000, np.int64)
    members = [_removed(splitter) for splitter in SPLITTERS.values()]
    members += [_joined(splitter) if joins else _parted(splitter) for splitter, joins in JOINERS.values()]
    for bit, codes in enumerate(members):
        found[codes] |= 1 << bit
    return found


def _removed(splitter: Any) -> list[int]:
    removed = np.ones(len(CODE_POINTS), bool)
    for begin, block in _blocks():
        for _, (start, end) in splitter.pre_tokenize_str(block):
            removed[begin + start : begin + end] = False
    return [ord(CODE_POINTS[place]) for place in np.flatnonzero(removed)]


def _joined(splitter: Any) -> list[int]:
    """Return the code points that make one word with a letter before them."""
    return [ord(word[1]) for word in _behind_letters(splitter) if len(word) == 2]


def _parted(splitter: Any) -> list[int]:
    """Return the code points that make a word behind a letter, and not with it."""
    return [ord(word) for word in _behind_letters(splitter) if word != "a" and len(word) == 1]


def _behind_letters(splitter: Any) -> Iterator[str]:
    for _, block in _blocks():
        yield from (word for word, _ in splitter.pre_tokenize_str("\n".join(f"a{char}" for char in block)))


def _blocks() -> Iterator[tuple[int, str]]:
    """Yield all code points, few at a time: long text takes `tokenizers` longer than its length says."""
    return ((begin, CODE_POINTS[begin : begin + BLOCK]) for begin in range(0, len(CODE_POINTS), BLOCK))


def runs(values: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return where each run of equal classes begins: ``[5, 5, 7] → (0, 5), (2, 7)``."""
    firsts = np.flatnonzero(np.diff(values, prepend=-1))
    return list(zip(firsts.tolist(), values[firsts].tolist(), strict=True))


def main() -> None:
    """Write the table beside this file."""
    entries = [f"{{{code:#x}, {value:#x}}}" for code, value in runs(classes())]
    lines = [", ".join(entries[start : start + 8]) + "," for start in range(0, len(entries), 8)]
    head = "// Written by generate_classes.py: where each run of code points of one class begins, and the class.\n"
    Path(__file__).with_name("classes.inc").write_text(head + "\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
