"""The artifact: the folder that a build leaves, read here and written here.

    tokenizer.json  tokenizer_config.json  [chat_template.jinja]    what `transformers` loads
    recipe.toml     the recipe with every default written in
    manifest.json   what was built, from what, with what, what was proved, and the sha256 of every other file
    README.md       the model card

A new artifact is written beside its place and renamed when it is whole:

    with new_artifact(Path("finnish"), force=False) as draft:
        draft.save_tokenizer(wrapped)
        draft.write("recipe.toml", text)
        draft.seal(describe(built))
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench import manifest as manifests
from tokbench.carried.consent import require_consent
from tokbench.errors import ArtifactError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from tokbench.carried.code import Code
    from tokbench.carried.copying import WholeTokenizer
    from tokbench.counting.work_folders import WorkFolder

RECIPE = "recipe.toml"
CARD = "README.md"
TOKENIZER_CONFIG = "tokenizer_config.json"
PRIVATE = ("backend", "files_loaded", "is_local", "local_files_only", "name_or_path")
"""Keys that transformers may write into tokenizer_config.json and that tell of this machine, or of nothing."""
OLD = "old"
"""Where an artifact that is being replaced lies, beside its draft, until the new one is in its place."""
UNLIMITED = 10**20
"""Above this, `model_max_length` is how transformers writes that there is none."""


@dataclass(frozen=True)
class Artifact:
    """A built tokenizer on disk."""

    path: Path
    trust_remote_code: bool = False
    """Whether the Python that it carries may run."""

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, trust_remote_code: bool = False) -> Artifact:
        """Return the artifact in that folder; raises `ArtifactError` where there is none that can be read.

        Python that it carries runs only with `trust_remote_code`, when its tokenizer is asked for.
        """
        artifact = cls(Path(path), trust_remote_code)
        _ = artifact.manifest
        return artifact

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """Return manifest.json."""
        return _read_manifest(self.path)

    @cached_property
    def recipe_text(self) -> str:
        """Return the recipe that was built, with every default written in."""
        return self._read(RECIPE)

    @property
    def card_text(self) -> str:
        """Return the model card."""
        return self._read(CARD)

    @cached_property
    def tokenizer(self) -> PreTrainedTokenizerFast:
        """Return the tokenizer, loaded by stock `transformers` from this folder alone.

        Raises `ArtifactError` where it carries Python that may not run.
        """
        from transformers import AutoTokenizer, PreTrainedTokenizerFast

        trusted = require_consent(self.path, self.trust_remote_code)
        loaded = AutoTokenizer.from_pretrained(self.path, local_files_only=True, trust_remote_code=trusted)
        if not isinstance(loaded, PreTrainedTokenizerFast):
            raise ArtifactError(f"{self.path}: transformers loads it as {type(loaded).__name__}; build it again")
        return loaded

    @property
    def name(self) -> str:
        """Return the name that the recipe gave it."""
        return str(self.manifest["name"])

    def summary(self) -> str:
        """Return what was made of what: ``8,000 tokens from 1,500 documents (203,115 bytes); 18 checks passed``."""
        corpus, checks = self.manifest["corpus"], self.manifest["checks"]
        proved = f"{_counted(len(checks['results']), 'check')} passed" if checks["ran"] else "nothing was checked"
        skipped = sum(corpus["skipped"].values())
        left_out = f", {skipped:,} skipped" if skipped else ""
        read = f"{_counted(corpus['documents'], 'document')} ({_counted(corpus['bytes'], 'byte')}{left_out})"
        if not corpus["units"]:
            read = f"the counts of {_counted(self.manifest['words']['distinct'], 'word')}"
        return f"{_counted(self.manifest['vocabulary'], 'token')} from {read}; {proved}"

    def changed(self) -> list[str]:
        """Return the files that are missing, or are not what the build wrote, sorted."""
        found = manifests.files(self.path)
        return sorted(name for name, sha256 in self.manifest["files"].items() if found.get(name) != sha256)

    def amend(self, files: Mapping[str, str]) -> None:
        """Write text files into the artifact, new or in the place of old ones, and note them in its manifest."""
        written = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
        run = {key: self.manifest[key] for key in ("run",) if key in self.manifest}  # stays last
        whole = {**self.manifest, "files": dict(sorted({**self.manifest["files"], **written}.items()))}
        manifest = manifests.to_json({key: whole[key] for key in whole if key not in run} | run)
        for name, text in {**files, manifests.FILE: manifest}.items():
            partial = self.path / f"{name}.partial"
            partial.write_bytes(text.encode())
            os.replace(partial, self.path / name)
        self.__dict__.pop("manifest", None)  # it is read anew when it is asked for

    def _read(self, name: str) -> str:
        path = self.path / name
        if not path.is_file():
            raise ArtifactError(f"{self.path}: {name} is missing; build the artifact again")
        return path.read_text(encoding="utf-8")


def _counted(number: int, noun: str) -> str:
    """Return ``1 document``, ``1,500 documents``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Draft:
    """An artifact that is being written, in a folder beside its place."""

    path: Path

    def write(self, name: str, text: str) -> None:
        """Write a text file of the artifact."""
        (self.path / name).write_bytes(text.encode())

    def save_tokenizer(self, tokenizer: WholeTokenizer, code: Code | None = None) -> None:
        """Write the files that `transformers` loads, and its code, without what tells of this machine."""
        try:
            tokenizer.save_pretrained(self.path)
        except Exception as error:
            if "os error" not in str(error):  # as the compiled half of tokenizers tells of a full disk
                raise
            raise ArtifactError(f"{self.path} cannot be written: {error}; give -o for another folder") from error
        told = json.loads((self.path / TOKENIZER_CONFIG).read_text(encoding="utf-8"))
        self.write(TOKENIZER_CONFIG, manifests.to_json(_clean(told, code)))
        if code:
            code.write(self.path)

    def seal(self, manifest: Mapping[str, Any]) -> None:
        """Write manifest.json, last, with the sha256 of every other file."""
        run = {"run": manifest["run"]} if "run" in manifest else {}  # last: what differs from run to run
        whole = {**manifest, "files": manifests.files(self.path)}
        self.write(manifests.FILE, manifests.to_json({key: whole[key] for key in whole if key != "run"} | run))


