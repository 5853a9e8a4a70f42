"""The source of a part travels: its package's imports are found beside it, and what cannot travel says why."""

from __future__ import annotations

import ast

import pytest

from tokbench.carried.modules import carried, flat
from tokbench.errors import PartError


def test_imports_of_the_package_become_relative(package):
    """The module that a part imports comes along, under a name of its own, however it is imported."""
    found = carried("acme.parts")
    assert set(found.texts) == {"acme.parts", "acme.runs"}
    text = found.texts["acme.parts"]
    assert "from . import acme_runs as runs\n" in text
    assert "from .acme_runs import DIGITS, halves as halved\n" in text
    assert flat("acme.parts") == "acme_parts"


def test_all_but_imports_stays(package):
    """Not a character of the rest changes: comments, examples, line ends."""
    kept = "import re\r\n# from .runs import x\r\n{}  # why\r\nX = '''\r\nfrom .no import y\r\n'''\r\n"
    package()
    import acme

    (place,) = acme.__path__
    with open(f"{place}/other.py", "wb") as file:
        file.write(kept.format("from .runs import DIGITS").encode())
    after = carried("acme.other").texts["acme.other"]
    assert after == kept.format("from .acme_runs import DIGITS")


def test_what_is_there_for_types_only_is_left_out(package):
    """transformers wants whatever is imported to be installed, under TYPE_CHECKING too."""
    text = carried("acme.parts").texts["acme.parts"]
    assert "tokbench" not in text
    assert ast.parse(text)
    assert carried("acme.parts").foreign == set()


def test_other_packages_are_noted(package):
    """Imports of other packages stay as they are, and are known, also those inside functions."""
    package(parts="import numpy.linalg as l\ndef f():\n    from regex import compile\n    import os, json\n")
    found = carried("acme.parts")
    assert found.foreign == {"numpy", "regex"}
    assert "    from regex import compile\n" in found.texts["acme.parts"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            "from tokbench.patterns import split\n",
            "it imports 'tokbench.patterns.split' where it runs; import it under",
        ),
        ("import acme.runs\n", "'import acme.runs' cannot be changed for it; write 'from … import …'"),
        ("from importlib import resources\n", r"it reads files of its package \(importlib.resources\)"),
        ("import pkgutil\n", r"it reads files of its package \(pkgutil\).*travels = False"),
        ("place = __file__\n", r"it reads files of its package \(__file__\)"),
    ],
)
def test_what_cannot_travel_says_why(package, source, sentence):
    """Each ends in one sentence that names the file and how to mend it."""
    package(parts=source)
    with pytest.raises(PartError, match=f"parts.py: its source cannot travel with a tokenizer: {sentence}"):
        carried("acme.parts")


def test_a_circle_of_modules_travels(package):
    """Modules that import each other come along once."""
    package(parts="from . import runs\n", runs="from . import parts\n")
    assert set(carried("acme.parts").texts) == {"acme.parts", "acme.runs"}
