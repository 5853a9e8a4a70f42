"""Counting: from text to words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tokbench.contracts.places import Cut
    from tokbench.contracts.progress import Report
    from tokbench.contracts.text import Tally
    from tokbench.counting.words import WordCounts
    from tokbench.documents import Documents


class WorkUnit(Protocol):
    """A piece of the corpora as an engine sees it: filtered, mapped, ready to count; it can be pickled.

    Equal fingerprints, equal text; an empty one means that nobody can tell, and nothing is kept. Optional: `beside()`,
    which returns the unit as any thread may read it while other threads read others, or None.
    """

    @property
    def name(self) -> str:
        """Return what messages call it."""

    @property
    def fingerprint(self) -> str:
        """Return what changes when the text may have changed."""

    @property
    def size(self) -> int | None:
        """Return how much `Tally.stored` grows by when all of it is read; None where nobody can tell."""

    @property
    def language(self) -> str | None:
        """Return the language that the recipe says its text is in; None where it says none, or several."""

    def read(self, tally: Tally) -> Iterator[Documents]:
        """Yield its documents, some at a time, weighted or not; adds to `tally`."""


@dataclass(frozen=True)
class CountingPlan:
    """How text becomes words: the normalizer and pre-tokenizer, and where text may be cut before them.

    `pipeline` is the JSON of a `tokenizers.Tokenizer` that has both and an empty model; of parts in Python it has the
    names, and `classes` their classes. `memory` is how many bytes the counts may take before they go to disk; 0 leaves
    it to the engine. `plain_strings` lets parts in Python be run on plain strings, once these gave the same words.
    """

    pipeline: str
    cut: Cut
    threads: int
    memory: int = 0
    classes: Mapping[str, type] = field(default_factory=dict)
    plain_strings: bool = True


class EnginePart(Protocol):
    """Counts words, wherever the work runs: the counts are those of every document split as a whole, added up.

    In its plainest form it needs no more than this, here for one unit:

        splitter = Splitter.of(plan.pipeline, plan.classes, plain_strings=False)
        for documents in unit.read(tally):
            for text, count in documents:
                for word in splitter.words(text):
                    found[word] += count

    and gives `WordCounts.of(found.items())`. An engine with options is given from Python, as
    `tokbench.build("recipe.toml", engine=Pool(processes=4))`; `--engine pool` takes their defaults.
    """

    def count(self, units: Sequence[WorkUnit], plan: CountingPlan, report: Report) -> tuple[WordCounts, Tally]:
        """Return the counts of the words of all units, and what was read; one `Tally` may pass through every unit."""
