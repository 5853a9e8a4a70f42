"""A virtual environment with `transformers`, `tokenizers` and what they require, and nothing else: made of links."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement


def clean_environment(folder: Path) -> Path:
    """Make the environment in a folder, in a second, and return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    for name in required(["transformers", "tokenizers"]):
        _link(importlib.metadata.distribution(name), packages)
    return python


def required(names: Sequence[str]) -> list[str]:
    """Return the packages, and all that they require, directly or not, extras apart."""
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += _requirements(name)
    return list(found)


def _requirements(name: str) -> Iterator[str]:
    for line in importlib.metadata.requires(name) or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def _link(distribution: importlib.metadata.Distribution, packages: Path) -> None:
    """Link the folders and modules of a package, and what says that it is installed."""
    tops = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
    for top in tops:
        link = packages / top
        if not link.exists():
            link.symlink_to(Path(str(distribution.locate_file(top))).resolve())
