"""Learn the merges of BPE and WordPiece from word counts.

Ids are given to the reserved tokens, then to the alphabet by code point, then to its characters with their prefix
and suffix as they occur in words, by code point, then to merged tokens as they are made. A merge whose text is
already a token keeps that token's id.

By `frequency` this is HF's `BpeTrainer` (tokenizers 0.23.3, src/models/bpe/trainer.rs), merge for merge, with its
three oddities: a pair's count is not lowered by its own merge; a pair whose tokens meet again is queued again, and
its last merge is the one that counts; `max_token_length` does not hold for the first pairs. Where HF lets the order
of a hash table decide, this order is total: characters of equal count leave the alphabet from the highest code
point, prefixed forms are numbered as said above, and of two entries for one pair the older is taken first.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tokbench.kernels.reference.likelihood import learn_by_likelihood
from tokbench.kernels.reference.words import Vocabulary, Word, spell_words
from tokbench.kernels.training import MergeOptions, Merges

Pair = tuple[int, int]


def learn_merges(words: Iterable[tuple[str, int]], options: MergeOptions) -> Merges:
    """Return the vocabulary that the words make: ``low 5, lower 2 → … lo, low, er, …``.

    The vocabulary passes `vocab_size` where reserved tokens and alphabet alone do: refusing is the caller's part.
    """
    vocabulary, spelled = spell_words(words, options)
    learn = learn_by_likelihood if options.scoring == "likelihood" else learn_by_frequency
    merges = learn(vocabulary, spelled, options)
    # A pair that was queued twice keeps its last rank: what a table of ranks, filled in order, does.
    last = {pair: rank for rank, pair in enumerate(merges)}
    return Merges.of(vocabulary.tokens, sorted(last, key=last.__getitem__))


def learn_by_frequency(vocabulary: Vocabulary, words: list[Word], options: MergeOptions) -> list[Pair]:
    """Merge the pair that occurs most, then the one of the smaller ids; add its token to the vocabulary."""
    counts, places = _count_pairs(words)
    queue = Queue(counts)
    queue.add(places)
    merges: list[Pair] = []
    while len(vocabulary.tokens) < options.vocab_size:
        entry = queue.pop(max(1, options.min_frequency))
        if entry is None:
            break
        pair, where = entry
        merged = vocabulary.merge(pair)
        merges.append(pair)
        queue.add(_merge_words(words, where, pair, merged, vocabulary, counts))
    return merges


class Queue:
    """Pairs and the words they were seen in, the highest count first."""

    def __init__(self, counts: Counter[Pair]) -> None:
        self._counts = counts
        self._heap: list[tuple[int, Pair, int, set[int]]] = []
        self._age = itertools.count()

    def add(self, places: dict[Pair, set[int]]) -> None:
        """Queue pairs; an entry for a pair that has one already comes after it at equal counts."""
        for pair, where in places.items():
            if self._counts[pair] > 0:
                heapq.heappush(self._heap, (-self._counts[pair], pair, next(self._age), where))

    def pop(self, least: int) -> tuple[Pair, set[int]] | None:
        """Return the best entry, None where it occurs less often than `least`; counts are brought up to date."""
        while self._heap:
            queued, pair, age, where = self._heap[0]
            if -queued == self._counts[pair]:
                heapq.heappop(self._heap)
                return (pair, where) if -queued >= least else None
            heapq.heapreplace(self._heap, (-self._counts[pair], pair, age, where))
        return None


def _count_pairs(words: list[Word]) -> tuple[Counter[Pair], dict[Pair, set[int]]]:
    """Return how often each pair occurs and in which words: ``aaa 2 → (a, a) 4``."""
    counts: Counter[Pair] = Counter()
    places: dict[Pair, set[int]] = defaultdict(set)
    for index, word in enumerate(words):
        for pair in zip(word.symbols, word.symbols[1:], strict=False):
            counts[pair] += word.count
            places[pair].add(index)
    return counts, places


def _merge_words(
    words: list[Word], where: set[int], pair: Pair, merged: int, vocabulary: Vocabulary, counts: Counter[Pair]
) -> dict[Pair, set[int]]:
    """Merge a pair in the words that hold it; return the pairs that are new there, and in which words."""
    places: dict[Pair, set[int]] = defaultdict(set)
    for index in where:
        for changed, change in _merge(words[index].symbols, pair, merged, vocabulary):
            counts[changed] += change * words[index].count
            if change > 0:
                places[changed].add(index)
    return places


def _merge(symbols: list[int], pair: Pair, merged: int, vocabulary: Vocabulary) -> Iterator[tuple[Pair, int]]:
    """Merge a pair in one word, from the left, in place; yield the pairs that go (-1) and come (+1)."""
    i = 0
    while i + 1 < len(symbols):
        if (symbols[i], symbols[i + 1]) == pair:
            symbols[i : i + 2] = [merged]
            if i > 0:
                yield (symbols[i - 1], pair[0]), -1
                if vocabulary.fits(symbols[i - 1], merged):
                    yield (symbols[i - 1], merged), +1
            if i + 1 < len(symbols):
                yield (pair[1], symbols[i + 1]), -1
                if vocabulary.fits(merged, symbols[i + 1]):
                    yield (merged, symbols[i + 1]), +1
        i += 1
