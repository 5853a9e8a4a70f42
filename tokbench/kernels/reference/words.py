"""Words as lists of ids, and the vocabulary that the ids are of: where merging starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tokbench.kernels.training import MergeOptions


class Vocabulary:
    """Tokens and their ids, each token once; ids are given in the order of adding."""

    def __init__(self, options: MergeOptions) -> None:
        self.tokens: list[str] = []
        self.ids: dict[str, int] = {}
        self.lengths: list[int] = []
        """Characters of each token, prefix and suffix not counted."""
        self._options = options

    def add(self, token: str, length: int) -> int:
        """Return the id of a token, a new one where there is none."""
        if token not in self.ids:
            self.ids[token] = len(self.tokens)
            self.tokens.append(token)
            self.lengths.append(length)
        return self.ids[token]

    def merge(self, pair: tuple[int, int]) -> int:
        """Return the id of two tokens made one: `play + ##ing → playing`."""
        left, right = self.tokens[pair[0]], self.tokens[pair[1]]
        text = left + right.removeprefix(self._options.prefix)
        return self.add(text, self.lengths[pair[0]] + self.lengths[pair[1]])

    def fits(self, left: int, right: int) -> bool:
        """Tell whether two tokens may be merged without passing `max_token_length`.

        HF leaves out merges that would reach the limit, not only those over it, and asks only about pairs of
        which one token is merged already: two characters are merged whatever the limit is.
        """
        longest = self._options.max_token_length
        return longest is None or self.lengths[left] + self.lengths[right] < max(longest, 3)


@dataclass
class Word:
    """A word as it is now: the ids of its tokens, and how often it occurs."""

    symbols: list[int]
    count: int


def spell_words(words: Iterable[tuple[str, int]], options: MergeOptions) -> tuple[Vocabulary, list[Word]]:
    """Return the vocabulary before any merge, and each word as the ids of its characters.

    Characters outside the alphabet are cut out, and what stood on their two sides then stands together.
    """
    words = list(words)
    vocabulary = Vocabulary(options)
    for token in options.reserved:
        vocabulary.add(token, len(token))
    for character in sorted(_alphabet(words, options)):
        vocabulary.add(character, 1)
    # A reserved token of one character admits it, as it does in HF.
    kept = {token for token in vocabulary.tokens if len(token) == 1}
    spelled = [_mark(word, kept, options) for word, _ in words]
    for mark in sorted({mark for marks in spelled for mark in marks}):
        vocabulary.add(mark, 1)
    ids = [[vocabulary.ids[mark] for mark in marks] for marks in spelled]
    return vocabulary, [Word(symbols, count) for symbols, (_, count) in zip(ids, words, strict=True)]


def _alphabet(words: list[tuple[str, int]], options: MergeOptions) -> set[str]:
    """Return the characters that are kept: the initial ones, then the most frequent, then the lower code points."""
    counts: Counter[str] = Counter()
    for word, count in words:
        for character in word:
            counts[character] += count
    initial = set(options.initial_alphabet)
    ranked = sorted(
        {*counts, *initial}, key=lambda character: (character not in initial, -counts[character], character)
    )
    return set(ranked[: options.limit_alphabet])


def _mark(word: str, kept: set[str], options: MergeOptions) -> list[str]:
    """Spell a word with prefix and suffix: `low → l, ##o, ##w</w>`."""
    last = len(word) - 1
    return [
        (options.prefix if i > 0 else "") + character + (options.suffix if i == last else "")
        for i, character in enumerate(word)
        if character in kept
    ]