def _clean(told: dict[str, Any], code: Code | None) -> dict[str, Any]:
    """Return tokenizer_config.json as it is published.

    Class and extra tokens have the names that transformers 4 and 5 both read: version 5 writes `TokenizersBackend` and
    a list of `extra_special_tokens`, on which version 4 fails (tried with 4.57).
    """
    kept = {key: value for key, value in told.items() if key not in PRIVATE}
    if isinstance(kept.get("extra_special_tokens"), list):
        kept["additional_special_tokens"] = kept.pop("extra_special_tokens")
    if kept.get("model_max_length", 0) > UNLIMITED:
        del kept["model_max_length"]
    named = code.config() if code else {"tokenizer_class": "PreTrainedTokenizerFast"}
    return dict(sorted({**kept, **named}.items()))


# ---------------------------------------------------------------- the place of a new artifact


@contextlib.contextmanager
def new_artifact(target: Path, *, force: bool) -> Iterator[Draft]:
    """Give a draft beside `target`, and put it in its place when the block ends well.

    Raises `ArtifactError` at once where something is in the way: an artifact, unless `force` says to replace it, or
    anything else, always. Whatever ends the block early, Ctrl-C too, leaves the target as it was and no draft.
    """
    target = Path(os.path.realpath(target))
    _tidy(target)
    require_vacant(target, force=force)
    with _beside(target) as work:
        draft = Draft(work.path / "new")
        draft.path.mkdir()
        yield draft
        _flush(draft.path)
        _put(draft.path, target, force=force)


def _tidy(target: Path) -> None:
    """Remove what builds to the same target left that were killed; one killed while it replaced loses nothing."""
    from tokbench.counting.work_folders import remove_abandoned

    def put_back(work: Path) -> None:
        if (work / OLD).is_dir() and not target.exists():
            os.rename(work / OLD, target)

    if target.parent.is_dir():
        remove_abandoned(target.parent, _prefix(target), put_back)


def _beside(target: Path) -> WorkFolder:
    """Return a folder beside the target; it goes when it is closed, or when its process is found to have died."""
    from tokbench.counting.work_folders import WorkFolder

    try:
        return WorkFolder(target.parent, _prefix(target))
    except OSError as error:
        raise ArtifactError(f"{target} cannot be written: {error.strerror}; give -o for another folder") from error


def _prefix(target: Path) -> str:
    return f".{target.name}."


def require_vacant(target: Path, *, force: bool) -> None:
    """Raise where a new artifact must not go; an empty folder is no obstacle."""
    try:
        vacant = not target.exists() or (target.is_dir() and not any(target.iterdir()))
    except OSError as error:
        raise ArtifactError(f"{target} cannot be looked at: {error.strerror}; give -o for another folder") from error
    if vacant:
        return
    if not target.is_dir():
        raise ArtifactError(f"{target} is a file; give -o for a folder")
    if not (target / manifests.FILE).is_file():
        raise ArtifactError(f"{target} holds files that are not an artifact, and stays as it is; give -o for another")
    if others := manifests.strangers(target, _read_manifest(target)):
        raise ArtifactError(
            f"{target} holds '{others[0]}', which no build put there, and stays as it is; move it, or give -o for"
            " another folder"
        )
    if not force:
        raise ArtifactError(f"{target} exists; give --force to replace it, or -o for another folder")


def _put(draft: Path, target: Path, *, force: bool) -> None:
    """Rename the draft to the target; an artifact that was there is put back if that fails.

    The first rename fails where anything but an empty folder has come to stand there meanwhile, another build's too.
    """
    try:
        os.rename(draft, target)
        return
    except OSError:
        if not target.exists():
            raise
    require_vacant(target, force=force)
    old = draft.with_name(OLD)
    try:
        os.rename(target, old)
        os.rename(draft, target)
    except BaseException:
        if old.exists() and not target.exists():
            os.rename(old, target)
        raise


def _flush(folder: Path) -> None:
    """Bring the files to the disk before the rename says that they are there."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _read_manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / manifests.FILE
    if not folder.is_dir():
        raise ArtifactError(f"{folder}: there is no such folder; give the folder that 'tokbench build' left")
    if not path.is_file():
        raise ArtifactError(f"{folder} is not an artifact: it has no {manifests.FILE}; give one that a build left")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found = manifest["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{path} is damaged ({type(error).__name__}: {error}); build the artifact again") from error
    if not isinstance(found, int) or found > manifests.FORMAT:
        raise ArtifactError(
            f"{folder} has the format {found}, and this tokbench reads up to {manifests.FORMAT}; upgrade tokbench"
        )
    return manifest  # type: ignore[no-any-return]
