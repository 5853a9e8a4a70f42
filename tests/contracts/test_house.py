"""The house keeps its plan: no circle, parts that know only their contract, rich in the command line alone."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tokbench"
PARTS = ("normalizers", "pre_tokenizers", "models", "trainers", "decoders", "post_processors", "corpora", "maps")
PARTS += ("engines", "metrics", "tasks", "exporters", "importers")
UPSTAIRS = ("tokbench.registry", "tokbench.recipe", "tokbench.pipeline", "tokbench.cli")
HEAVY = {"torch", "transformers", "datasets", "pyarrow", "numpy", "pydantic", "rich", "tokenizers", "huggingface_hub"}


def modules() -> dict[str, Path]:
    """Return every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name: str) -> Iterator[str]:
    """Yield what a module imports, anywhere in it and for its types too, as dotted names."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


def circles() -> list[list[str]]:
    """Return the groups of modules that import each other in a loop (Tarjan 1972)."""
    graph = {name: {found for found in imports(name) if found in MODULES and found != name} for name in MODULES}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            place = stack.index(name)
            group = stack[place:]
            del stack[place:]
            if len(group) > 1:
                found.append(sorted(group))

    for name in graph:
        if name not in index:
            visit(name)
    return found


def test_no_modules_import_each_other():
    """There is no circle, also not one that only types tie."""
    assert circles() == []


@pytest.mark.parametrize("kind", PARTS)
def test_parts_do_not_know_who_uses_them(kind):
    """A part imports its contract and its helpers, never what loads it."""
    own = [name for name in MODULES if name.startswith(f"tokbench.{kind}")]
    strangers = {name: [found for found in imports(name) if found.startswith(UPSTAIRS)] for name in own}
    # The settings of a source and the special tokens are tables of the recipe, and plain data.
    assert {name: found for name, found in strangers.items() if set(found) - {"tokbench.recipe.tables"}} == {}


def test_only_the_command_line_draws():
    """Rich and click are imported below cli/ and nowhere else."""
    users = {name for name in MODULES if {"rich", "click"} & {found.split(".")[0] for found in imports(name)}}
    assert {name for name in users if not name.startswith("tokbench.cli")} == set()


def test_importing_tokbench_imports_nothing_heavy():
    """`import tokbench` costs next to nothing."""
    code = "import sys, tokbench; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY.isdisjoint(loaded)


def test_public_names_exist_and_are_sorted():
    """`__all__` is true."""
    import tokbench

    assert list(tokbench.__all__) == sorted(tokbench.__all__)
    for name in tokbench.__all__:
        assert getattr(tokbench, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tokbench.nothing


def test_the_map_in_the_readme_is_true():
    """Every file and folder of the package is on the README's map, and every name there exists."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^tokbench/\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    named = {word for line in block[1].splitlines() for word in re.findall(r"^  ((?:[\w.]+/? ?)+)  ", line)}
    shown = {name.rstrip("/") for group in named for name in group.split()}
    there = {
        path.name for path in PACKAGE.iterdir() if path.name != "__pycache__" and path.suffix not in {".so", ".pyi"}
    }
    assert shown == there
