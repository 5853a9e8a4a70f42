#!/usr/bin/env python3
"""Writes the sample for named entities: sentences in six languages, made from the small grammars beside this file.

    python corpora/ner/generate.py                              the files of this folder
    python corpora/ner/generate.py --sentences 50000 -o large   as much as is wanted

A grammar is a table of alternatives, one a line; `{first}` in a line stands for one of the alternatives of `first`. A
slot in capitals, `{PER}` or `{LOC_in}`, is an entity: what it becomes is labelled with the letters before the `_`. The
same numbers give the same files, byte for byte, on every machine.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parent
LANGUAGES = ("de", "en", "es", "fi", "hi", "ru")
SENTENCES = 2_400
SPLITS = {"train": 0.65, "dev": 0.1, "test": 0.25}
LONGEST_DOCUMENT = 8

SLOT = re.compile(r"\{(\w+)\}")
ENTITY = re.compile(r"\{([A-Z]+)(?:_\w+)?\}")
NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "number": lambda chance: str(chance.randrange(3, 900)),
    "year": lambda chance: str(chance.randrange(1790, 2030)),
}

Tagged = tuple[str, str]
"""A word and its tag."""


class Grammar:
    """The sentences of a language."""

    def __init__(self, language: str) -> None:
        table = tomllib.loads((FOLDER / "grammars" / f"{language}.toml").read_text(encoding="utf-8"))
        self.alternatives = {key: lines.split("\n")[:-1] for key, lines in table.items()}

    def sentence(self, chance: random.Random) -> list[Tagged]:
        """Return the words of a sentence with their IOB2 tags."""
        tagged: list[Tagged] = []
        for word in re.sub(r'"(?=\S)|(?<=\S)"', ' " ', chance.choice(self.alternatives["sentence"])).split():
            entity = ENTITY.fullmatch(word)
            words = self._text(word, chance).split(" ")
            tags = [f"B-{entity[1]}", *[f"I-{entity[1]}"] * (len(words) - 1)] if entity else ["O"] * len(words)
            tagged += zip(words, tags, strict=True)
        return tagged

    def _text(self, text: str, chance: random.Random) -> str:
        """Return a text with its slots filled, and those of what fills them."""

        def filled(slot: re.Match[str]) -> str:
            if slot[1] in NUMBERS:
                return NUMBERS[slot[1]](chance)
            return self._text(chance.choice(self.alternatives[slot[1]]), chance)

        return SLOT.sub(filled, text)


def documents(sentences: int, seed: str) -> Iterator[list[list[Tagged]]]:
    """Yield documents of a few sentences, a language each in turn, with as many sentences as are wanted in all."""
    chance = random.Random(seed)  # noqa: S311
    grammars = [Grammar(language) for language in LANGUAGES]
    written = 0
    while written < sentences:
        grammar = grammars[chance.randrange(len(grammars))]
        length = min(chance.randint(2, LONGEST_DOCUMENT), sentences - written)
        yield [grammar.sentence(chance) for _ in range(length)]
        written += length


def conll(sentences: int, seed: str) -> str:
    """Return documents as a column file: a word and its tag a line, an empty line after each sentence."""
    blocks = []
    for document in documents(sentences, seed):
        blocks.append("-DOCSTART-\tO\n")
        blocks += ("".join(f"{word}\t{tag}\n" for word, tag in sentence) for sentence in document)
    return "\n".join(blocks)


def main() -> None:
    """Write the splits."""
    parser = argparse.ArgumentParser(description="Write a labelled sample for named entities.")
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="how many, in all splits")
    parser.add_argument("--seed", default="0", help="another one makes other sentences")
    parser.add_argument("-o", "--output", type=Path, default=FOLDER, help="the folder to write to")
    asked = parser.parse_args()
    asked.output.mkdir(parents=True, exist_ok=True)
    for split, share in SPLITS.items():
        text = conll(round(share * asked.sentences), f"{asked.seed} {split}")
        (asked.output / f"{split}.conll").write_bytes(text.encode())


if __name__ == "__main__":
    main()
