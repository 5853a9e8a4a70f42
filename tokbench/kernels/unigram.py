"""What training a Unigram model takes and gives, for the compiled core and for its specification alike."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokbench import machine

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

LEAST_COUNT = 2
"""How often a string must occur to be a seed."""
MOST_THREADS = 16
"""Each thread holds a number for every piece."""
LONGEST_PIECE = 127
"""The most that `max_piece_length` may be."""
DECIMALS = 8
"""Decimals of scores: few enough that serde_json, which `tokenizers` reads with, gives back every bit."""
SPACE_MARK = "▁"
"""What stands for a space, at the beginning of a word."""


@dataclass(frozen=True)
class UnigramOptions:
    """How pieces are learned; most fields mean what they mean in sentencepiece."""

    vocab_size: int
    """How many tokens in all: reserved, user-defined, and learned."""
    reserved: tuple[str, ...] = ()
    """Tokens that take the first ids, in this order; repetitions are dropped. Words are never spelled with them,
    but for those that are single characters."""
    user_defined: tuple[str, ...] = ()
    """Pieces that take the next ids, and that no word splits."""
    seed_size: int = 1_000_000
    """How many strings of two characters and more the first vocabulary has."""
    shrinking_factor: float = 0.75
    """The share of the pieces that each pruning keeps."""
    max_piece_length: int = 16
    """The most characters of a piece."""
    n_sub_iterations: int = 2
    """Rounds of expectation maximization before each pruning."""
    character_coverage: float = 1.0
    """The share of the text whose characters are kept, the most frequent ones."""
    initial_alphabet: tuple[str, ...] = ()
    """Characters that are kept whether they occur or not."""
    apart: tuple[str, ...] = ()
    """Sets of characters, none in two of them: no learned piece has characters of two sets. What is in none of them
    goes with what is before it, but `SPACE_MARK` with what follows."""
    alone: str = ""
    """Characters that no learned piece has beside others."""


@dataclass(frozen=True)
class Pieces:
    """A trained vocabulary, by id."""

    tokens: list[str]
    scores: list[float]
    """Natural logarithms of probabilities, to `DECIMALS`, but for reserved and user-defined tokens."""
    characters: int
    """How many characters are kept."""


def learn_unigram(
    words: WordCounts,
    options: UnigramOptions,
    report: Callable[[int], None],
    threads: int | None = None,
    entered: Callable[[str], None] | None = None,
) -> Pieces:
    """Return the vocabulary that the words make, as `reference.learn_unigram` does, from the compiled core.

    `report` is given the number of pieces that are left, some twenty times a second, 0 before there are any. Ctrl-C
    is honored as often. `threads` is as many as this process may use, and never changes the result. `entered` is given
    the name of each phase where it begins: characters, texts, sorting, strings, seeds; expectation and pruning in turn;
    result. Raises `ValueError` where the words are not UTF-8, hold 2⁵⁵ characters or more in all, or make 2³² seeds or
    more.
    """
    from tokbench.kernels import _kernels

    alphabet, learned = _kernels.learn_unigram(
        words.words.offsets,
        words.words.data,
        words.counts,
        report,
        entered=entered,
        vocab_size=options.vocab_size,
        reserved=list(options.reserved),
        user_defined=list(options.user_defined),
        seed_size=options.seed_size,
        shrinking_factor=options.shrinking_factor,
        max_piece_length=options.max_piece_length,
        n_sub_iterations=options.n_sub_iterations,
        character_coverage=options.character_coverage,
        initial_alphabet=[ord(character) for character in options.initial_alphabet],
        apart=list(options.apart),
        alone=options.alone,
        threads=threads or min(machine.threads(), MOST_THREADS),
    )
    return numbered(options, map(chr, alphabet), learned)


def numbered(options: UnigramOptions, alphabet: Iterable[str], learned: dict[str, float]) -> Pieces:
    """Give ids and scores: fixed tokens first, then the learned pieces by score, equal scores by code point.

    Characters that the texts lack get the lowest score. A reserved token scores so low that any other spelling of it
    is likelier; a user-defined piece so high that no spelling that splits it is. What `learned` holds is used up.
    """
    characters = set(alphabet)
    lowest = min(-1.0, min(learned.values(), default=-1.0))
    for character in characters:
        learned.setdefault(character, lowest)
    never = float(math.floor(lowest * (1 + max(map(len, options.reserved), default=0))))
    always = float(math.ceil(-2.0 * lowest * options.max_piece_length))
    reserved = {token: learned.get(token, never) for token in options.reserved}
    defined = {piece: always * len(piece) for piece in options.user_defined if piece not in reserved}
    fixed = reserved | defined
    for token in fixed:
        learned.pop(token, None)
    rest = _ranked(learned)
    return Pieces([*fixed, *rest], [*fixed.values(), *map(learned.__getitem__, rest)], len(characters))


def _ranked(learned: dict[str, float]) -> list[str]:
    """Return pieces by score, equal scores by code point; soon, where they nearly come so."""
    pieces = sorted(learned, key=learned.__getitem__, reverse=True)
    scores = [*map(learned.__getitem__, pieces)]
    equal = [at for at, same in enumerate(map(operator.eq, scores, scores[1:])) if same]
    for _, places in itertools.groupby(equal, key=scores.__getitem__):
        begin, *more = places
        end = begin + len(more) + 2
        pieces[begin:end] = sorted(pieces[begin:end])
    return pieces
