"""Characters by their script: where pieces may not pass from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from tokenizers.pre_tokenizers import PreTokenizer, UnicodeScripts

from tokbench.kernels.unigram import SPACE_MARK

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

DIGITS = "0123456789０１２３４５６７８９"
"""What sentencepiece takes for digits (trainer_interface.cc)."""
MARK = "\N{COMBINING ACUTE ACCENT}"
"""One of the characters that have the script of what is before them."""
BATCH = 1 << 16


def characters_of(words: WordCounts) -> set[str]:
    """Return the characters that occur in words."""
    every = iter(words)
    found: set[str] = set()
    while batch := "".join(word for word, _ in islice(every, BATCH)):
        found.update(batch)
    return found


def by_script(characters: Iterable[str]) -> tuple[str, ...]:
    """Return sets of characters of one script: ``{"a", "b", "я", "中", "ひ", "1", "!"} → ("!1", "ab", "я", "ひ中")``.

    Scripts are those of `UnicodeScripts`: Han and kana are one, and what several scripts use, as digits and
    punctuation, is one more. Marks, which have the script of what they mark, spaces and unassigned characters are left
    out.
    """
    splitter = UnicodeScripts()
    kept = (character for character in characters if character != SPACE_MARK and _has_script(character, splitter))
    scripts: list[list[str]] = []
    for run in _parts("".join(sorted(kept)), splitter):
        same = next((script for script in scripts if len(_parts(script[0][0] + run[0], splitter)) == 1), None)
        if same is None:
            scripts.append([run])
        else:
            same.append(run)
    found = ("".join(script) for script in scripts)
    return tuple(script for script in found if len(_parts(MARK + script[0], splitter)) > 1)


def _has_script(character: str, splitter: PreTokenizer) -> bool:
    """Tell whether a character has a script: what has none is not kept apart from Latin, nor from Cyrillic."""
    return any(len(_parts(other + character, splitter)) > 1 for other in "aя")


def _parts(text: str, splitter: PreTokenizer) -> list[str]:
    return [part for part, _ in splitter.pre_tokenize_str(text)]
