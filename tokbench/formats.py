"""Tokenizers in the formats of other libraries: written by exporters, read by importers, and proved to be the same.

export("wordpiece", "sentencepiece", "out")                   a folder that loads → files of another library
import_("cl100k_base.tiktoken", "tiktoken", "cl100k", ...)    such a file → a folder that loads
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tokbench.artifact import Draft, new_artifact
from tokbench.carried.consent import code_beside
from tokbench.checks.expected import Reference
from tokbench.checks.probes import PROBES
from tokbench.contracts import Encode, Progress, Report, Tally, silent
from tokbench.errors import ArtifactError, CheckFailed, UserError
from tokbench.options import OptionErrors, make
from tokbench.registry import KINDS, load

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

Written: TypeAlias = "tuple[PreTrainedTokenizerFast, Path]"
"""What a conversion leaves: the tokenizer as `transformers` has it, and where the other library reads it."""
BATCH = 256
"""Texts that are encoded at a time."""
SHOWN = 60
"""Characters of a text that a message shows."""


@dataclass(frozen=True)
class Converted:
    """What was written, and on how many texts it was proved; None where there was nothing to compare with."""

    path: Path
    files: tuple[str, ...]
    texts: int | None


def export(
    tokenizer: str | os.PathLike[str],
    to: str,
    output: str | os.PathLike[str],
    *,
    options: Mapping[str, Any] | None = None,
    texts: Sequence[str | os.PathLike[str]] = (),
    proof: bool = True,
    report: Report = silent,
) -> Converted:
    """Write the tokenizer of a folder in the format of the exporter `to`, into the new folder `output`.

    What the other library makes of the files is compared on the probe texts and on those of the files `texts`, unless
    `proof` is not wanted.
    Raises `UserError` where the format cannot express the tokenizer, and `CheckFailed` where an encoding differs.
    """

    def write(part: Any, draft: Draft) -> Written:
        loaded = _loaded(Path(tokenizer))
        _refusals(tokenizer, lambda: part.export(loaded, draft.path))
        return loaded, draft.path

    return _converted("exporters", to, options or {}, Path(output), write, texts if proof else None, report)


def import_(
    path: str | os.PathLike[str],
    origin: str,
    output: str | os.PathLike[str],
    *,
    options: Mapping[str, Any] | None = None,
    texts: Sequence[str | os.PathLike[str]] = (),
    proof: bool = True,
    report: Report = silent,
) -> Converted:
    """Write the tokenizer that the importer `origin` reads from a file as a folder that stock `transformers` loads.

    The folder is loaded again and compared with the other library, as in `export`, which raises the same.
    """

    def write(part: Any, draft: Draft) -> Written:
        draft.save_tokenizer(_refusals(path, lambda: part.read(Path(path))))
        return _loaded(draft.path), Path(path)

    return _converted("importers", origin, options or {}, Path(output), write, texts if proof else None, report)


def _converted(
    kind: str,
    name: str,
    options: Mapping[str, Any],
    output: Path,
    write: Callable[[Any, Draft], Written],
    texts: Sequence[str | os.PathLike[str]] | None,
    report: Report,
) -> Converted:
    """Let a part write into a new folder that is there only once both libraries agree; without `texts` nobody asks."""
    part = _part(kind, name, options)
    with new_artifact(output, force=False) as draft:
        ours, theirs = write(part, draft)
        encode = part.encoder(theirs) if texts is not None and hasattr(part, "encoder") else None
        compared = None if encode is None else _prove(ours, encode, _texts(texts or ()), report)
        files = sorted(str(file.relative_to(draft.path)) for file in draft.path.rglob("*") if file.is_file())
    return Converted(output, tuple(files), compared)


def _part(kind: str, name: str, options: Mapping[str, Any]) -> Any:
    try:
        return make(load(kind, name), options, Path())
    except OptionErrors as error:
        said = "; ".join(f"--set {option}: {what}" if option else what for option, what in error.errors)
        raise UserError(f"the {KINDS[kind]} '{name}': {said}") from error


def _loaded(folder: Path) -> PreTrainedTokenizerFast:
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    if not folder.is_dir():
        raise ArtifactError(f"{folder}: there is no such folder; give one that transformers loads a tokenizer from")
    if code := code_beside(folder):
        raise ArtifactError(
            f"{folder} carries Python code ({code}), which the format of no other library can hold; give a tokenizer"
            " without parts in Python"
        )
    try:
        loaded = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ArtifactError(
            f"{folder}: transformers loads no tokenizer from it ('--traceback' shows why); give a folder with a sound"
            " tokenizer.json"
        ) from error
    if not isinstance(loaded, PreTrainedTokenizerFast):
        raise ArtifactError(f"{folder} loads as a {type(loaded).__name__}, which has no tokenizer.json")
    return loaded


def _refusals(where: str | os.PathLike[str], convert: Callable[[], Any]) -> Any:
    """Return what a part makes; what it refuses becomes our error, with the place in front."""
    try:
        return convert()
    except (ValueError, OSError) as error:
        raise UserError(f"{os.fspath(where)}: {error}") from error


def _texts(paths: Sequence[str | os.PathLike[str]]) -> Iterator[str]:
    from tokbench.corpora.files import Files
    from tokbench.corpora.source import Source
    from tokbench.corpora.stream import texts, work_units

    if paths:
        yield from texts(work_units([Source(Files(tuple(Path(path) for path in paths)))]), Tally())


def _prove(tokenizer: PreTrainedTokenizerFast, encode: Encode, texts: Iterable[str], report: Report) -> int:
    """Compare the ids of the probes and of further texts, special tokens taken for plain text; return how many."""
    reference = Reference(tokenizer.backend_tokenizer)
    compared = 0
    for batch in _batches((*PROBES,), texts):
        for text, ids in zip(batch, reference.split(batch), strict=True):
            if list(found := encode(text)) != ids:
                raise CheckFailed(_difference(tokenizer, text, ids, list(found)))
        compared += len(batch)
        report(Progress("compare", compared, None, "texts"))
    return compared


def _batches(first: Sequence[str], rest: Iterable[str]) -> Iterator[Sequence[str]]:
    yield first
    batch: list[str] = []
    for text in rest:
        batch.append(text)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _difference(tokenizer: PreTrainedTokenizerFast, text: str, ours: Sequence[int], theirs: Sequence[int]) -> str:
    """Return the sentence that shows the first place where two encodings of a text part ways."""
    pairs = zip([*ours, None], [*theirs, None], strict=False)
    place = next(index for index, (left, right) in enumerate(pairs) if left != right)
    before = tokenizer.decode(list(ours[:place]))
    return (
        f"the encodings differ behind {before[-SHOWN:]!r}, in {text[:SHOWN]!r}: {list(ours[place : place + 4])} by"
        f" tokenizers, {list(theirs[place : place + 4])} by the other library; nothing was written"
    )
