"""The whole of the checks, in a fresh process that knows nothing of tokbench."""

from __future__ import annotations

import ast
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import normalizers

from tests.unit.shapes import TEXTS, Shape, build, byte_level, word_piece
from tokbench.checks import fresh_process, running
from tokbench.checks.fresh_process.__main__ import CHECKS
from tokbench.checks.results import CheckReport
from tokbench.checks.running import run_checks
from tokbench.contracts import Note, Progress
from tokbench.errors import CheckFailed

SOURCES = sorted(Path(fresh_process.__file__).parent.glob("*.py"))


def run(shape: Shape, folder: Path) -> CheckReport:
    """Run the checks on a folder, against the shape that it should hold."""
    return run_checks(folder, reference=shape.tokenizer, promised=shape.promised, samples=TEXTS)


def test_every_check_passes_on_what_was_built(tmp_path: Path) -> None:
    """A whole run: every proof, progress for each, and a digest for later."""
    shape, events = byte_level(), list[Progress | Note]()
    folder = build(shape, tmp_path / "small")
    found = run_checks(folder, reference=shape.tokenizer, promised=shape.promised, samples=TEXTS, report=events.append)
    assert [str(result) for result in found.failed] == []
    assert len(found.results) == len(CHECKS) + 2
    assert [event.done for event in events if isinstance(event, Progress)] == list(range(1, running.CHECKS + 1))
    assert all(isinstance(event, Progress) and event.total == running.CHECKS for event in events)
    assert len(found.probes) == 64
    assert len(found.limitations) == 1
    found.require()


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    """A folder of another tokenizer fails in many ways, and the error tells them all."""
    folder = build(byte_level(), tmp_path / "small")
    found = run(word_piece(), folder)
    names = {result.name for result in found.failed}
    assert {"vocabulary", "ids", "offsets", "special tokens", "pairs", "pickling"} <= names
    with pytest.raises(CheckFailed) as raised:
        found.require()
    assert len(str(raised.value).splitlines()) == len(found.failed)
    assert raised.value.exit_code == 1


def test_a_folder_that_does_not_load_is_one_fault(tmp_path: Path) -> None:
    """Without a tokenizer there is nothing else to try."""
    folder = build(byte_level(), tmp_path / "small")
    (folder / "tokenizer.json").write_text("{}")
    (fault,) = run(byte_level(), folder).results
    assert (fault.name, fault.passed) == ("loading", False)


def test_a_promise_that_is_not_kept_is_found(tmp_path: Path) -> None:
    """Lowered text does not come back exactly; the first text that shows it is told."""
    shape = byte_level()
    shape.tokenizer.normalizer = normalizers.Lowercase()
    found = run(shape, build(shape, tmp_path / "small"))
    (fault,) = found.failed
    assert fault.name == "round trip"
    assert fault.detail.startswith("'exact' was promised, and \"The quick brown fox")
    assert run_promise(replace(shape, round_trip="normalized"), tmp_path / "small").failed == ()


def run_promise(shape: Shape, folder: Path) -> CheckReport:
    """Judge the round trip only, from what the reference decodes."""
    probes = running.Reference(shape.tokenizer).probe(TEXTS)
    result = running._round_trip(shape.round_trip, probes, [probe.decoded for probe in probes])
    return CheckReport((result,), "")


def test_a_process_that_breaks_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever ends the process early is told with its last words."""
    monkeypatch.setattr(running, "PROGRAM", "raise SystemError('no such luck')")
    (fault,) = run(byte_level(), build(byte_level(), tmp_path / "small")).results
    assert (fault.name, fault.passed, fault.detail) == ("fresh process", False, "SystemError: no such luck")


def test_an_interrupt_ends_the_process_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the checks run leaves no process behind."""
    answer, number = '{"name": "x", "passed": true}', tmp_path / "number"
    say = f"import os, time; open({str(number)!r}, 'w').write(str(os.getpid())); print({answer!r}, flush=True)"
    monkeypatch.setattr(running, "PROGRAM", f"{say}; time.sleep(600)")

    def interrupt(event: Progress | Note) -> None:
        raise KeyboardInterrupt

    shape = byte_level()
    folder = build(shape, tmp_path / "small")
    with pytest.raises(KeyboardInterrupt) as kept:  # the traceback is alive: nothing was ended by being forgotten
        run_checks(folder, reference=shape.tokenizer, promised=shape.promised, report=interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)
    assert kept.tb


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_fresh_process_imports_stock_libraries_only(source: Path) -> None:
    """The proofs see what anyone sees: the standard library, transformers with its own, and nothing of tokbench."""
    imported = set[str]()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add(str(node.module).partition(".")[0])
    stock = {"transformers", "tokenizers", "huggingface_hub"}  # the last is what transformers downloads with
    assert imported <= sys.stdlib_module_names | stock
