"""A new plugin: an installable package with one part, its tests and its page, that passes as it stands.

write("finnish-fold", "normalizers", Path.cwd()) → tokbench-finnish-fold/, with the class FinnishFold
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from pathlib import Path

from tokbench.errors import UserError
from tokbench.registry import KINDS

FOLDER = Path(__file__).parent
PREFIX = "tokbench-"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def write(name: str, kind: str, folder: Path) -> Path:
    """Write the package of a plugin below `folder`, and return its folder.

    `name` is the part's, in kebab-case; the package is called the same with "tokbench-" before it. Raises `UserError`
    where the name cannot be one, or something of that name is there already.
    """
    part = name.removeprefix(PREFIX)
    if not NAME.fullmatch(part) or keyword.iskeyword(part):
        raise UserError(f"'{name}': a part's name is in kebab-case; try '{_kebab(name) or 'my-part'}'")
    package = folder / (PREFIX + part)
    try:
        package.mkdir()
        for path, text in _files(part, kind).items():
            target = package / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise UserError(f"{package}: exists already; choose another name, or delete it first") from error
    except OSError as error:
        raise UserError(f"{package}: cannot be written: {error.strerror}; is there such a folder?") from error
    return package


def _files(part: str, kind: str) -> Mapping[str, str]:
    """Return the text of each file of the package, by its path within it."""
    module = _module(part)
    names = {"tokbench_example": module, "tokbench-example": PREFIX + part, "Example": _class(part), "example": part}
    names |= {"KIND": KINDS[kind], "GROUP": kind}
    sources = {
        "pyproject.toml": "pyproject.toml",
        "README.md": "README.md",
        f"src/{module}/__init__.py": f"parts/{kind}.py",
        f"tests/test_{module.removeprefix('tokbench_')}.py": f"tests/{kind}.py",
    }
    read = {path: (FOLDER / source).read_text(encoding="utf-8") for path, source in sources.items()}
    return {path: _named(text, names, prose=path.endswith((".md", ".toml"))) for path, text in read.items()}


def _named(text: str, names: Mapping[str, str], *, prose: bool) -> str:
    """Put the plugin's names for those of the example; in Python, words of the text itself stay."""
    wanted = [name for name in names if prose or name in ("tokbench_example", "Example", "example")]
    pattern = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
    fitting = names if prose else {**names, "example": _module(names["example"]).removeprefix("tokbench_")}
    return re.sub(pattern, lambda found: fitting[found[0]], text)


def _module(part: str) -> str:
    return (PREFIX + part).replace("-", "_")


def _class(part: str) -> str:
    return "".join(word.capitalize() for word in part.split("-"))


def _kebab(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()).strip("-0123456789")
