"""The manifest: what was built, from what, with what, and what was proved, as stable JSON.

Everything outside the table `run` is the same, byte for byte, for the same recipe, corpora and versions; `run` holds
what differs from run to run: seconds, memory, machine.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.checks.expected import Promised
from tokbench.contracts import Tally

if TYPE_CHECKING:
    from tokbench.carried.code import Code
    from tokbench.checks.results import CheckReport
    from tokbench.counting.words import WordCounts

FORMAT = 1
"""The version of the folder's layout and of this file; a reader refuses a newer one."""
FILE = "manifest.json"
GIVEN_TEXT, GIVEN_COUNTS = GIVEN = ("text given from Python", "counts of words in a file")
"""What stands for the recipe's corpora where a build was given something else to learn from."""
LIBRARIES = ("tokbench", "tokenizers", "transformers")


@dataclass(frozen=True)
class Run:
    """How this one run went: nothing here is promised to be the same again."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall-clock seconds of each stage, in the order in which they ran."""
    peak_memory: int | None = None
    """The most memory that the process held, in bytes."""
    threads: int | None = None


@dataclass(frozen=True)
class Origin:
    """Where text came from, as the recipe says it."""

    title: str
    license: str | None = None
    """None where the recipe does not say it; it is never guessed."""
    language: str | None = None
    dataset: str | None = None
    """Its id on the Hub, where it has one."""


@dataclass(frozen=True)
class Built:
    """What a build knows when it is done, for the manifest and the card."""

    name: str
    promised: Promised
    tally: Tally
    vocabulary: int = 0
    """How many tokens it has, added ones too."""
    units: tuple[str, ...] = ()
    """Names of the corpus units that were read, in order."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """See `counted`."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Versions of the packages whose parts the recipe used, tokbench apart."""
    checks: CheckReport | None = None
    """None where the checks were skipped."""
    notes: tuple[str, ...] = ()
    """What the build decided where the recipe was silent."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """What metrics say of the beginnings of the first documents of the corpus."""
    compared: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """What they say of other tokenizers on the same text, by name."""
    origins: tuple[Origin, ...] = ()
    """The corpora of the recipe, in its order."""
    code: Code | None = None
    """The Python that it carries."""
    run: Run = field(default_factory=Run)


def counted(words: WordCounts) -> dict[str, Any]:
    """Return what the manifest says of word counts: `{"sha256": …, "distinct": 2, "total": 5}`."""
    return {"sha256": words.digest(), "distinct": len(words), "total": words.total}


def describe(built: Built) -> dict[str, Any]:
    """Return the manifest, without the files, which are not all written yet."""
    return {
        "format": FORMAT,
        "name": built.name,
        "vocabulary": built.vocabulary,
        "versions": {name: version(name) for name in LIBRARIES},
        "packages": dict(sorted(built.packages.items())),
        **({"code": built.code.told()} if built.code else {}),
        "corpus": _corpus(built),
        "words": dict(built.words),
        "figures": dict(built.figures),
        "compared": {name: dict(figures) for name, figures in built.compared.items()},
        "promises": asdict(built.promised),
        "checks": _checks(built.checks),
        "notes": list(built.notes),
        "run": {
            **asdict(built.run),
            "platform": platform.platform(),
            "python": platform.python_version(),
        },
    }


def files(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of the folder but the manifest itself, by its path with forward slashes."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / FILE)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def to_json(value: Mapping[str, Any]) -> str:
    """Return JSON as every file of an artifact has it: two spaces, UTF-8, a newline at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def promised(manifest: Mapping[str, Any]) -> Promised:
    """Return what an artifact was held to when it was built."""
    promises = manifest["promises"]
    return Promised(promises["round_trip"], promises["vocab_size"], tuple(promises["special_tokens"]))


def _corpus(built: Built) -> dict[str, Any]:
    tally = built.tally
    names = dict.fromkeys([*built.units, *sorted(tally.digests)])  # units that are read together have digests each
    return {
        "origins": [asdict(origin) for origin in built.origins],
        "units": [{"name": name, "sha256": tally.digests.get(name)} for name in names],
        "documents": tally.documents,
        "bytes": tally.bytes,
        "skipped": dict(sorted(tally.skipped.items())),
        "replaced": tally.replaced,
    }


def _checks(checks: CheckReport | None) -> dict[str, Any]:
    if checks is None:
        return {"ran": False}
    return {
        "ran": True,
        "probes": checks.probes,
        "results": [asdict(result) for result in checks.results],
        "limitations": list(checks.limitations),
    }


def peak_memory() -> int | None:
    """Return the most memory that this process has held, in bytes, where the platform tells."""
    try:
        import resource
    except ImportError:  # Windows has no such module
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # kilobytes on Linux, bytes on macOS


def strangers(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Return what lies in the folder and is not of the artifact: the user's own files, which nobody may delete."""
    known = {FILE, *manifest["files"]}
    return sorted(_names(folder) - known)


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in _leaves(folder)}


def _leaves(folder: Path) -> Iterable[Path]:
    """Yield files, links and empty folders, however deep."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink() and any(path.iterdir()):
            yield from _leaves(path)
        else:
            yield path
