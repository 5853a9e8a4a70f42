#!/usr/bin/env python3
"""Writes the sample corpora: text in fifteen languages, made from the small grammars beside this file.

    python corpora/samples/generate.py

A grammar is a table of alternatives, one a line; `{subject}` in a line stands for one of the alternatives of
`subject`. The same grammars give the same files, byte for byte, on every machine.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parent
SIZES = {"en": 72_000}
"""UTF-8 bytes of text of a language, at least."""
USUAL_SIZE = 24_000

# Counts end in 5 to 9, after which Russian has one form of the noun.
NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "number": lambda chance: str(chance.randrange(1, 100) * 10 + chance.randrange(5, 10)),
    "year": lambda chance: str(chance.randrange(1487, 2031)),
    "units": lambda chance: str(chance.randrange(1, 300)),
    "cents": lambda chance: f"{chance.randrange(0, 100, 5):02d}",
}


class Grammar:
    """The sentences of a language."""

    def __init__(self, language: str) -> None:
        table = tomllib.loads((FOLDER / "grammars" / f"{language}.toml").read_text(encoding="utf-8"))
        self.language = language
        self.between_sentences: str = table.pop("between_sentences", " ")
        self.alternatives = {key: lines.split("\n")[:-1] for key, lines in table.items()}

    def text(self, size: int) -> str:
        """Return paragraphs of at least `size` bytes, one a line."""
        chance = random.Random(self.language)  # noqa: S311
        lines: list[str] = []
        written = 0
        while written < size:
            lines.append(self._paragraph(chance))
            written += len(lines[-1].encode()) + 1
        return "\n".join(lines) + "\n"

    def _paragraph(self, chance: random.Random) -> str:
        sentences = (self._sentence(chance) for _ in range(chance.randrange(2, 6)))
        return self.between_sentences.join(sentences)

    def _sentence(self, chance: random.Random) -> str:
        sentence = self._expanded("sentence", chance)
        first = "İ" if self.language == "tr" and sentence[0] == "i" else sentence[0].upper()
        return first + sentence[1:]

    def _expanded(self, key: str, chance: random.Random) -> str:
        """Return one of the alternatives of a key, with those of the keys that it names in their places."""
        if key not in self.alternatives:
            return NUMBERS[key](chance)
        chosen = chance.choice(self.alternatives[key])
        return re.sub(r"\{(\w+)\}", lambda name: self._expanded(name[1], chance), chosen)


def languages() -> list[str]:
    """Return the languages that have a grammar, sorted."""
    return sorted(path.stem for path in (FOLDER / "grammars").glob("*.toml"))


def sample(language: str) -> str:
    """Return the sample text of a language."""
    return Grammar(language).text(SIZES.get(language, USUAL_SIZE))


if __name__ == "__main__":
    for name in languages():
        (FOLDER / f"{name}.txt").write_bytes(sample(name).encode())
