"""What a labelled set is: sentences of words with a tag each, and what was found and mended on reading them.

Sentence(words=("Ada", "sang"), tags=("B-PER", "O"))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test")
OUTSIDE = "O"
"""The tag of a word that belongs to no span."""


@dataclass(frozen=True)
class Sentence:
    """Words with a tag each: IOB2 where spans are labelled (`B-PER I-PER O`), else one label a word (`NOUN`).

    `document` numbers the documents of its set from 0. `text` is the running text, where the set gives it, and
    `offsets` are the places of the words there, in characters: `text[start:end] == word`.
    """

    words: tuple[str, ...]
    tags: tuple[str, ...]
    document: int = 0
    text: str | None = None
    offsets: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Findings:
    """What reading a split found: its scheme, how often which rule mended what, and what no model can learn of it.

    `mended` maps the name of a rule of `tokbench.labelled.schemes.RULES` to how many tags it changed; `unlearned` maps
    a label that the training split lacks to how many spans, or words, have it.
    """

    source: str
    """What messages call it: a file, or a set and its split."""
    scheme: str
    """`IOB1`, `IOB2`, `IOBES`, `BILOU`, or `tags` where each word has a label of its own."""
    sentences: int
    words: int
    documents: int
    mended: dict[str, int] = field(default_factory=dict)
    unlearned: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LabelledSet:
    """The splits of a labelled set; all tags are IOB2, or labels of words.

    `labels` are those of `train`, sorted, "O" first where spans are labelled; a label that another split has and
    `train` lacks is no label that a model can learn, and is reported.
    """

    train: Sequence[Sentence]
    dev: Sequence[Sentence]
    test: Sequence[Sentence]
    labels: tuple[str, ...]
    findings: dict[Split, Findings] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def split(self, name: Split) -> Sequence[Sentence]:
        """Return the sentences of a split."""
        return {"train": self.train, "dev": self.dev, "test": self.test}[name]

    @property
    def scored(self) -> Split:
        """Return the split that results are told of: test, or dev where there is no test."""
        return "test" if self.test else "dev"
