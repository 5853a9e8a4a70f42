"""Where labelled data come from and how they are read: the table `[validation.data]` of a recipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tokbench.labelled.schemes import Scheme

Format = Literal["conll", "conllu", "jsonl", "parquet"]
FORMATS: dict[str, Format] = {
    ".conllu": "conllu",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
}
"""The format of a file by the end of its name; all others are columns in the manner of CoNLL."""


@dataclass(frozen=True)
class Data:
    """The keys of `[validation.data]`.

    train, dev, test: files, or with `dataset` the names of its splits
    dataset: a dataset of the Hub, or a folder that `datasets` reads
    subset: of a dataset of the Hub: which of its configurations
    revision: of a dataset of the Hub: a branch, a tag or a commit
    format: what the files are, where their names do not say
    column: which tags are read: a column's number or name, `FEATS:Number`, `MISC:NER`, a field
    words: the column or field of the words
    document: the field that tells documents apart
    separator: what separates the columns of a line; by default a tab or blanks, as the file has
    comment: what lines that are no words start with; by default every line is one
    labels: what numbered tags are called
    scheme: how spans are written; by default it is recognized
    dev_share: how much of `train` is cut off where there is no `dev`
    test_share: how much of `train` is cut off where there is no `test`; where this is 0, dev is scored
    seed: what the cut is drawn from
    """

    train: str | None = None
    dev: str | None = None
    test: str | None = None
    dataset: str | None = None
    subset: str | None = None
    revision: str | None = None
    format: Format | None = None
    column: str | None = None
    words: str | None = None
    document: str | None = None
    separator: str | None = None
    comment: str | None = None
    labels: tuple[str, ...] = ()
    scheme: Scheme | None = None
    dev_share: float = 0.1
    test_share: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.dataset is None and self.train is None:
            raise ValueError('say which file to train on, as in train = "train.conll", or which dataset')
        for name in ("dev_share", "test_share"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1")

    def format_of(self, path: Path) -> Format:
        """Return what a file is, by the table or by its name."""
        return self.format or FORMATS.get(path.suffix.lower(), "conll")
