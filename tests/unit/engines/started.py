"""A process of its own that counts, to be interrupted or killed in the middle."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def started(script: str, cache: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process that runs a script, once it has printed `reading`; it keeps its counts in `cache`.

    It leads a group of its own, of which nothing is left afterwards.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"reading\n"
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Press Ctrl-C, and require that the process ends by it within a second, and what a busy machine adds to it."""
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert time.monotonic() - sent < 3
    assert b"KeyboardInterrupt" in errors
