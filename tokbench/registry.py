"""Kind and name → part, through entry points: asking for one part imports one module."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tokbench.errors import PartError
from tokbench.wording import nearest

KINDS = {
    "normalizers": "normalizer",
    "pre_tokenizers": "pre-tokenizer",
    "models": "model",
    "trainers": "trainer",
    "decoders": "decoder",
    "post_processors": "post-processor",
    "corpora": "corpus",
    "maps": "map",
    "engines": "engine",
    "metrics": "metric",
    "tasks": "task",
    "exporters": "exporter",
    "importers": "importer",
}
"""Every kind (its entry-point group is `tokbench.<kind>`), and what one part of it is called in a sentence."""

OWN_PACKAGE = "tokbench"
SWITCH = "TOKBENCH_PLUGINS"
_TARGET = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*")


@dataclass(frozen=True, order=True)
class Entry:
    """A part as its package declares it; nothing is imported to know this much."""

    kind: str
    name: str
    target: str
    """`module:Class`."""
    package: str
    version: str

    @property
    def origin(self) -> str:
        """Return ``tokbench_acme:Fold (package tokbench-acme 0.3.1)``, for messages."""
        return f"{self.target} (package {self.package} {self.version})"


def entries(kind: str | None = None) -> list[Entry]:
    """Return every declared part, of one kind or of all, sorted by kind and name."""
    return [entry for entry in _scan(os.environ.get(SWITCH)) if kind in (None, entry.kind)]


def find(kind: str, name: str) -> Entry:
    """Return the one part of that kind and name; raises `PartError` where there is none, or more than one."""
    claims = [entry for entry in entries(kind) if entry.name == name]
    if not claims:
        raise PartError(f"there is no {KINDS[kind]} '{name}'; {suggestion(name, names(kind), kind)}")
    if len(claims) > 1:
        origins = " and ".join(claim.origin for claim in claims)
        raise PartError(
            f"two packages claim the {KINDS[kind]} '{name}': {origins}; uninstall one, or name the packages"
            f" to use in {SWITCH}"
        )
    return claims[0]


def load(kind: str, name: str) -> type:
    """Import one part and return its class; a package that fails to import is a `PartError` that says which."""
    entry = find(kind, name)
    point = importlib.metadata.EntryPoint(entry.name, entry.target, f"tokbench.{kind}")
    if not _TARGET.fullmatch(entry.target):
        raise PartError(
            f"the {KINDS[kind]} '{name}' is declared as '{entry.origin}'; its package must say module:Class"
        )
    try:
        part = point.load()
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise PartError(f"the {KINDS[kind]} '{name}' could not be loaded from {entry.origin}: {reason}") from error
    if not isinstance(part, type):
        raise PartError(f"the {KINDS[kind]} '{name}' from {entry.origin} is not a class; declare a dataclass")
    return part


def names(kind: str) -> list[str]:
    """Return the names of a kind's parts, each once, sorted."""
    return sorted({entry.name for entry in entries(kind)})


def suggestion(word: str, known: Iterable[str], kind: str | None = None) -> str:
    """Return how to mend a misspelt name: ``did you mean 'byte-level'?``, or what there is to choose from."""
    known = list(known)
    if near := nearest(word, known):
        return f"did you mean '{near}'?"
    if kind is not None and len(known) > 12:
        return f"'tokbench parts {kind}' lists them"
    return f"there are: {', '.join(sorted(known))}" if known else "none is installed"


@functools.lru_cache(maxsize=4)
def _scan(switch: str | None) -> tuple[Entry, ...]:
    return tuple(sorted(set(_declared(_allowed(switch)))))


def _allowed(switch: str | None) -> set[str] | None:
    """Return the third-party packages that may take part, by normalized name; None for all."""
    return None if switch is None else {_normalized(name) for name in switch.split(",") if name.strip()}


def _declared(allowed: set[str] | None) -> Iterator[Entry]:
    seen: set[str] = set()
    for distribution in importlib.metadata.distributions():
        declared = _entry_points(distribution)
        if "[tokbench." not in declared.replace(" ", ""):  # as nearly all; only others have their metadata parsed
            continue
        if "Name" not in distribution.metadata:  # what a broken-off installation left behind
            continue
        package = _normalized(distribution.metadata["Name"])
        if package in seen or _is_shadowed(distribution):
            continue
        seen.add(package)
        if allowed is None or package == OWN_PACKAGE or package in allowed:
            yield from _parts_of(declared, package, distribution.version)


def _entry_points(distribution: importlib.metadata.Distribution) -> str:
    try:
        return distribution.read_text("entry_points.txt") or ""
    except UnicodeDecodeError:  # whatever that package declares, nobody can ask for it by name
        return ""


def _is_shadowed(distribution: importlib.metadata.Distribution) -> bool:
    """Tell whether a package is an older copy, further down `sys.path` than the one that is imported."""
    first = importlib.metadata.distribution(distribution.metadata["Name"])
    return first.locate_file("") != distribution.locate_file("")


def _parts_of(declared: str, package: str, version: str) -> Iterator[Entry]:
    """Yield what an entry_points.txt declares; a line that is no entry point has no target to load."""
    kind = ""
    for line in declared.splitlines():
        name, _, target = (piece.strip() for piece in line.partition("="))
        if name.startswith("[") and name.endswith("]"):
            group = name[1:-1].strip()
            kind = group.removeprefix("tokbench.") if group.startswith("tokbench.") else ""
        elif kind in KINDS and name and not name.startswith(("#", ";")):
            yield Entry(kind, name, target, package, version)


def _normalized(name: str) -> str:
    """Return a package's name as PyPI compares it: ``Tokbench_German`` → ``tokbench-german``."""
    return re.sub(r"[-_.]+", "-", name).lower().strip()
