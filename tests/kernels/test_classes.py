"""The generated classes of characters, held to the installed `tokenizers`."""

from __future__ import annotations

import re
from pathlib import Path

from tokbench.kernels import generate_classes

CLASSES_HPP = Path(generate_classes.__file__).with_name("classes.hpp")


def test_the_table_is_what_tokenizers_says() -> None:
    """Every code point has the class that the installed package gives it; `generate_classes` renews the table."""
    text = CLASSES_HPP.with_name("classes.inc").read_text(encoding="ascii")
    committed = [(int(first, 16), int(value, 16)) for first, value in re.findall(r"\{(\w+), (\w+)\}", text)]
    assert committed == generate_classes.runs(generate_classes.classes())


def test_the_header_names_the_bits_in_order() -> None:
    """The names in classes.hpp stand for the bits that the generator sets."""
    bits = dict(re.findall(r"constexpr Class (k\w+) = 1 << (\d+);", CLASSES_HPP.read_text(encoding="utf-8")))
    names = [*generate_classes.SPLITTERS, *generate_classes.JOINERS]
    assert bits == {name: str(bit) for bit, name in enumerate(names)}
