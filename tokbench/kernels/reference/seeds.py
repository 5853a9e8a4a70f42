"""The texts that pieces are learned from, and the first, large vocabulary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tokbench.kernels.unigram import LEAST_COUNT, SPACE_MARK, UnigramOptions

ALONE = -1
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


def stretches(words: Iterable[tuple[str, int]], alphabet: set[str], options: UnigramOptions) -> list[Stretch]:
    """Return what pieces may come from: words, cut where no piece may be; sorted from their ends, each once.

    They are cut around user-defined pieces and characters that are not kept: with `bc` user-defined, `abcd 2 → a 2,
    d 2`; then as `parts` says.
    """
    counts: Counter[str] = Counter()
    for word, count in words:
        for text in between(word, alphabet, options.user_defined):
            for part in parts(text, options):
                counts[part] += count
    return sorted(counts.items(), key=lambda stretch: stretch[0][::-1])


def between(word: str, alphabet: set[str], user_defined: Iterable[str]) -> Iterator[str]:
    """Yield what is left of a word between user-defined pieces and characters that are not kept.

    Of user-defined pieces that overlap, the first is taken, of those that begin together the longest.
    """
    longest_first = sorted(set(user_defined), key=len, reverse=True)
    begin = at = 0
    while at < len(word):
        whole = next((piece for piece in longest_first if word.startswith(piece, at)), None)
        if whole is None and word[at] in alphabet:
            at += 1
            continue
        yield word[begin:at]
        at += len(whole or word[at])
        begin = at
    yield word[begin:]


def parts(text: str, options: UnigramOptions) -> Iterator[str]:
    """Yield the parts of a text that are not apart: `▁3ab中́ → ▁, 3, ab, 中́`, if 3 is alone, and Latin and Han apart.

    A character in none of the sets goes with what is before it; but `▁` goes with what follows.
    """
    groups = {character: i for i, characters in enumerate(options.apart) for character in characters}
    groups |= dict.fromkeys(options.alone, ALONE)
    begin, current = 0, None
    for at, group in enumerate(map(groups.get, text)):
        cut = begin
        if ALONE in (group, current):
            cut = at
        elif group is not None and current not in (None, group):
            cut = begin + len(text[begin:at].rstrip(SPACE_MARK))
        if cut > begin:
            yield text[begin:cut]
            begin, current = cut, None
        current = current if group is None else group
    if text:
        yield text[begin:]


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
