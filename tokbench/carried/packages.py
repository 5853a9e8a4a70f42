"""What the packages behind a part are called, and what their licenses are; what must be installed where it runs."""

from __future__ import annotations

import functools
import importlib.metadata
import re
from collections.abc import Iterable, Mapping

from tokbench.errors import PartError

STOCK = ("tokenizers", "transformers")
"""What is there wherever a tokenizer is loaded, with all that `transformers` itself requires."""


def requirements(modules: Iterable[str], part: str) -> dict[str, str]:
    """Return the packages of top-level modules and their versions, without those that are there anyway.

    ``{"pythainlp"} → {"pythainlp": "5.1.2"}``
    """
    packages = {_package(module, part) for module in modules} - _there_anyway()
    return {package: importlib.metadata.version(package) for package in sorted(packages)}


def license_of(package: str) -> str:
    """Return the license that a package states, by its SPDX name where it does: ``Apache-2.0``."""
    metadata = importlib.metadata.metadata(package)
    stated = next((metadata[key] for key in ("License-Expression", "License") if key in metadata), "")
    classified = [line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or () if "License ::" in line]
    first = stated.strip().partition("\n")[0]
    return first if first and first != "UNKNOWN" else ", ".join(classified) or "none stated"


def _package(module: str, part: str) -> str:
    found = _packages().get(module)
    if not found:
        raise PartError(f"{part}: it imports '{module}', which no installed package brings; install it as a package")
    return _normalized(found[0])


@functools.lru_cache(maxsize=1)
def _packages() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()


@functools.lru_cache(maxsize=1)
def _there_anyway() -> frozenset[str]:
    """Return what `transformers` and `tokenizers` themselves require, extras apart."""
    named = [line for package in STOCK for line in importlib.metadata.requires(package) or () if "extra ==" not in line]
    return frozenset({*STOCK, *(_normalized(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in named)})


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
