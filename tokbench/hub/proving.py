"""The proof of a published artifact: a fresh process downloads that commit into an empty cache, and compares."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import tokbench.checks
from tokbench.checks.probes import PROBES
from tokbench.checks.results import CheckReport, CheckResult
from tokbench.checks.running import HOMES
from tokbench.errors import HubError
from tokbench.hub.content import Content
from tokbench.hub.sentences import redacted

PROGRAM = f"""
import runpy, sys
sys.path += {[*tokbench.checks.__path__, *HOMES]!r}
runpy.run_module("fresh_process.published", run_name="__main__")
"""
CACHES = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "HF_MODULES_CACHE", "HF_XET_CACHE")
"""Where the user's caches may be said to be: the proof has one of its own, empty."""


def prove(folder: Path, content: Content, repository: str, commit: str, *, trust_remote_code: bool) -> CheckReport:
    """Return whether the Hub gives back, at that commit, the files of the artifact and a tokenizer that does the same.

    `folder` is the artifact that was pushed; stock `transformers` loads both, and their ids, offsets and decoded texts
    must be equal on the probe texts. Raises `HubError` where the network or the disk cut the download off.
    """
    job = {
        "folder": str(folder.resolve()),
        "repository": repository,
        "revision": commit,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in content.files.items()},
        "texts": list(PROBES),
        "trust_remote_code": trust_remote_code,
    }
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=_environment(home),
            check=False,
        )
    return CheckReport(tuple(_results(repository, done)), "")


def _results(repository: str, done: subprocess.CompletedProcess[str]) -> list[CheckResult]:
    """Return what the process found; that it did not end well is a proof that failed."""
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    results = [CheckResult(answer["name"], answer["passed"], redacted(answer["detail"])) for answer in answers]
    if answers and answers[-1].get("unfinished"):
        raise HubError(
            f"{repository}: the proof could not be finished ({results[-1].detail}); mend that, and push again"
        )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        detail = redacted(said[-1]) if said else f"it ended with {done.returncode}"
        results.append(CheckResult("fresh process", False, detail))
    return results


def _environment(home: str) -> Mapping[str, str]:
    """Return the environment of a user who is logged in and has never downloaded anything."""
    from huggingface_hub import get_token

    kept = {name: value for name, value in os.environ.items() if name not in CACHES}
    login = {"HF_TOKEN": token} if (token := get_token()) else {}
    quiet = {"TRANSFORMERS_VERBOSITY": "error", "HF_HUB_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    return {**kept, **login, **quiet, "HF_HOME": home, "TOKENIZERS_PARALLELISM": "false"}
