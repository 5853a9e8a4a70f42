"""The code of a tokenizer: its files, its class, its requirements, and what cannot be carried."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokbench.carried.code import Piece, code_of, names
from tokbench.carried.stages import made
from tokbench.errors import PartError

from .conftest import PARTS


@given(st.text(min_size=1))
def test_every_name_makes_a_module_and_a_class(name):
    """The class has "Tokenizer" in its name, without which transformers saves no code, and is none of its own."""
    import transformers

    module, class_name = names(name)
    assert module.isidentifier()
    assert class_name.isidentifier()
    assert "Tokenizer" in class_name
    assert not hasattr(transformers, class_name)


@pytest.mark.parametrize("name", ["numbers-8k", '30k "quoted" """', "日本語", "back\\slash"])
def test_the_class_is_python(name, piece):
    """Whatever the recipe is called, the module with the class can be read by Python."""
    code = code_of(name, [piece()])
    assert code is not None
    for text in code.files.values():
        ast.parse(text)


def test_files_say_whose_they_are(piece, tmp_path):
    """Each begins with the package, its version and its license; the class names every file, so that all are copied."""
    code = code_of("numbers", [piece()])
    assert code is not None
    parts = code.files["acme_parts.py"]
    assert parts.startswith("# acme.parts, of pytest 1.0, license: MIT\n")
    from transformers.dynamic_module_utils import get_relative_imports

    code.write(tmp_path)
    main = f"{code.module}.py"
    copied = get_relative_imports(tmp_path / main)
    assert sorted(code.files) == sorted([main, *(f"{name}.py" for name in copied)])


def test_options_travel_as_json(piece):
    """A part with options comes back from what tokenizer.json says of it, equal; lists are tuples again."""
    given_part = piece(names=("x", "y"))
    stage = given_part.stage()
    assert stage["options"] == {"names": ["x", "y"]}
    code = code_of("numbers", [given_part])
    assert code is not None
    assert made(stage, code.classes) == given_part.part


def test_another_source_is_another_part(package, piece):
    """The digest in tokenizer.json, and so the key of kept counts, changes with any module that travels."""
    before = piece().digest
    package(runs="import re\nDIGITS = re.compile('[0-9]')\ndef halves(text): return []\n")
    assert piece().digest != before


def test_an_option_that_json_lacks_is_refused(piece):
    """A sentence names the option and its type."""
    with pytest.raises(PartError, match="option 'numbers' is a frozenset, which cannot travel"):
        piece("Path").stage()


def test_a_file_is_refused_with_what_to_do(piece):
    """The sentence names the file, and the two ways to have its content where the tokenizer is loaded."""
    from pathlib import Path

    with pytest.raises(PartError) as caught:
        piece(names=Path("lists/words.txt")).stage()
    assert str(caught.value) == (
        "its option 'names' is the file words.txt, and files do not travel with a tokenizer; give the part an option"
        " with what stands in the file, such as names: tuple[str, ...], or its package the file and travels = False"
    )


def test_a_part_may_stay_in_its_package(package, piece):
    """Its package is then required, and nothing of its source travels."""
    package(parts=PARTS.replace("keeps:", "travels = False\n    keeps:"))
    code = code_of("numbers", [piece()])
    assert code is not None
    assert code.requirements == {"pytest": "1.0"}
    assert not [name for name in code.files if name.startswith("acme")]
    assert "from acme.parts import Halves" in code.files["tokenization_numbers.py"]
    assert "require({'pytest': '1.0'}, by='numbers')" in code.files["tokenization_numbers.py"]


def test_packages_that_transformers_needs_anyway_are_no_requirement(package, piece):
    """numpy is there; what is not is required in the version that is installed here."""
    package(runs="import numpy, pytest, re\nDIGITS = re\nhalves = None\n")
    assert list(piece().requirements) == ["pytest"]


def test_a_class_inside_a_function_cannot_travel():
    """Nor can one of a script: there is no module to carry."""

    class Local:
        pass

    with pytest.raises(PartError, match="define the class at the top of a module that can be imported"):
        _ = Piece(Local(), "pytest", "1.0").modules
    Local.__module__, Local.__qualname__ = "__main__", "Local"
    with pytest.raises(PartError, match="__main__:Local"):
        _ = Piece(Local(), "pytest", "1.0").modules
