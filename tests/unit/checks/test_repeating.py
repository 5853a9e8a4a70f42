"""An artifact is proved again from its folder alone, and what was tampered with is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.shapes import Shape, build, byte_level
from tokbench.artifact import Artifact
from tokbench.checks import repeating
from tokbench.checks.expected import Reference, digest
from tokbench.checks.probes import PROBES
from tokbench.checks.repeating import repeat_checks
from tokbench.checks.results import CheckReport

from .jobs import edit, swap


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the fresh process out, which has its own tests: only what is repeated here is told."""

    def run(folder: Path, *, reference: Any, **_: Any) -> CheckReport:
        return CheckReport((), digest(Reference(reference).probe(PROBES)))

    monkeypatch.setattr(repeating, "run_checks", run)


def proven(shape: Shape, folder: Path) -> Artifact:
    """Return an artifact whose manifest knows how the probes were encoded."""
    probes = digest(Reference(shape.tokenizer).probe(PROBES))
    return Artifact.open(build(shape, folder, checks=CheckReport((), probes)))


def failed(artifact: Artifact) -> list[str]:
    """Return the names of the proofs that failed."""
    return [result.name for result in repeat_checks(artifact).failed]


def test_a_whole_run_passes(tmp_path: Path) -> None:
    """What was built is proved again, in a fresh process, against its own tokenizer.json."""
    report = repeat_checks(proven(byte_level(), tmp_path / "small"))
    assert report.failed == ()
    assert [result.name for result in report.results[:3]] == ["files", "probes", "loading"]
    assert "round trip" in {result.name for result in report.results}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: swap(t["model"]["vocab"], "Ġthe", "Ġand"), ["files", "probes"]),
        (lambda t: t["model"]["merges"].pop(0), ["files", "probes"]),
        (lambda t: t.update(decoder=None), ["files", "probes"]),
        (lambda t: t.update(version="1.0"), ["files"]),
    ],
)
def test_a_changed_tokenizer_is_found(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], expected: list[str]
) -> None:
    """The manifest tells, by the bytes of the file and by what it does."""
    artifact = proven(byte_level(), tmp_path / "small")
    edit("tokenizer.json", change)(artifact.path)
    assert failed(artifact) == expected


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["recipe.toml", "README.md", "tokenizer_config.json"])
def test_a_missing_file_is_found(tmp_path: Path, name: str) -> None:
    """Every file of the manifest must be there."""
    artifact = proven(byte_level(), tmp_path / "small")
    (artifact.path / name).unlink()
    (fault,) = repeat_checks(artifact).failed
    assert fault.detail == f"{name}: missing, or not what the build wrote"


@pytest.mark.parametrize("content", [None, "not json", "{}"])
def test_a_tokenizer_that_cannot_be_read_ends_the_proofs(tmp_path: Path, content: str | None) -> None:
    """Without a tokenizer to compare with, the file is the fault."""
    artifact = proven(byte_level(), tmp_path / "small")
    (artifact.path / "tokenizer.json").unlink()
    if content is not None:
        (artifact.path / "tokenizer.json").write_text(content)
    assert failed(artifact) == ["files", "loading"]


@pytest.mark.usefixtures("quick")
def test_a_build_without_checks_can_be_proved_later(tmp_path: Path) -> None:
    """There is no digest to compare with, and that is said."""
    artifact = Artifact.open(build(byte_level(), tmp_path / "small"))
    report = repeat_checks(artifact)
    assert report.failed == ()
    assert "ran no checks" in report.results[1].detail
