"""What a trainer may ask for: the corpora of a build as word counts, by language, or as running text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from tokbench.blueprint import Blueprint, splitter
from tokbench.contracts import Tally, WorkUnit
from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError, RecipeError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Count = Callable[[Sequence[WorkUnit]], tuple[WordCounts, Tally]]
"""How the build counts words: on which engine, in how much memory."""


class ReadCorpus:
    """The corpora of a build that reads text; each of its members reads what it needs when it is asked for."""

    def __init__(self, units: Sequence[WorkUnit], drawn: Blueprint, count: Count) -> None:
        self._units = units
        self._drawn = drawn
        self._count = count
        self._by_language: dict[str, WordCounts] = {}
        self.counted: WordCounts | None = None
        """The counts of all words, where anybody asked for them."""
        self.tally = Tally()
        """What was read, by whichever member counted it all, or else read it last."""

    @property
    def words(self) -> WordCounts:
        """The counts of the words of all corpora."""
        if self.counted is None:
            self.counted, self.tally = self._count(self._units)
        return self.counted

    @property
    def bytes(self) -> int:
        """How much text there is, in UTF-8."""
        _ = self.words
        return self.tally.bytes

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """A tokenizer with the normalizer and pre-tokenizer that made the words, and an empty model."""
        return splitter(self._drawn)

    def languages(self) -> Mapping[str, WordCounts]:
        """Return the counts of the words of each language: ``{"de": …, "fi": …}``."""
        if not self._by_language:
            self.tally = Tally()
            for language, units in _by_language(self._units).items():
                self._by_language[language], tally = self._count(units)
                self.tally.add(tally)
            self.counted = WordCounts.merge(self._by_language.values())
        return self._by_language

    def texts(self) -> Iterator[str]:
        """Yield the documents, from the beginning; no text at all is a `CorpusError`."""
        from tokbench.corpora.stream import refuse_nothing, texts

        tally = Tally()
        if self.counted is None:
            self.tally = tally
        yield from texts(self._units, tally)
        refuse_nothing(tally)


class CountedCorpus:
    """The corpora of a build that starts from a file of word counts."""

    def __init__(self, words: WordCounts, drawn: Blueprint) -> None:
        self.words = self.counted = words
        self._drawn = drawn

    @property
    def bytes(self) -> int:
        """Raise: nobody knows how much text it was."""
        raise self._missing("running text")

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """A tokenizer with the normalizer and pre-tokenizer that made the words, and an empty model."""
        return splitter(self._drawn)

    def languages(self) -> Mapping[str, WordCounts]:
        """Raise: the counts are of all languages together."""
        raise self._missing("counts of each language")

    def texts(self) -> Iterator[str]:
        """Raise: there is no text."""
        raise self._missing("running text")

    def _missing(self, what: str) -> RecipeError:
        return self._drawn.recipe.error("trainer.use", f"it takes {what}, not only word counts; leave the counts out")


def _by_language(units: Sequence[WorkUnit]) -> dict[str, list[WorkUnit]]:
    """Return the units of each language, the languages sorted; raises `CorpusError` where a unit says none."""
    groups: dict[str, list[WorkUnit]] = {}
    for unit in units:
        if unit.language is None:
            raise CorpusError(
                f"{unit.name}: the trainer must know the language of every text; give each corpus a language, and mix"
                " those of different languages without weights"
            )
        groups.setdefault(unit.language, []).append(unit)
    return dict(sorted(groups.items()))
