"""What the trainers of merges take and give, for the compiled core and for its specification alike."""

from __future__ import annotations

import itertools
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

Name = TypeVar("Name")

Scoring = Literal["frequency", "likelihood"]
"""Which pair is merged next. `frequency`: the one that occurs most (BPE, and what HF calls WordPiece).
`likelihood`: the one with the highest count(ab) / (count(a) · count(b)) (the published WordPiece)."""


@dataclass(frozen=True)
class MergeOptions:
    """How merges are learned; the fields mean what they mean in HF's `BpeTrainer`."""

    vocab_size: int
    reserved: tuple[str, ...] = ()
    """Tokens that take the first ids, in this order; repetitions are dropped."""
    min_frequency: int = 0
    """Pairs that occur less often are not merged."""
    initial_alphabet: tuple[str, ...] = ()
    """Characters that are in the vocabulary whether they occur or not."""
    limit_alphabet: int | None = None
    """How many characters are kept, the most frequent; the others are cut out of the words."""
    max_token_length: int | None = None
    """Merged tokens have fewer characters than this (prefix and suffix not counted), or two."""
    prefix: str = ""
    """Written before every token that does not begin a word: `##`."""
    suffix: str = ""
    """Written after every token that ends a word: `</w>`."""
    scoring: Scoring = "frequency"


class Pairs(Sequence[tuple[Name, Name]]):
    """Pairs of what has the ids, made as they are read: `[0, 1] → [("lo", "w")]`. A list takes ten times the memory."""

    def __init__(self, ids: memoryview, names: Sequence[Name]) -> None:
        self._ids = ids
        self._names = names

    def __len__(self) -> int:
        """Return how many pairs there are."""
        return len(self._ids) // 2

    @overload
    def __getitem__(self, index: int) -> tuple[Name, Name]: ...
    @overload
    def __getitem__(self, index: slice) -> Pairs[Name]: ...
    def __getitem__(self, index: int | slice) -> tuple[Name, Name] | Pairs[Name]:
        """Return a pair, or those of a slice without steps, in the same memory."""
        if isinstance(index, slice):
            start, stop, _ = slice(index.start, index.stop).indices(len(self))
            return Pairs(self._ids[2 * start : 2 * stop], self._names)
        left, right = self._ids[2 * range(len(self))[index] :][:2]
        return self._names[left], self._names[right]

    def __iter__(self) -> Iterator[tuple[Name, Name]]:
        """Yield them, in order."""
        names = map(self._names.__getitem__, self._ids)
        return zip(names, names, strict=True)


@dataclass(frozen=True)
class Merges:
    """A trained vocabulary."""

    tokens: list[str]
    """By id."""
    ids: memoryview
    """Of `unsigned int`, shape (2n,): the left and the right of each merge, the first merge first, each pair once."""

    @classmethod
    def of(cls, tokens: list[str], merges: Iterable[tuple[int, int]]) -> Merges:
        """Return a vocabulary with these merges, pairs of ids."""
        return cls(tokens, memoryview(array("I", itertools.chain.from_iterable(merges))))

    @property
    def merges(self) -> Pairs[int]:
        """Return the pairs of ids."""
        return Pairs(self.ids, range(len(self.tokens)))

    def spelled(self) -> Pairs[str]:
        """Return the merges as HF writes them: `[(0, 1)] → [("lo", "w")]`."""
        return Pairs(self.ids, self.tokens)


@dataclass(frozen=True)
class Checkpoint:
    """Where learning by frequency stopped: the words as they stand after the last merge."""

    symbols: memoryview
    """Of `unsigned short` or `unsigned int`: for each word its tokens and an edge, and an edge before the first."""
    ends: memoryview
    """Of 64 bits, shape (n,): where the words of each count end among the symbols."""
    counts: memoryview
    """Of 64 bits, shape (n,)."""
    spelled: memoryview
    """Of bytes, by token that no merge made: whether it was in the words at the beginning."""
    threshold: int
    """Pairs that occurred less often were not known."""


