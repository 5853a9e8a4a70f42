"""The modules that a part is made of, changed so that they can lie beside a tokenizer, without their package.

    tokbench_german/numbers.py   from tokbench_german.fold import fold   →   from .tokbench_german_fold import fold

`transformers` copies the modules beside a tokenizer that are imported relatively, and wants every other module that is
imported, those under TYPE_CHECKING too, to be installed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from tokbench.errors import PartError
from tokbench.sources import locate

DATA = ("importlib.resources", "importlib_resources", "pkgutil")
"""What a module uses to read files of its package, which do not travel."""


@dataclass
class Carried:
    """Modules that travel together."""

    texts: dict[str, str] = field(default_factory=dict)
    """The source of each, by its dotted name."""
    foreign: set[str] = field(default_factory=set)
    """Top-level modules of other packages that they import."""


def flat(module: str) -> str:
    """Return the name of a module where all lie in one folder: ``acme.numbers → acme_numbers``."""
    return module.replace(".", "_")


def carried(module: str) -> Carried:
    """Return a module, and those of its package that it imports, as they travel; raises `PartError` if they cannot."""
    found, waiting = Carried(), [module]
    while waiting:
        name = waiting.pop()
        if name not in found.texts:
            moved = _Moved(name)
            found.texts[name] = moved.text()
            found.foreign |= moved.foreign
            waiting += sorted(moved.own)
    if len({flat(name) for name in found.texts}) < len(found.texts):
        raise PartError(f"{module}: two of its modules would have one name beside a tokenizer; rename one")
    return found


class _Moved:
    """One module, with its imports changed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.own: set[str] = set()
        self.foreign: set[str] = set()
        self._file = locate(name)
        self._source = self._file.read_bytes()
        self._package = name.partition(".")[0]

    def text(self) -> str:
        """Return the source, with its imports changed; a comment or an example stays as it is."""
        tree = ast.parse(self._source)
        if any(isinstance(node, ast.Name) and node.id == "__file__" for node in ast.walk(tree)):
            raise self._refusal(f"it reads files of its package (__file__), which do not travel; {STAYS}")
        lines = self._source.splitlines(keepends=True)
        for node, typing_only in reversed(list(_imports(tree))):
            new = ["pass"] if typing_only else list(self._statements(node))
            _replace(lines, node, "; ".join(new))
        return b"".join(lines).decode("utf-8")

    def _statements(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(node, ast.ImportFrom):
            yield from self._from(node, self._absolute(node))
            return
        for alias in node.names:
            yield self._import(alias)

    def _import(self, alias: ast.alias) -> str:
        if not self._is_own(alias.name):
            self._note(alias.name)
            return f"import {_as(alias)}"
        if alias.asname is None:
            raise self._refusal(f"'import {alias.name}' cannot be changed for it; write 'from … import …'")
        self.own.add(alias.name)
        return f"from . import {flat(alias.name)} as {alias.asname}"

    def _from(self, node: ast.ImportFrom, module: str) -> Iterator[str]:
        if not self._is_own(module):
            for alias in node.names:
                self._note(f"{module}.{alias.name}")
            yield f"from {module} import {', '.join(map(_as, node.names))}"
            return
        names = []
        for alias in node.names:
            inner = f"{module}.{alias.name}"
            if alias.name != "*" and _exists(inner):
                self.own.add(inner)
                yield f"from . import {flat(inner)} as {alias.asname or alias.name}"
            else:
                names.append(_as(alias))
        if names:
            self.own.add(module)
            yield f"from .{flat(module)} import {', '.join(names)}"

    def _is_own(self, module: str) -> bool:
        return module.partition(".")[0] == self._package

    def _note(self, module: str) -> None:
        """Note a module of another package; refuse what cannot be had beside a tokenizer."""
        top = module.partition(".")[0]
        if top == "tokbench":
            remedy = "import it under TYPE_CHECKING, or move the part to a module that does without"
            raise self._refusal(f"it imports '{module}' where it runs; {remedy}")
        if any(module == name or module.startswith(f"{name}.") for name in DATA):
            raise self._refusal(f"it reads files of its package ({module}), which do not travel; {STAYS}")
        if top not in sys.stdlib_module_names:
            self.foreign.add(top)

    def _absolute(self, node: ast.ImportFrom) -> str:
        """Return the module that a `from … import` names: ``from .fold`` in ``acme.parts`` → ``acme.fold``."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".") if self._file.name == "__init__.py" else self.name.split(".")[:-1]
        package = package[: len(package) - (node.level - 1)]
        return ".".join([*package, *([node.module] if node.module else [])])

    def _refusal(self, what: str) -> PartError:
        return PartError(f"{self._file}: its source cannot travel with a tokenizer: {what}")


STAYS = "let the part say travels = False, so that its package is required instead"


def _imports(tree: ast.AST, typing_only: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Yield every import in the order of the source, and whether it is there for types only."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, typing_only
        elif isinstance(child, ast.If) and _asks_for_typing(child.test):
            for statement in child.body:
                yield from _imports(ast.Module([statement], []), True)
            for statement in child.orelse:
                yield from _imports(ast.Module([statement], []), typing_only)
        else:
            yield from _imports(child, typing_only)


def _asks_for_typing(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _replace(lines: list[bytes], node: ast.stmt, new: str) -> None:
    """Put a statement in the place of another; columns count bytes."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
    lines[first : last + 1] = [before + new.encode() + after]


def _as(alias: ast.alias) -> str:
    return alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"


def _exists(module: str) -> bool:
    """Whether there is a module of that name; a name that a module defines is none."""
    try:
        locate(module)
    except PartError:
        return False
    return True
