"""Suggests corrections for misspelt words, from nothing but a list of words and how often each occurs.

The idea is Peter Norvig's: of all known words within two edits of the misspelt one, the most frequent wins.
"""

import string
import unicodedata
from collections import Counter

ALPHABET = string.ascii_lowercase + "äöüßéèàç'-"


def normalize(text):
    """Return the text in lower case, composed, with straight apostrophes."""
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")


def words(text):
    word = []
    for character in normalize(text) + "\n":
        if character.isalpha() or (character in "'-" and word):
            word.append(character)
        elif word:
            yield "".join(word).rstrip("'-")
            word.clear()


class Speller:
    def __init__(self, counts):
        self.counts = Counter(counts)
        self.total = sum(self.counts.values()) or 1

    @classmethod
    def from_text(cls, text):
        return cls(Counter(words(text)))

    def probability(self, word):
        return self.counts[word] / self.total

    def known(self, candidates):
        return {word for word in candidates if word in self.counts}

    def correct(self, word):
        word = normalize(word)
        candidates = self.known([word]) or self.known(edits(word)) or self.known(second_edits(word)) or {word}
        return max(sorted(candidates), key=self.probability)

    def correct_text(self, text):
        return " ".join(map(self.correct, text.split()))


def edits(word):
    """Return every string that is one deletion, transposition, replacement or insertion away."""
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    deletions = {left + right[1:] for left, right in splits if right}
    transpositions = {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    replacements = {left + letter + right[1:] for left, right in splits if right for letter in ALPHABET}
    insertions = {left + letter + right for left, right in splits for letter in ALPHABET}
    return deletions | transpositions | replacements | insertions


def second_edits(word):
    return (second for first in edits(word) for second in edits(first))


def distance(left, right, *, limit=None):
    """Return the Levenshtein distance, or None as soon as it must pass the limit."""
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, start=1):
        current = [row]
        for column, b in enumerate(right, start=1):
            substitution = previous[column - 1] + (a != b)
            current.append(min(previous[column] + 1, current[column - 1] + 1, substitution))
        if limit is not None and min(current) > limit:
            return None
        previous = current
    return previous[-1]


def test_correct():
    speller = Speller.from_text("the quick brown fox jumps over the lazy dog the end")
    assert speller.correct("teh") == "the"
    assert speller.correct("qiuck") == "quick"
    assert speller.correct("unknowable") == "unknowable"
    assert distance("kitten", "sitting") == 3
    assert distance("kitten", "mitten", limit=0) is None
