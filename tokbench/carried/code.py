"""The Python that a tokenizer carries: the source of its parts, and the class of `transformers` that puts them in.

numbers-8k   →   tokenization_numbers_8k.py      the class, named in tokenizer_config.json by `auto_map`
                 tokbench_numbers.py             the part, as its package has it
                 tokbench_carried_*.py           what saves, copies and pickles it
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.carried.consent import code_beside
from tokbench.carried.copying import classes_of
from tokbench.carried.modules import Carried, carried, flat
from tokbench.carried.packages import license_of, requirements
from tokbench.carried.stages import PYTHON, described
from tokbench.errors import ArtifactError, PartError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    from tokbench.carried.stages import Classes, Stage

CLASS_MODULE = "tokbench.carried.tokenizer"


@dataclass(frozen=True)
class Piece:
    """A part in Python, and how it gets where the tokenizer is loaded."""

    part: Any
    """With its options."""
    package: str
    version: str

    @property
    def travels(self) -> bool:
        """Whether its source travels; else its package must be installed there."""
        return bool(getattr(self.part, "travels", True))

    @property
    def reference(self) -> str:
        """Return the name that tokenizer.json has for it: ``tokbench_numbers:SplitNumbers``."""
        module = type(self.part).__module__
        return f"{flat(module) if self.travels else module}:{type(self.part).__qualname__}"

    @functools.cached_property
    def modules(self) -> Carried:
        """The modules that travel."""
        _check_class(type(self.part))
        return carried(type(self.part).__module__) if self.travels else Carried()

    @property
    def requirements(self) -> dict[str, str]:
        """Return the packages that it needs where it runs, and their versions here."""
        if not self.travels:
            return {self.package: self.version}
        return requirements(self.modules.foreign, self.reference)

    @property
    def origin(self) -> dict[str, str]:
        """Return the package that it is from, its version and its license."""
        return _origin(self.package, self.version)

    def stage(self) -> Stage:
        """Return the item of tokenizer.json that stands for it."""
        options = {field.name: getattr(self.part, field.name) for field in dataclasses.fields(self.part) if field.init}
        return {
            "type": PYTHON,
            "class": self.reference,
            "options": {name: _as_json(name, value) for name, value in options.items()},
            "sha256": self.digest,
        }

    @property
    def digest(self) -> str:
        """Return the sha256 of its source, or of what its package is called, and in which version."""
        texts = sorted(self.modules.texts.items()) if self.travels else [(self.package, self.version)]
        return hashlib.sha256("\0".join(text for pair in texts for text in pair).encode()).hexdigest()


@dataclass(frozen=True)
class Code:
    """All the Python of one tokenizer."""

    module: str
    """The module with its class: ``tokenization_numbers_8k``."""
    class_name: str
    files: Mapping[str, str]
    """The source of each file, by its name."""
    classes: Classes
    """The class of each part, by its name in tokenizer.json."""
    requirements: Mapping[str, str]
    """The packages that must be installed where it is loaded, and their versions here."""
    origins: Mapping[str, Mapping[str, str]]
    """Of each file, the package that it is from, its version and its license."""
    parts: tuple[Mapping[str, str], ...] = ()
    """The same of each part, with its class, the module that this came from, and the sha256 of what it is made of."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """The top-level modules whose source travels: without their packages it must do."""
        moved = [part["module"] for part in self.parts if f"{flat(part['module'])}.py" in self.files]
        return tuple(sorted({module.partition(".")[0] for module in moved}))

    def told(self) -> dict[str, Any]:
        """Return what the manifest says of it; the files have their digests there like all others."""
        return {
            "class": f"{self.module}.{self.class_name}",
            "files": {name: dict(origin) for name, origin in sorted(self.origins.items())},
            "parts": [dict(part) for part in self.parts],
            "requirements": dict(self.requirements),
        }

    def config(self) -> dict[str, Any]:
        """Return what tokenizer_config.json says of it."""
        return {
            "tokenizer_class": self.class_name,  # a name that transformers does not know: without the code, it refuses
            "auto_map": {"AutoTokenizer": [None, f"{self.module}.{self.class_name}"]},
        }

    def write(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, text in self.files.items():
            (folder / name).write_bytes(text.encode())

    def maker(self, python: Mapping[str, Stage]) -> Callable[..., PreTrainedTokenizerFast]:
        """Return what wraps a tokenizer with these stages in Python: its class, of the parts that are imported here."""
        from tokbench.carried.tokenizer import PythonTokenizerFast

        made = type(self.class_name, (PythonTokenizerFast,), {"classes": dict(self.classes)})

        def make(tokenizer_object: Tokenizer, **told: Any) -> Any:
            return made(tokenizer_object=described(tokenizer_object, python), **told)

        return make


def code_of(name: str, pieces: Iterable[Piece]) -> Code | None:
    """Return the code of a tokenizer with these parts, None where there are none; raises `PartError`."""
    found = {piece.reference: piece for piece in pieces}
    if not found:
        return None
    required: dict[str, str] = {}
    files: dict[str, str] = {}
    origins: dict[str, Mapping[str, str]] = {}
    own = _origin("tokbench", version("tokbench"))
    moving = [*((piece.modules, piece.origin) for piece in found.values()), (carried(CLASS_MODULE), own)]
    for modules, origin in moving:
        moved = {f"{flat(module)}.py": _header(module, origin) + text for module, text in modules.texts.items()}
        files |= moved
        origins |= dict.fromkeys(moved, origin)
    for piece in found.values():
        required |= piece.requirements
    module, class_name = names(name)
    files[f"{module}.py"] = _class_source(name, class_name, found, files, required)
    return Code(
        module=module,
        class_name=class_name,
        files=dict(sorted(files.items())),
        origins={**origins, f"{module}.py": own},
        classes={reference: type(piece.part) for reference, piece in found.items()},
        requirements=required,
        parts=tuple(_told(piece) for piece in found.values()),
    )


def read_code(folder: Path, tokenizer: Any, told: Mapping[str, Any]) -> Code:
    """Return the code in a folder whose tokenizer was loaded with it; `told` is what its manifest says."""
    from transformers.dynamic_module_utils import get_relative_import_files

    module, _, class_name = (code_beside(folder) or "").rpartition(".")
    main = folder / f"{module}.py"
    if not main.is_file():
        raise ArtifactError(f"'{folder}' names the module {module}, and has no {main.name}; get the whole folder")
    files = [main, *map(Path, get_relative_import_files(main))]
    return Code(
        module=module,
        class_name=class_name,
        files={file.name: file.read_text(encoding="utf-8") for file in sorted(files)},
        classes=classes_of(tokenizer),
        requirements=told.get("requirements", {}),
        origins=told.get("files", {}),
        parts=tuple(told.get("parts", ())),
    )


def read_told(folder: Path) -> Mapping[str, Any]:
    """Return what the manifest of a folder says of its code, nothing where there is none."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return {}
    try:
        return dict(json.loads(manifest.read_text(encoding="utf-8")).get("code", {}))
    except ValueError as error:
        raise ArtifactError(f"{manifest} is no JSON: {error}; get the folder again") from error


