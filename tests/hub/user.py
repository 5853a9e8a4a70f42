"""A user's machine, in one process: it runs the commands that it reads, a line of JSON each, and answers in JSON.

`huggingface_hub` reads HF_ENDPOINT when it is imported: the commands cannot run in the process of the tests, and to
import it for each of them would take most of the time. Waiting is not real here, but noted; there is no torch.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from click.testing import CliRunner

from tokbench.cli.main import main


@contextlib.contextmanager
def on(job: dict[str, Any]) -> Iterator[None]:
    """Be in the folder of the job, with its environment and its limit on the size of files."""
    before, limits = dict(os.environ), resource.getrlimit(resource.RLIMIT_FSIZE)
    os.chdir(job["folder"])
    os.environ.update(job["environment"])
    if job["limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["limit"], limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        os.environ.clear()
        os.environ.update(before)


def tokbench(arguments: list[str]) -> dict[str, Any]:
    """Run a command of tokbench."""
    result = CliRunner().invoke(main, arguments, prog_name="tokbench")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return {"code": result.exit_code, "stdout": result.stdout, "stderr": result.stderr}


def python(program: str) -> dict[str, Any]:
    """Run a program, as a user would write one."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})
    return {"code": 0, "stdout": printed.getvalue(), "stderr": ""}


sys.modules["torch"] = None  # type: ignore[assignment]
waits: list[float] = []
time.sleep = waits.append
answers = os.fdopen(os.dup(1), "w")
for line in sys.stdin:
    job = json.loads(line)
    waits.clear()
    with on(job):
        try:
            answer = python(job["program"]) if job["program"] else tokbench(job["arguments"])
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({**answer, "waits": list(waits)}), file=answers, flush=True)
