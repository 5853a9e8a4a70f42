"""From files or a dataset to a labelled set: read, cut into splits, converted to IOB2, and told what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokbench.errors import DataError
from tokbench.labelled.conll import Columns, read_columns
from tokbench.labelled.conllu import read_conllu
from tokbench.labelled.cutting import cut, marked
from tokbench.labelled.data import Data
from tokbench.labelled.raw import RawSentence
from tokbench.labelled.rows import Fields, Row, json_rows
from tokbench.labelled.schemes import RULES, recognize, to_iob2
from tokbench.labelled.sentences import OUTSIDE, SPLITS, Findings, LabelledSet, Sentence, Split
from tokbench.labelled.unlearned import labels_of, refuse_strangers, unlearned, unlearned_notes
from tokbench.wording import counted

if TYPE_CHECKING:
    from tokbench.contracts import TaskPart

USUAL: dict[Split, tuple[str, ...]] = {
    "train": ("train",),
    "dev": ("validation", "dev", "valid", "devel"),
    "test": ("test",),
}
"""What datasets call their splits."""


def read(data: Data, task: TaskPart, folder: Path = Path()) -> LabelledSet:
    """Return the labelled set of a table `[validation.data]`; relative paths start in `folder`.

    Raises `DataError` where data are missing or not of their format, where a split is empty or has nothing to find
    that could be learned, and where tags follow no scheme.
    """
    mended: dict[Split, Counter[str]] = {split: Counter() for split in SPLITS}
    sources, raw = (
        _from_dataset(data, task, folder, mended) if data.dataset else _from_files(data, task, folder, mended)
    )
    for split in SPLITS:
        if split in raw and not raw[split]:
            raise DataError(f"{sources[split]}: there is no sentence in it; name another file for '{split}'")
    _cut_missing(data, raw, sources)
    return _labelled(data, task, raw, sources, mended)


# ---------------------------------------------------------------- reading


Raw = dict[Split, list[RawSentence]]
Sources = dict[Split, str]
Mended = Mapping[Split, Counter[str]]


def _from_files(data: Data, task: TaskPart, folder: Path, mended: Mended) -> tuple[Sources, Raw]:
    named: dict[Split, str | None] = {"train": data.train, "dev": data.dev, "test": data.test}
    sources: Sources = {split: str(folder / name) for split, name in named.items() if name}
    return sources, {split: list(_file(data, task, Path(path), mended[split])) for split, path in sources.items()}


def _file(data: Data, task: TaskPart, path: Path, mended: Counter[str]) -> Iterator[RawSentence]:
    """Yield the sentences of one file, by its format."""
    match data.format_of(path):
        case "conll":
            return read_columns(path, _columns(data, task))
        case "conllu":
            return read_conllu(path, data.column or task.columns["conllu"])
        case "jsonl":
            return _fields(data, task, {}).read(json_rows(path), mended)
        case "parquet":
            from tokbench.labelled.tables import parquet_names, parquet_rows

            return _fields(data, task, parquet_names(path)).read(parquet_rows(path), mended)


def _columns(data: Data, task: TaskPart) -> Columns:
    return Columns(
        word=_number("words", data.words or "0"),
        tag=_number("column", data.column or task.columns["conll"]),
        separator=data.separator,
        comment=data.comment,
    )


def _number(option: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise DataError(
            f"[validation.data] {option} = {text!r}: the columns of these files have no names; give a number from 0"
        ) from error


def _fields(data: Data, task: TaskPart, names: Mapping[str, Sequence[str]]) -> Fields:
    return Fields(data.words, data.column, data.document, data.labels, names, (task.columns["rows"],))


def _from_dataset(data: Data, task: TaskPart, folder: Path, mended: Mended) -> tuple[Sources, Raw]:
    from tokbench.labelled.tables import dataset_names, dataset_rows, dataset_splits

    beside = folder / str(data.dataset)
    found = dataset_splits(str(beside if beside.is_dir() else data.dataset), data.subset, data.revision)
    sources: Sources = {}
    raw: Raw = {}
    for split in SPLITS:
        name = _split_name(data, split, list(found))
        if name is not None:
            sources[split] = f"{data.dataset} ({name})"
            rows: Iterator[Row] = dataset_rows(found[name], sources[split])
            raw[split] = list(_fields(data, task, dataset_names(found[name])).read(rows, mended[split]))
    return sources, raw


def _split_name(data: Data, split: Split, there: Sequence[str]) -> str | None:
    """Return what a dataset calls a split: as the table says, or the first of the usual names that it has."""
    said: str | None = getattr(data, split)
    name = said or next((name for name in USUAL[split] if name in there), None)
    if (said and name not in there) or (split == "train" and name is None):
        raise DataError(f"the dataset '{data.dataset}' has no split '{said or split}'; there are: {', '.join(there)}")
    return name


def _cut_missing(data: Data, raw: Raw, sources: Sources) -> None:
    """Cut the splits that were not given off the training split; without a test split, dev is scored."""
    shares: dict[Split, float] = {"test": data.test_share, "dev": data.dev_share}
    for split, share in shares.items():
        if split in raw or (split == "test" and not share):
            continue
        raw["train"], raw[split] = cut(raw["train"], share, data.seed, split)
        sources[split] = f"{share:.0%} of {sources['train']}"
        if not raw[split]:
            raise DataError(f"{sources[split]}: there is no sentence in it; give '{split}', or a larger {split}_share")


# ---------------------------------------------------------------- converting


def _labelled(data: Data, task: TaskPart, raw: Raw, sources: Sources, mended: Mended) -> LabelledSet:
    scheme = "tags"
    if task.spans:
        every = (sentence.tags for sentences in raw.values() for sentence in sentences)
        scheme = recognize(every, sources["train"], data.scheme)
    splits = {split: [_converted(s, scheme, mended[split]) for s in sentences] for split, sentences in raw.items()}
    if task.spans:
        _refuse_nothing_to_find(splits, sources)
    there = labels_of(task, splits)
    refuse_strangers(there, sources)
    findings = {
        split: _findings(sources[split], scheme, raw[split], mended[split], unlearned(there, split))
        for split in SPLITS
        if split in raw
    }
    labels = _labels(splits["train"], spans=task.spans)
    notes = [*_scheme_notes(findings), *unlearned_notes(there, sources, spans=task.spans)]
    return LabelledSet(splits["train"], splits["dev"], splits.get("test", []), labels, findings, tuple(notes))


def _converted(sentence: RawSentence, scheme: str, mended: Counter[str]) -> Sentence:
    tags = sentence.tags if scheme == "tags" else to_iob2(sentence.tags, scheme, mended)  # type: ignore[arg-type]
    return Sentence(sentence.words, tags, sentence.document, sentence.text, sentence.offsets)


def _findings(
    source: str, scheme: str, sentences: Sequence[RawSentence], mended: Counter[str], lacking: dict[str, int]
) -> Findings:
    words = sum(len(sentence.words) for sentence in sentences)
    return Findings(source, scheme, len(sentences), words, marked(sentences), dict(sorted(mended.items())), lacking)


def _labels(sentences: Sequence[Sentence], *, spans: bool) -> tuple[str, ...]:
    """Return the labels to learn: of each type B- and I-, for a word of several pieces may need both."""
    tags = {tag for sentence in sentences for tag in sentence.tags}
    if not spans:
        return tuple(sorted(tags))
    types = {tag[2:] for tag in tags if tag != OUTSIDE}
    return (OUTSIDE, *sorted(f"{letter}-{name}" for name in types for letter in "BI"))


def _refuse_nothing_to_find(splits: Mapping[Split, Sequence[Sentence]], sources: Sources) -> None:
    for split, sentences in splits.items():
        if all(tag == OUTSIDE for sentence in sentences for tag in sentence.tags):
            raise DataError(
                f"{sources[split]}: there is no entity, every tag is {OUTSIDE}; say in 'column' which tags to read"
            )


def _scheme_notes(findings: Mapping[Split, Findings]) -> Iterator[str]:
    """Yield what was converted and what was mended, a sentence each."""
    first = findings["train"]
    if first.scheme not in ("IOB2", "tags"):
        yield f"{first.source}: the tags are {first.scheme}, converted to IOB2"
    for found in findings.values():
        for rule, times in found.mended.items():
            yield f"{found.source}: {counted(times, 'time')} mended by the rule '{rule}': {RULES[rule]}"