@dataclass(frozen=True)
class Learned:
    """All merges of one training, in the order in which they were learned: one vocabulary for each size up to it."""

    vocab_size: int
    """How many tokens were asked for."""
    tokens: list[str]
    """By id."""
    ids: memoryview
    """Of `unsigned int`, shape (2n,): the left and the right of each merge; a pair may come twice."""
    sizes: memoryview
    """Of `unsigned int`, shape (n,): how many tokens there were after each merge."""
    unmerged: int
    """How many there were before the first."""
    checkpoint: Checkpoint | None = None
    """Where learning may go on, if that was asked for, and it may."""

    def reaches(self, size: int) -> bool:
        """Tell whether this size can be cut; where no pair was left to merge, any can."""
        return size <= len(self.tokens) or len(self.tokens) < self.vocab_size

    def cut(self, size: int) -> Merges:
        """Return what training to this `vocab_size` gives: it stops as soon as the vocabulary has its size."""
        if size <= self.unmerged or not len(self.sizes):
            return Merges(self.tokens[: self.unmerged], self.ids[:0])
        end = min(bisect_left(self.sizes, size) + 1, len(self.sizes))
        ids = self.ids[: 2 * end]
        tokens = self.tokens if size >= len(self.tokens) else self.tokens[:size]
        # Where every merge made a token, none came twice.
        return Merges(tokens, ids if self._all_made_one else _last_ones(ids))

    @property
    def _all_made_one(self) -> bool:
        return len(self.tokens) - self.unmerged == len(self.sizes)


def _last_ones(ids: memoryview) -> memoryview:
    """Keep the last rank of a pair that was queued twice: what a table of ranks, filled in order, does."""
    last = {pair: rank for rank, pair in enumerate(Pairs(ids, range(max(ids) + 1)))}
    kept = sorted(last, key=lambda pair: last[pair])
    return memoryview(array("I", itertools.chain.from_iterable(kept)))


def learn_merges(
    words: WordCounts, options: MergeOptions, report: Callable[[int], None], first_threshold: int = 0
) -> Merges:
    """Return the vocabulary that the words make, as `reference.learn_merges` does, from the compiled core."""
    return learn(words, options, report, first_threshold).cut(options.vocab_size)


def learn(
    words: WordCounts,
    options: MergeOptions,
    report: Callable[[int], None],
    first_threshold: int = 0,
    *,
    checkpoint: bool = False,
) -> Learned:
    """Learn merges up to `vocab_size`, to be cut to that and to any smaller one.

    `report` is given the number of tokens so far, some twenty times a second. Ctrl-C is honored as often. Raises
    `ValueError` where the words are not UTF-8, or hold more than 2⁵⁷ characters in all. `first_threshold` moves
    work between the phases of the core and never the result.
    """
    from tokbench.kernels import _kernels

    told = _kernels.learn_merges(
        words.words.offsets,
        words.words.data,
        words.counts,
        report,
        vocab_size=options.vocab_size,
        reserved=list(options.reserved),
        min_frequency=options.min_frequency,
        initial_alphabet=[ord(character) for character in options.initial_alphabet],
        limit_alphabet=options.limit_alphabet,
        max_token_length=options.max_token_length,
        prefix=options.prefix,
        suffix=options.suffix,
        by_likelihood=options.scoring == "likelihood",
        first_threshold=first_threshold,
        checkpoint=checkpoint,
    )
    _kernels.give_back()  # what learning took, before models are made
    return _learned(options, *told)


def resume(learned: Learned, options: MergeOptions, report: Callable[[int], None]) -> Learned | None:
    """Return what `learn` returns for a larger `vocab_size` and else the same options, from where learning stopped.

    None where that must begin anew: where there is no checkpoint, or a merge makes a token that words had before.
    """
    from tokbench.kernels import _kernels

    if (stopped := learned.checkpoint) is None:
        return None
    told = _kernels.resume_merges(
        learned.tokens[: learned.unmerged],
        learned.ids,
        stopped.symbols,
        stopped.ends,
        stopped.counts,
        stopped.spelled,
        stopped.threshold,
        report,
        vocab_size=options.vocab_size,
        reserved=list(options.reserved),
        min_frequency=options.min_frequency,
        max_token_length=options.max_token_length,
        prefix=options.prefix,
    )
    _kernels.give_back()
    return None if told is None else _learned(options, *told)


def _learned(
    options: MergeOptions,
    tokens: list[str],
    ids: memoryview,
    sizes: memoryview,
    unmerged: int,
    stopped: tuple[Any, ...] | None,
) -> Learned:
    checkpoint = None if stopped is None else Checkpoint(*stopped)
    return Learned(options.vocab_size, tokens, ids, sizes, unmerged, checkpoint)
