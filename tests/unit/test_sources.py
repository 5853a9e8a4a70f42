"""The first line of a docstring is found in the source, and nothing is imported for it."""

from __future__ import annotations

import sys

import pytest

from tokbench import registry, sources
from tokbench.errors import PartError


@pytest.fixture
def package(monkeypatch, tmp_path):
    """Put modules on `sys.path` that must not be imported: each would raise."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(files):
        for name, source in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"raise RuntimeError('imported')\n{source}", encoding="utf-8")

    return write


def test_a_module_of_its_own(package):
    """`acme_fold:Fold`."""
    package({"acme_fold.py": 'class Fold:\n    """Fold it.\n\n    More.\n    """\n'})
    assert sources.first_line("acme_fold:Fold") == "Fold it."
    assert "acme_fold" not in sys.modules


def test_a_module_inside_a_package(package):
    """Only its path is looked at: the packages above it are not imported either."""
    package({"acme_pack/__init__.py": "", "acme_pack/deep/fold.py": 'class Fold:\n    "Fold deeper."\n'})
    assert sources.first_line("acme_pack.deep.fold:Fold") == "Fold deeper."
    assert "acme_pack" not in sys.modules


@pytest.mark.parametrize(
    "statement", ["from .fold import Fold", "from acme_back.fold import Fold", "from .fold import Inner as Fold"]
)
def test_a_class_that_a_package_imports_from_its_modules(package, statement):
    """Usual in an `__init__.py`."""
    name = "Inner" if "Inner" in statement else "Fold"
    source = f'class {name}:\n    "Folded elsewhere."\n'
    package({"acme_back/__init__.py": statement, "acme_back/fold.py": source})
    assert sources.first_line("acme_back:Fold") == "Folded elsewhere."


def test_a_class_without_a_docstring(package):
    """Has an empty line."""
    package({"acme_bare.py": "class Fold: pass"})
    assert sources.first_line("acme_bare:Fold") == ""


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("acme_nowhere:Fold", "there is no module 'acme_nowhere'"),
        ("acme_here.nowhere:Fold", "there is no source of the module 'acme_here.nowhere'"),
        ("acme_here:Missing", "acme_here has no class 'Missing'"),
        ("acme_here:Round", "is imported from one module after the other"),
        ("acme_odd:Fold", "is not Python that can be read"),
    ],
)
def test_what_cannot_be_read_is_said(package, target, said):
    """Each fault has its sentence."""
    package({"acme_here.py": "from acme_here import Round", "acme_odd.py": "class Fold(:"})
    with pytest.raises(PartError, match=said):
        sources.first_line(target)


def test_every_built_in_part_has_a_line_that_says_what_it_does():
    """As it would be after importing it: a sentence that ends."""
    for entry in registry.entries():
        if entry.package == registry.OWN_PACKAGE:
            line = sources.first_line(entry.target)
            documentation = registry.load(entry.kind, entry.name).__doc__ or ""
            assert line == documentation.strip().partition("\n")[0]
            assert line.endswith("."), entry
