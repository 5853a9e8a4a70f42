"""Merges by likelihood: the WordPiece of Schuster and Nakajima (2012), "Japanese and Korean Voice Search".

The pair that raises the likelihood of the words under a unigram language model the most is the one with the
highest count(ab) / (count(a) · count(b)), where counts are those of the words as they are spelled now.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from tokbench.kernels.reference.words import Vocabulary, Word
from tokbench.kernels.training import MergeOptions

Pair = tuple[int, int]


def learn_by_likelihood(vocabulary: Vocabulary, words: list[Word], options: MergeOptions) -> list[Pair]:
    """Merge the pair of the highest score, then the higher count, then the smaller ids; add its token.

    Scores are compared as fractions, so that equal scores are equal. Pairs that occur less often than
    `min_frequency` are passed over.
    """
    merges: list[Pair] = []
    while len(vocabulary.tokens) < options.vocab_size:
        pair = _best(vocabulary, words, max(1, options.min_frequency))
        if pair is None:
            break
        merged = vocabulary.merge(pair)
        merges.append(pair)
        for word in words:
            word.symbols = _merge(word.symbols, pair, merged)
    return merges


def _best(vocabulary: Vocabulary, words: list[Word], least: int) -> Pair | None:
    tokens: Counter[int] = Counter()
    pairs: Counter[Pair] = Counter()
    for word in words:
        for token in word.symbols:
            tokens[token] += word.count
        for pair in zip(word.symbols, word.symbols[1:], strict=False):
            pairs[pair] += word.count
    return min(
        (pair for pair, count in pairs.items() if count >= least and vocabulary.fits(*pair)),
        key=lambda pair: (-Fraction(pairs[pair], tokens[pair[0]] * tokens[pair[1]]), -pairs[pair], pair),
        default=None,
    )


def _merge(symbols: list[int], pair: Pair, merged: int) -> list[int]:
    """Merge a pair from the left: `aaa → X a`."""
    result: list[int] = []
    i = 0
    while i < len(symbols):
        found = (symbols[i], symbols[i + 1 : i + 2]) == (pair[0], [pair[1]])
        result.append(merged if found else symbols[i])
        i += 2 if found else 1
    return result
