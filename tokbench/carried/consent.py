"""What code lies beside a tokenizer, told without running it, and the user's word that it may run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokbench.errors import ArtifactError

OPTION = "--trust-remote-code"


@dataclass(frozen=True)
class CarriedFile:
    """A file of Python in a folder; whose it is, is what the folder says of itself."""

    name: str
    origin: str
    """The package that it is from, with its version; empty where the folder does not say it."""
    license: str
    sha256: str


@dataclass(frozen=True)
class CarriedCode:
    """The Python in a folder."""

    named: str
    """The class that `transformers` makes the tokenizer of."""
    files: tuple[CarriedFile, ...]
    requirements: tuple[str, ...]
    """The packages that must be installed, with the versions that were there when it was built."""


def code_beside(folder: Path) -> str | None:
    """Return the class that a folder brings for its tokenizer, as `auto_map` names it, or None.

    ``tokenization_numbers.NumbersPythonTokenizerFast``; raises `ArtifactError` where tokenizer_config.json is no JSON.
    """
    config = folder / "tokenizer_config.json"
    if not config.is_file():
        return None
    try:
        table = json.loads(config.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ArtifactError(f"'{folder}' has a tokenizer_config.json that is no JSON: {error}; get it again") from error
    named = table.get("auto_map") if isinstance(table, dict) else None
    named = named.get("AutoTokenizer") if isinstance(named, dict) else named
    return named if isinstance(named, str) or not named else next(filter(None, reversed(named)), None)


def look(folder: Path, told: Mapping[str, Any]) -> CarriedCode | None:
    """Return the Python of a folder, which is read and not run; `told` is what its manifest says of it."""
    named = code_beside(folder)
    if named is None:
        return None
    files = tuple(_file(path, told.get("files", {}).get(path.name, {})) for path in sorted(folder.glob("*.py")))
    needs = tuple(f"{package}=={version}" for package, version in sorted(told.get("requirements", {}).items()))
    return CarriedCode(named, files, needs)


def _file(path: Path, told: Mapping[str, str]) -> CarriedFile:
    origin = " ".join(told[key] for key in ("package", "version") if key in told)
    return CarriedFile(path.name, origin, told.get("license", ""), hashlib.sha256(path.read_bytes()).hexdigest())


def require_consent(folder: Path, trusted: bool, name: str = "") -> bool:
    """Return whether the folder carries code, which then may run; raises `ArtifactError` where it may not."""
    named = code_beside(folder)
    if named and not trusted:
        raise ArtifactError(
            f"'{name or folder}' carries Python code ({named}), which runs only when you trust it: read its files, and"
            f" say trust_remote_code=True, or {OPTION} on the command line"
        )
    return named is not None
