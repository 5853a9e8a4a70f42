"""Prove an artifact again, long after its build, from what lies in its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench import manifest as manifests
from tokbench.carried.code import read_code
from tokbench.carried.consent import require_consent
from tokbench.checks.results import CheckReport, CheckResult
from tokbench.checks.running import run_checks
from tokbench.contracts import Report, silent

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from tokbench.artifact import Artifact


def repeat_checks(artifact: Artifact, report: Report = silent) -> CheckReport:
    """Prove that the folder is as it was built, and repeat every check on it.

    The tokenizer to compare with is tokenizer.json by `tokenizers` alone, or with the Python that the folder carries.
    That it is the one which was trained is proved by the manifest's sha256 of the files and of the encodings of the
    probe texts.
    """
    files = _files(artifact.changed())
    code = (
        read_code(artifact.path, artifact.tokenizer, artifact.manifest.get("code", {}))
        if require_consent(artifact.path, artifact.trust_remote_code)
        else None
    )
    try:
        reference = artifact.tokenizer if code else _reference(artifact.path)
    except Exception as error:  # tokenizers raises nothing narrower for a file that it cannot read
        return CheckReport((files, CheckResult("loading", False, f"tokenizer.json: {error}")), "")
    again = run_checks(
        artifact.path,
        reference=reference,
        promised=manifests.promised(artifact.manifest),
        code=code,
        report=report,
    )
    return replace(again, results=(files, _probes(artifact, again), *again.results))


def _reference(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def _files(changed: list[str]) -> CheckResult:
    if changed:
        return CheckResult("files", False, f"{', '.join(changed)}: missing, or not what the build wrote")
    return CheckResult("files", True, "every file is as the build wrote it")


def _probes(artifact: Artifact, again: CheckReport) -> CheckResult:
    """Compare with how the trained tokenizer encoded the probe texts, where the build ran the checks."""
    recorded = artifact.manifest["checks"].get("probes")
    if recorded is None:
        return CheckResult("probes", True, "the build ran no checks to compare with")
    if recorded != again.probes:
        return CheckResult("probes", False, "the probe texts are not encoded as by the trained tokenizer")
    return CheckResult("probes", True, "the probe texts are encoded as by the trained tokenizer")
