"""Build an artifact again from its own recipe, and compare file by file.

reproduce("me/finnish")  →  tokenizer.json: identical; manifest.json: identical but for its run; …
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tokbench import manifest as manifests
from tokbench.artifact import CARD, RECIPE, Artifact
from tokbench.card.rendering import address_of, addressed
from tokbench.card.validation import validation_of, with_validation
from tokbench.contracts import Report, silent
from tokbench.errors import ArtifactError, CheckFailed
from tokbench.recipe.loader import load
from tokbench.recipe.tables import HUB_ID
from tokbench.registry import load as load_part

if TYPE_CHECKING:
    from tokbench.recipe.recipe import Recipe

Verdict = Literal["identical", "different", "not built"]
VARIES = ("run", "notes", "files")
"""What a manifest tells of one run: how it went, what was chosen where the recipe was silent, and the sha256 that are
compared file by file; a filled recipe is never silent."""
TEMPLATE = "chat_template.jinja"


@dataclass(frozen=True)
class FileResult:
    """One file, and whether it came out the same; `not built` is what was added after the build."""

    name: str
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True)
class Reproduction:
    """What became of building an artifact again."""

    name: str
    files: tuple[FileResult, ...]
    reasons: tuple[str, ...]
    """What is not as it was at the first build, a sentence each; empty where nothing is known to differ."""

    @property
    def different(self) -> tuple[str, ...]:
        """Return the files that came out otherwise."""
        return tuple(file.name for file in self.files if file.verdict == "different")

    def require(self) -> None:
        """Raise `CheckFailed` where a file came out otherwise, with the reasons that are known."""
        if self.different:
            known = "; ".join(self.reasons) or "its corpora, versions and recipe are those of the first build"
            raise CheckFailed(f"{self.name}: {', '.join(self.different)} came out otherwise ({known})")


def reproduce(
    source: str | os.PathLike[str],
    *,
    revision: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    corpus: Any = None,
    counts: str | os.PathLike[str] | None = None,
    trust_remote_code: bool = False,
    threads: int | None = None,
    memory: int | None = None,
    report: Report = silent,
) -> Reproduction:
    """Build an artifact again and return which files are the same, byte by byte.

    `source` is its folder, or its id on the Hub, at a `revision`. The recipe's relative paths start in `folder`, by
    default here. An artifact that was built from text given in Python, or from counts, needs the same again. Code of
    the artifact is never run; that of a tokenizer in `[base]` only with `trust_remote_code`. Nothing is pushed, and the
    artifact stays as it is. Raises `UserError` where it cannot be built.
    """
    with tempfile.TemporaryDirectory() as scratch:
        artifact = _opened(source, revision, Path(scratch) / "pulled", report)
        _require_text(artifact, corpus, counts)
        from tokbench.pipeline import build

        again = build(
            _recipe(artifact, Path(folder or "."), given=corpus is not None or counts is not None),
            Path(scratch) / "again",
            corpus=corpus,
            counts=counts,
            checks=artifact.manifest["checks"]["ran"],
            push=False,
            trust_remote_code=trust_remote_code,
            threads=threads,
            memory=memory,
            engine=load_part("engines", "local")(
                keep_merges=False
            ),  # merges that the first build kept would prove nothing
            report=report,
        )
        return Reproduction(artifact.name, tuple(_compared(artifact, again)), tuple(_reasons(artifact, again)))


def _opened(source: str | os.PathLike[str], revision: str | None, pulled: Path, report: Report) -> Artifact:
    if Path(source).is_dir() or not HUB_ID.fullmatch(str(source)):
        return Artifact.open(source)
    from tokbench.hub.pulling import pull

    return pull(str(source), pulled, revision=revision, report=report)


def _require_text(artifact: Artifact, corpus: Any, counts: Any) -> None:
    """Raise where the recipe alone does not say what was read."""
    given = {origin["title"] for origin in artifact.manifest["corpus"]["origins"]} & set(manifests.GIVEN)
    if given and corpus is None and counts is None:
        remedy = "--counts" if manifests.GIVEN_COUNTS in given else "tokbench.reproduce(…, corpus=…)"
        raise ArtifactError(f"{artifact.name} was built from {given.pop()}; give the same again by {remedy}")


def _recipe(artifact: Artifact, folder: Path, *, given: bool) -> Recipe:
    """Return the recipe of the artifact; a chat template that is not where it was is the artifact's own."""
    recipe = load(artifact.path / RECIPE, corpus_given=given, folder=folder)
    template = recipe.wrapper.chat_template
    if template is None or template.is_file():
        return recipe
    return replace(recipe, wrapper=replace(recipe.wrapper, chat_template=artifact.path / TEMPLATE))


# ---------------------------------------------------------------- what came out


def _compared(then: Artifact, now: Artifact) -> Iterator[FileResult]:
    """Yield each file of either, by name."""
    for name in sorted({*then.manifest["files"], *now.manifest["files"]}):
        old, new = then.path / name, now.path / name
        if not new.is_file():
            yield FileResult(name, "not built", "added after the build")
        elif not old.is_file():
            yield FileResult(name, "different", "it is not in the artifact")
        else:
            yield _file(name, old.read_bytes(), new.read_bytes())
    if _steady(then.manifest) == _steady(now.manifest):
        yield FileResult(manifests.FILE, "identical", "but for what it tells of the run")
    else:
        yield FileResult(manifests.FILE, "different")


def _file(name: str, old: bytes, new: bytes) -> FileResult:
    if old == new:
        return FileResult(name, "identical")
    if name == CARD and old == _card_like(new.decode(), old.decode()).encode():
        return FileResult(name, "identical", "but for what was written into it after the build")
    return FileResult(name, "different")


def _card_like(new: str, old: str) -> str:
    """Return the new card with the address and the validation of the old one, which came after its build."""
    return with_validation(addressed(new, address_of(old)), *validation_of(old))


def _steady(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in VARIES}


def _reasons(then: Artifact, now: Artifact) -> Iterator[str]:
    """Yield what differs of what went into the two builds."""
    for name in then.changed():
        yield f"{name} was changed after the first build"
    for key in ("versions", "packages"):
        for package in sorted({*then.manifest[key], *now.manifest[key]}):
            old, new = (artifact.manifest[key].get(package, "missing") for artifact in (then, now))
            if old != new:
                yield f"{package} is {new}, and was {old}"
    if set(then.manifest["compared"]) != set(now.manifest["compared"]):
        yield "the tokenizers that it is compared with are at other commits"
    yield from _texts(then.manifest["corpus"], now.manifest["corpus"])
    pythons = [".".join(artifact.manifest["run"]["python"].split(".")[:2]) for artifact in (then, now)]
    if pythons[0] != pythons[1]:
        yield f"Python is {pythons[1]}, and was {pythons[0]}"


def _texts(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    old, new = ({unit["name"]: unit["sha256"] for unit in corpus["units"]} for corpus in (then, now))
    changed = [name for name in old if name in new and old[name] != new[name]]
    for what, names in (
        ("has another text", changed),
        ("is missing", [name for name in old if name not in new]),
        ("is new", [name for name in new if name not in old]),
    ):
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            yield f"{names[0]}{more} {what}"
    if not changed and set(old) == set(new) and (then["documents"], then["bytes"]) != (now["documents"], now["bytes"]):
        yield f"{now['documents']:,} documents were read, and {then['documents']:,} then"
