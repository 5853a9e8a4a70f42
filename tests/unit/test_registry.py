"""Parts are found by kind and name; a package's faults stay with whoever names its part."""

import sys

import pytest

from tokbench import registry
from tokbench.errors import PartError


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """Install packages for one test: a folder with metadata on `sys.path`, as pip leaves it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(package, entry_points, **modules):
        info = tmp_path / f"{package.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(entry_points)
        for name, source in modules.items():
            (tmp_path / f"{name}.py").write_text(source)
        registry._scan.cache_clear()

    yield install
    registry._scan.cache_clear()
    for name in [name for name, module in sys.modules.items() if str(tmp_path) in str(getattr(module, "__file__", ""))]:
        del sys.modules[name]


def test_a_plugin_is_found_and_loaded(installed):
    """One entry point is enough."""
    installed("acme", "[tokbench.normalizers]\nfold = acme_fold:Fold\n", acme_fold="class Fold: pass")
    entry = registry.find("normalizers", "fold")
    assert (entry.package, entry.version) == ("acme", "1.2")
    assert registry.load("normalizers", "fold").__name__ == "Fold"


def test_a_broken_plugin_is_named_with_its_package_and_hurts_nobody_else(installed):
    """Listing and other parts go on; the part itself says what happened."""
    installed("broken", "[tokbench.trainers]\nbroken = broken_trainer:Trainer\n", broken_trainer="import sentencepieze")
    assert "broken" in registry.names("trainers")
    with pytest.raises(PartError) as error:
        registry.load("trainers", "broken")
    assert str(error.value) == (
        "the trainer 'broken' could not be loaded from broken_trainer:Trainer (package broken 1.2):"
        " ModuleNotFoundError: No module named 'sentencepieze'"
    )


def test_a_name_that_two_packages_claim_names_both(installed):
    """The error comes only when the name is used."""
    installed("acme-one", "[tokbench.maps]\nfold = one:Fold\n")
    installed("acme-two", "[tokbench.maps]\nfold = two:Fold\n")
    with pytest.raises(PartError, match=r"one:Fold \(package acme-one 1.2\) and two:Fold \(package acme-two 1.2\)"):
        registry.find("maps", "fold")


def test_an_unknown_name_gets_the_nearest(installed):
    """A slip of the finger is mended."""
    installed("acme", "[tokbench.maps]\ngerman-fold = acme_fold:Fold\n")
    with pytest.raises(PartError, match="there is no map 'german-fodl'; did you mean 'german-fold'"):
        registry.find("maps", "german-fodl")


def test_third_parties_can_be_turned_off_or_picked(installed, monkeypatch):
    """The switch names the packages that may take part; empty means none, and tokbench's own parts stay."""
    installed("Acme_One", "[tokbench.maps]\none = one:Fold\n")
    installed("acme-two", "[tokbench.maps]\ntwo = two:Fold\n")
    assert {"one", "two"} <= set(registry.names("maps"))
    monkeypatch.setenv(registry.SWITCH, "")
    assert {entry.package for entry in registry.entries()} == {"tokbench"}
    monkeypatch.setenv(registry.SWITCH, "acme.one")
    assert "one" in registry.names("maps")
    assert "two" not in registry.names("maps")


def test_groups_of_other_programs_are_left_alone(installed):
    """A group that is no kind of ours, or only begins like one, is ignored."""
    installed("other", "[console_scripts]\nx = a:b\n[tokbench.unheard]\ny = a:b\n[normalizers]\nz = a:b\n")
    assert not [entry for entry in registry.entries() if entry.package == "other"]


def test_a_part_must_be_a_class(installed):
    """An entry point to a function is told what it should be."""
    installed("acme", "[tokbench.maps]\nfold = acme_function:fold\n", acme_function="def fold(): pass")
    with pytest.raises(PartError, match="is not a class; declare a dataclass"):
        registry.load("maps", "fold")


def test_what_a_broken_off_installation_left_hurts_nobody(installed, tmp_path):
    """A folder of metadata without a name, such as pip leaves, is no package."""
    (tmp_path / "~acme-1.0.dist-info").mkdir()
    installed("acme", "[tokbench.maps]\nfold = fold:Fold\n")
    assert registry.find("maps", "fold").package == "acme"


@pytest.mark.parametrize("line", ["odd", "odd =", "odd = a b", "odd = module"])
def test_a_declaration_that_cannot_be_read_hurts_only_who_names_it(installed, line):
    """Other lines of the same file are read."""
    installed("acme", f"[tokbench.maps]\n# maps\n{line}\nfold = fold:Fold\n[other]\nx\n")
    assert registry.find("maps", "fold").package == "acme"
    with pytest.raises(PartError, match=r"'odd' is declared as .*acme 1.2.*must say module:Class"):
        registry.load("maps", "odd")


def test_declarations_that_are_not_utf_8_hurt_nobody_else(installed, tmp_path):
    """A package whose entry points nobody can read declares none, and all others stay."""
    installed("tokbench-acme", "[tokbench.trainers]\nacme = tokbench_acme:Trainer\n")
    (tmp_path / "tokbench_acme-1.2.dist-info" / "entry_points.txt").write_bytes(b"[tokbench.trainers]\n\xff = x:Y\n")
    registry._scan.cache_clear()
    assert "bpe" in registry.names("trainers")
    assert "acme" not in registry.names("trainers")


def test_a_plugin_that_exits_is_a_broken_plugin(installed):
    """`sys.exit` at import must not end the command."""
    installed("acme", "[tokbench.maps]\nquits = quits:Fold\n", quits="raise SystemExit(3)")
    with pytest.raises(PartError, match="SystemExit: 3"):
        registry.load("maps", "quits")
