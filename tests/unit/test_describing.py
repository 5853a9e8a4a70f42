"""What is installed, as data: lists that import nothing, and all about one part."""

from __future__ import annotations

import pytest

from tokbench import describing, registry
from tokbench.errors import PartError


@pytest.fixture
def entries(monkeypatch):
    """Declare parts that a test names, beside no others."""

    def declare(*found):
        monkeypatch.setattr(registry, "_scan", lambda switch: tuple(sorted(found)))

    return declare


def entry(kind, name, target="acme_missing:Part", package="acme"):
    return registry.Entry(kind, name, target, package, "1.0")


def test_lines_follow_the_pipeline_then_the_alphabet(entries):
    """Normalizers before pre-tokenizers before models."""
    entries(entry("models", "b"), entry("normalizers", "z"), entry("models", "a"), entry("pre_tokenizers", "m"))
    assert [line.name for line in describing.lines()] == ["z", "m", "a", "b"]
    assert [line.name for line in describing.lines("models")] == ["a", "b"]


def test_a_part_whose_source_is_missing_is_listed_with_its_problem(entries):
    """A broken package stops nobody from seeing the others."""
    entries(entry("models", "broken"), entry("models", "fine", "tokbench.describing:Line"))
    broken, fine = describing.lines()
    assert (broken.summary, broken.problem) == ("", "there is no module 'acme_missing'")
    assert (fine.problem, fine.summary) == ("", describing.Line.__doc__.partition("\n")[0])


def test_a_name_that_two_packages_claim_is_listed_twice(entries):
    """Both lines say why a recipe that names it will be refused."""
    target = "tokbench.describing:Line"
    entries(entry("models", "x", target, "acme"), entry("models", "x", target, "bolt"), entry("trainers", "x", target))
    assert [line.problem for line in describing.lines()] == ["claimed by two packages"] * 2 + [""]


def test_all_kinds_of_a_name_are_described():
    """In the order of the pipeline, unless one is asked for."""
    assert [found.kind for found in describing.described("wordpiece")] == ["models", "trainers", "decoders"]
    (trainer,) = describing.described("wordpiece", "trainers")
    assert [option.name for option in trainer.options][:2] == ["vocab_size", "scoring"]
    assert trainer.documentation.startswith("Merge pairs as BPE does")


def test_an_unknown_name_is_refused_with_the_nearest():
    """Over all kinds, or within one."""
    with pytest.raises(PartError, match="there is no part 'bytelevel'; did you mean 'byte-level'"):
        describing.described("bytelevel")
    with pytest.raises(PartError, match="there is no trainer 'bert'"):
        describing.described("bert", "trainers")


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_kind_has_a_name_that_people_say(kind):
    """Its group, the group with hyphens, and what one part of it is called."""
    assert {describing.kind_named(word) for word in (kind, kind.replace("_", "-"), registry.KINDS[kind])} == {kind}
