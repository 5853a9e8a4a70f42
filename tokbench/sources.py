"""What a class says of itself, read from its source: nothing is imported, so a broken or slow plugin costs nothing.

    "tokbench.normalizers.hf:Bert" → "Clean text as BERT does: …"

Only the top-level package is looked up as Python would; its modules are then found by path.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
from collections.abc import Sequence
from pathlib import Path

from tokbench.errors import PartError

LONGEST_DETOUR = 5
"""How many `from … import` a class is followed through."""


def first_line(target: str) -> str:
    """Return the first line of the docstring of `module:Class`, or "" where it has none.

    Raises `PartError` where the source is missing, is no Python, or does not define the class.
    """
    module, _, name = target.partition(":")
    for _ in range(LONGEST_DETOUR):
        found = _definition(module, name)
        if isinstance(found, ast.ClassDef):
            return inspect.cleandoc(ast.get_docstring(found) or "").partition("\n")[0]
        module, name = found
    raise PartError(f"{target}: is imported from one module after the other")


def locate(module: str) -> Path:
    """Return the file of a module's source: ``tokbench.registry → …/tokbench/registry.py``."""
    top, *inner = module.split(".")
    spec = importlib.util.find_spec(top)
    if spec is None:
        raise PartError(f"there is no module '{top}'")
    if not inner and spec.origin and spec.origin.endswith(".py"):
        return Path(spec.origin)
    file = _below(spec.submodule_search_locations or (), inner)
    if file is None:
        raise PartError(f"there is no source of the module '{module}'")
    return file


def _below(folders: Sequence[str], inner: list[str]) -> Path | None:
    for folder in folders:
        path = Path(folder, *inner)
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if inner and file.is_file():
                return file
    return None


def _definition(module: str, name: str) -> ast.ClassDef | tuple[str, str]:
    """Return the class of that name, or the (module, name) from which the module imports it."""
    file = locate(module)
    for statement in _parsed(file).body:
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            return statement
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                if (alias.asname or alias.name) == name:
                    return _absolute(statement, module, file), alias.name
    raise PartError(f"{module} has no class '{name}'")


def _absolute(statement: ast.ImportFrom, module: str, file: Path) -> str:
    """Return the module that a `from … import` names: ``from .fold`` in ``acme.parts`` → ``acme.fold``."""
    if not statement.level:
        return statement.module or ""
    package = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    package = package[: len(package) - (statement.level - 1)]
    return ".".join([*package, *([statement.module] if statement.module else [])])


@functools.lru_cache(maxsize=256)
def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise PartError(f"{file}: is not Python that can be read: {error}") from error
