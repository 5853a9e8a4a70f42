"""How much memory a process holds at most, with its workers or without, and what each phase of its work takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

STATUS = Path("/proc/self/status")
FORGET = Path("/proc/self/clear_refs")


def peak_memory() -> float:
    """Return the most memory that this process has held, in MB, since `forget_peak` where there is such a thing."""
    if STATUS.exists():
        # Where the process was started by a larger one, getrusage tells that one's size.
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def peak_with_workers(process: subprocess.Popen[str]) -> float:
    """Wait for a process, and return the most memory in MB that it and all below it held together; 0 without /proc.

    What they share is counted once. They are looked at fifty times a second, so what is shorter may be missed.
    """
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(_held, _tree(process.pid))))
        time.sleep(0.02)
    return peak / 1e6


def _tree(process: int) -> Iterator[int]:
    """Yield a process and all below it; those that end meanwhile are no longer there."""
    yield process
    for thread in Path(f"/proc/{process}/task").glob("*"):
        try:
            below = (thread / "children").read_text().split()
        except OSError:
            continue
        for child in map(int, below):
            yield from _tree(child)


def _held(process: int) -> int:
    """Return the bytes that a process holds, and its part of those that it shares; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def forget_peak() -> None:
    """Let the peak be what the process holds now; only Linux can, elsewhere the peak stays that of all before."""
    if FORGET.exists():
        FORGET.write_text("5")


class Phases:
    """CPU seconds and peak memory by phase, of which each goes on until the next; the first is what was before."""

    def __init__(self) -> None:
        self.took: dict[str, dict[str, float]] = {}
        self._name = "imports"
        self._since = 0.0  # processes begin with that

    def enter(self, name: str) -> None:
        """End a phase and begin another, or one that was before, whose seconds add up."""
        took = self.took.setdefault(self._name, {"CPU s": 0.0, "MB": 0.0})
        took["CPU s"] += time.process_time() - self._since
        took["MB"] = max(took["MB"], peak_memory())
        forget_peak()
        self._name, self._since = name, time.process_time()
