"""The texts that pieces are learned from, and the first, large vocabulary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tokbench.kernels.unigram import LEAST_COUNT, UnigramOptions

Stretch = tuple[str, int]
"""A text, and how often it occurs."""


def covered(words: Iterable[tuple[str, int]], options: UnigramOptions) -> set[str]:
    """Return the characters that are kept: the most frequent, then the lower code points, and the initial ones."""
    counts: Counter[str] = Counter()
    for word, count in words:
        for character in word:
            counts[character] += count
    total, so_far = float(sum(counts.values())), 0
    kept = set(options.initial_alphabet)
    for character in sorted(counts, key=lambda character: (-counts[character], character)):
        if options.character_coverage < 1.0 and float(so_far) / total >= options.character_coverage:
            break
        kept.add(character)
        so_far += counts[character]
    return kept


def stretches(words: Iterable[tuple[str, int]], alphabet: set[str], user_defined: Iterable[str]) -> Iterator[Stretch]:
    """Yield what is left of the words between user-defined pieces and characters that are not kept.

    Of user-defined pieces that overlap, the first is taken, of those that begin together the longest: with `bc`
    user-defined, `abcd 2 → a 2, d 2`.
    """
    longest_first = sorted(set(user_defined), key=len, reverse=True)
    for word, count in words:
        begin = at = 0
        while at < len(word):
            whole = next((piece for piece in longest_first if word.startswith(piece, at)), None)
            if whole is None and word[at] in alphabet:
                at += 1
                continue
            if at > begin:
                yield word[begin:at], count
            at += len(whole or word[at])
            begin = at
        if at > begin:
            yield word[begin:at], count


def seeds(texts: list[Stretch], options: UnigramOptions) -> list[tuple[str, int]]:
    """Return the first pieces with their weights: all characters, then the strings that cover most of the texts.

    A string is a seed if it occurs twice or more, and either ends a text or is followed by two different characters:
    what is always followed by the same one is better taken with it. (These are the inner nodes and the ends of a
    suffix tree.) Its weight is its count times its length, a character's is its count. Equal weights go by code point.
    """
    characters: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    followers: defaultdict[str, set[str]] = defaultdict(set)
    for text, count in texts:
        for start, character in enumerate(text):
            characters[character] += count
            for end in range(start + 2, min(start + options.max_piece_length, len(text)) + 1):
                counts[text[start:end]] += count
                followers[text[start:end]].add(text[end : end + 1])
    fixed = {*options.reserved, *options.user_defined}
    strings = [
        (string, count * len(string))
        for string, count in counts.items()
        if count >= LEAST_COUNT and string not in fixed and ("" in followers[string] or len(followers[string]) > 1)
    ]
    return _ranked(characters.items()) + _ranked(strings)[: options.seed_size]


def _ranked(weighted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(weighted, key=lambda piece: (-piece[1], piece[0]))
