"""Run the proofs: expected values here, the folder loaded in a fresh process, round trips judged here.

trained tokenizer ──► probes ──► job ──► fresh_process (stock libraries) ──► results
                         └────────── round trip ◄── decoded texts ──┘
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tokbench.checks.expected import Probe, Promised, Reference, digest
from tokbench.checks.probes import PROBES, WRITTEN
from tokbench.checks.results import CheckReport, CheckResult
from tokbench.checks.round_trip import holds
from tokbench.contracts import Progress, Report, silent
from tokbench.recipe.tables import RoundTrip

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from tokbench.carried.code import Code
    from tokbench.carried.copying import WholeTokenizer

HOMES = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
PROGRAM = f"""
import runpy, sys
sys.path += {[str(Path(__file__).parent), *HOMES]!r}
runpy.run_module("fresh_process", run_name="__main__")
"""
"""Isolation leaves out the current folder and PYTHONPATH, as it should, but also packages installed for one user
(pip install --user), which are named here with the folder of the proofs; tokbench itself is never imported."""
CHECKS = 17
"""Proofs with a progress of their own: those of the child, its loading, and the round trip."""
SAMPLES = 200
SAMPLE_LENGTH = 2000
"""How many of the corpus' own texts are tried, and how many characters of each."""


def run_checks(
    folder: Path,
    *,
    reference: Tokenizer | WholeTokenizer,
    promised: Promised,
    samples: Sequence[str] = (),
    code: Code | None = None,
    report: Report = silent,
) -> CheckReport:
    """Prove that the folder does, in a fresh process with stock libraries, what the trained tokenizer does.

    `reference` is the tokenizer in memory, with its special tokens marked; `samples` are texts of the corpus. The child
    runs `code`, the Python that the folder carries, which whoever calls this must have been allowed. A proof that fails
    is part of the report: `CheckReport.require` raises for it.
    """
    trained = Reference(reference)
    fixed = trained.probe(PROBES)
    probes = fixed + trained.probe([text[:SAMPLE_LENGTH] for text in samples[:SAMPLES]])
    answers: list[dict[str, Any]] = []
    job = job_for(folder, trained, probes, promised, code)
    with contextlib.closing(_answers(job)) as answering:
        for answer in answering:
            answers.append(answer)
            report(Progress("check", min(len(answers), CHECKS), CHECKS, "checks"))
    results = [CheckResult(**answer) for answer in answers if "name" in answer]
    said = next((answer for answer in answers if "limitations" in answer), {})
    if decoded := said.get("decoded"):
        results.append(_round_trip(promised.round_trip, probes, decoded))
    return CheckReport(tuple(results), digest(fixed), tuple(said.get("limitations", ())))


def job_for(
    folder: Path, trained: Reference, probes: Sequence[Probe], promised: Promised, code: Code | None = None
) -> dict[str, Any]:
    """Return what the child is to do, as JSON holds it."""
    texts = [probe.text for probe in probes]
    special = {token: trained.vocabulary[token] for token in promised.special_tokens}
    spelled = [form for token in special for form in (token, f"a{token}b", f"a {token} b")]
    pairs = list(itertools.pairwise(WRITTEN))
    return {
        "folder": str(folder),
        "code": sorted(code.files) if code else [],
        "hidden": ["tokbench", *(code.hidden if code else ())],
        "texts": texts,
        "ids": [probe.ids for probe in probes],
        "offsets": [probe.offsets for probe in probes],
        "decoded": [probe.decoded for probe in probes],
        "framed": trained.framed(texts),
        "pairs": pairs,
        "paired": trained.pairs(pairs),
        "types": trained.tokenizer.post_processor is not None,
        "special_tokens": special,
        "spelled": spelled,
        "split": trained.split(spelled),
        "unknown_id": trained.unknown_id,
        "vocab_size": promised.vocab_size,
        "length": len(trained.vocabulary),
        "vocabulary": hashlib.sha256(json.dumps(sorted(trained.vocabulary.items())).encode()).hexdigest(),
    }


def _answers(job: dict[str, Any]) -> Generator[dict[str, Any], None, None]:
    """Run the child and yield what it says, line by line; it ends with this process."""
    with tempfile.TemporaryDirectory() as scratch:
        errors = Path(scratch) / "errors"
        asked = Path(scratch) / "job.json"
        asked.write_text(json.dumps(job), encoding="utf-8")
        with asked.open("rb") as stdin, errors.open("wb") as stderr:
            environment = {**_environment(), "HF_MODULES_CACHE": str(Path(scratch) / "modules")}
            ended = yield from _lines([sys.executable, "-I", "-c", PROGRAM], stdin, stderr, environment)
        if ended:
            said = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            yield {"name": "fresh process", "passed": False, "detail": said[-1] if said else f"it ended with {ended}"}


def _lines(
    command: list[str], stdin: IO[bytes], stderr: IO[bytes], environment: dict[str, str]
) -> Generator[dict[str, Any], None, int]:
    """Yield each line that the program says, as JSON, and return its exit code; it never outlives the caller."""
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=environment) as child:
        try:
            yield from map(json.loads, child.stdout or ())
        except BaseException:
            child.kill()
            raise
    return child.returncode


def _environment() -> dict[str, str]:
    """Return the environment of a machine without network."""
    return {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
        "TOKENIZERS_PARALLELISM": "false",
    }


def _round_trip(promise: RoundTrip, probes: Sequence[Probe], decoded: Sequence[str]) -> CheckResult:
    """Judge what stock transformers decoded, leaving out text for which nothing is promised."""
    judged = [(probe, back) for probe, back in zip(probes, decoded, strict=True) if not probe.outside]
    broken = [(probe, back) for probe, back in judged if not holds(promise, probe.text, probe.normalized, back)]
    if broken:
        probe, back = broken[0]
        detail = f"{promise!r} was promised, and {probe.text[:60]!r} came back as {back[:60]!r}"
        return CheckResult("round trip", False, f"{detail} ({len(broken)} of {len(judged)} texts)")
    if promise == "none":
        return CheckResult("round trip", True, "nothing was promised")
    left_out = len(probes) - len(judged)
    return CheckResult(
        "round trip", True, f"{promise}, {len(judged)} texts; {left_out} left out, as outside the alphabet"
    )
