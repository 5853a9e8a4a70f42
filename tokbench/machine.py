"""What this machine, or the container that this process runs in, has."""

from __future__ import annotations

import os
from pathlib import Path

CONTROL_GROUP = Path("/sys/fs/cgroup")
MEMORY = Path("/proc/meminfo")


def memory() -> int:
    """Return the memory in bytes: the machine's, or what the container may take where that is less."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = _of_the_group("memory.max")
    return whole if limit is None else min(whole, limit)


def free_memory() -> int | None:
    """Return how many bytes of memory can be had without taking any from others; None where nobody tells."""
    found = [size for size in (_available(), _left_to_the_group()) if size is not None]
    return min(found, default=None)


def threads() -> int:
    """Return how many threads can work at once: as many as there are cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _available() -> int | None:
    if not MEMORY.exists():
        return None
    lines = MEMORY.read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _left_to_the_group() -> int | None:
    limit, taken = _of_the_group("memory.max"), _of_the_group("memory.current")
    return None if limit is None or taken is None else max(0, limit - taken)


def _of_the_group(name: str) -> int | None:
    """Return a figure of the control group; None where there is no limit, or no group."""
    path = CONTROL_GROUP / name
    said = path.read_text(encoding="ascii").strip() if path.is_file() else "max"
    return None if said == "max" else int(said)