def names(tokenizer: str) -> tuple[str, str]:
    """Return the module and the class of a tokenizer: ``numbers-8k → tokenization_numbers_8k, Numbers8kTokenizerFast``.

    `transformers` saves the code only of a class with "Tokenizer" in its name; "Python" keeps it apart from its own.
    """
    words = re.findall(r"[a-z0-9]+", tokenizer.lower()) or ["named"]
    camel = "".join(word.capitalize() for word in words)
    return "_".join(["tokenization", *words]), f"{'T' * camel[0].isdigit()}{camel}PythonTokenizerFast"


def _class_source(
    name: str, class_name: str, pieces: Mapping[str, Piece], files: Iterable[str], required: Mapping[str, str]
) -> str:
    """Return the module with the class; it names every module beside it, as `transformers` copies only such."""
    used = {flat(CLASS_MODULE), *(piece.reference.partition(":")[0] for piece in pieces.values() if piece.travels)}
    others = sorted({file.removesuffix(".py") for file in files} - used)
    shown = name.replace('"', "'").replace("\\", "/")  # inside a docstring
    lines = [
        f'"""The tokenizer "{shown}", with its parts that are written in Python.',
        "",
        f"Written by tokbench {version('tokbench')}; load it with AutoTokenizer and trust_remote_code=True.",
        '"""',
        "",
        f"from .{flat(CLASS_MODULE)} import PythonTokenizerFast, require",
        "",
        *([f"require({dict(required)!r}, by={name!r})", ""] if required else []),
        *(_import_of(piece) for piece in pieces.values()),
        *(f"from .{module} import __name__ as _  # noqa: F401" for module in others),
        "",
        "",
        f"class {class_name}(PythonTokenizerFast):",
        f'    """The tokenizer "{shown}"."""',
        "",
        "    classes = {",
        *(f'        "{reference}": {_alias(piece)},' for reference, piece in pieces.items()),
        "    }",
        '    _auto_class = "AutoTokenizer"  # whoever saves it saves its code',
        "",
    ]
    return "\n".join(lines)


def _import_of(piece: Piece) -> str:
    module, _, name = piece.reference.partition(":")
    return f"from {'.' if piece.travels else ''}{module} import {name} as {_alias(piece)}  # noqa: E402"


def _alias(piece: Piece) -> str:
    """Return a name of its own for a class; two parts may have classes of one name."""
    return flat(piece.reference.replace(":", "_"))


def _header(module: str, origin: Mapping[str, str]) -> str:
    """Return the comment above a module that travels."""
    return (
        f"# {module}, of {origin['package']} {origin['version']}, license: {origin['license']}\n"
        "# It lies here so that the tokenizer beside it can be loaded where that package is not; only imports differ.\n"
    )


def _origin(package: str, found: str) -> dict[str, str]:
    return {"package": package, "version": found, "license": license_of(package)}


def _told(piece: Piece) -> dict[str, str]:
    module = type(piece.part).__module__
    return {"class": piece.reference, "module": module, **piece.origin, "sha256": piece.digest}


def _check_class(part: type) -> None:
    if part.__module__ == "__main__" or "." in part.__qualname__ or keyword.iskeyword(part.__qualname__):
        raise PartError(
            f"{part.__module__}:{part.__qualname__}: its source cannot travel with a tokenizer; define the class at the"
            " top of a module that can be imported"
        )


def _as_json(name: str, value: Any) -> Any:
    """Return an option as JSON holds it; a list is read as a tuple."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, tuple):
        return [_as_json(name, item) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_json(name, item) for key, item in value.items()}
    if isinstance(value, Path):
        raise PartError(
            f"its option '{name}' is the file {value.name}, and files do not travel with a tokenizer; give the part an"
            f" option with what stands in the file, such as {name}: tuple[str, ...], or its package the file and"
            " travels = False"
        )
    raise PartError(
        f"its option '{name}' is a {type(value).__name__}, which cannot travel with a tokenizer; give it a type that"
        " TOML has: a string, a number, a tuple or a dictionary of them"
    )
