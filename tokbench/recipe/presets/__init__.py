"""Full recipes for known families of tokenizers, commented, ready to run once the corpus is named.

write(Path("my"), "gpt2", corpus="texts/*.txt") → my.toml, of gpt2.toml with that name and that corpus
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from tokbench.errors import UserError

FOLDER = Path(__file__).parent
NAMES = ("bert", "gpt2", "llama3", "t5", "roberta", "xlm-r", "albert", "char", "word")
CORPUS = "samples/*.txt"
"""The path that every preset reads until it is told another."""


def text(like: str) -> str:
    """Return a preset as it is written; raises `UserError` where there is none of that name."""
    if like not in NAMES:
        raise UserError(f"there is no preset '{like}'; there are: {', '.join(NAMES)}")
    return (FOLDER / f"{like}.toml").read_text(encoding="utf-8")


def write(path: Path, like: str, *, corpus: str | None = None) -> Path:
    """Write a preset as a recipe named like its file, and return the file; `.toml` is added where it is missing.

    `corpus` is a path as the caller sees it; the recipe gets it as seen from the recipe's own folder. Raises
    `UserError` where the file exists already or its folder does not.
    """
    path = path if path.suffix == ".toml" else path.with_name(path.name + ".toml")
    recipe = _set(text(like), "name", like, path.stem)
    if corpus is not None:
        recipe = _set(recipe, "path", CORPUS, _seen_from(path.parent, corpus))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(recipe)
    except FileExistsError as error:
        raise UserError(f"{path}: exists already; choose another name, or delete it first") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror}; is there such a folder?") from error
    return path


def _seen_from(folder: Path, corpus: str) -> str:
    """Return a path relative to the recipe's folder, with forward slashes; an absolute one stays."""
    return corpus if os.path.isabs(corpus) else Path(os.path.relpath(corpus, folder)).as_posix()


def _set(recipe: str, key: str, old: str, new: str) -> str:
    """Put a string in the place of another, in the one line that says `key = "old"`."""
    said = new.replace("\\", "\\\\").replace('"', '\\"')
    return re.sub(rf'^{key} = "{re.escape(old)}"$', lambda _: f'{key} = "{said}"', recipe, count=1, flags=re.MULTILINE)
