"""The proof that a tokenizer needs no Python but what it carries, and that none of it runs unasked."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from .proofs import Failed, Loaded, load


class Hidden(MetaPathFinder):
    """Packages that are installed here, and may not be where the tokenizer is loaded."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = frozenset(packages)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002
        """Raise for them what Python raises for a package that is not there."""
        if fullname.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)


def check_code(loaded: Loaded) -> str:
    """Check that nobody gets the tokenizer without its code: whatever loads it refuses, and says what to do."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        shutil.copytree(loaded.job["folder"], folder)
        for how, attempt in _attempts(folder):
            _refused(how, attempt)
    return f"{len(loaded.job['code'])} files, refused without trust_remote_code=True"


def _refused(how: str, attempt: Callable[[], Any]) -> None:
    try:
        attempt()
    except Exception as error:  # transformers and tokenizers have no narrower one for it
        if "trust_remote_code=True" not in str(error):
            raise Failed(f"{how}, it is refused without a word of trust_remote_code=True: {error}") from error
    else:
        raise Failed(f"{how}, it loads without its code")


def _attempts(folder: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield ways to load the folder without its code."""
    from transformers import PreTrainedTokenizerFast

    yield "by AutoTokenizer", lambda: load(folder, trust_remote_code=False)
    yield "by PreTrainedTokenizerFast", lambda: PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    yield "by tokenizers", lambda: Tokenizer.from_file(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"}))
    yield "beside a config.json", lambda: load(folder, trust_remote_code=False)
