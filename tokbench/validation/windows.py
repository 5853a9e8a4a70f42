"""Sentences as a model sees them: windows of tokens, each word answered for in exactly one of them.

    Sentence(("Ada", "sang"), ("B-PER", "O"))
    →  [CLS] ad    ##a   sang [SEP]       tokens
        .    B-PER I-PER O    .           labels, where all pieces of a word carry its label
             Ada         sang             answers: where the tag of a word is read

The text is encoded as a whole, as it will be in use, and a token belongs to the word in which it begins. A sentence
that is longer than the window is cut into windows that overlap; a word is learned and answered in the window in which
its first piece has the most context on both sides. A word in which no token begins is answered by the token that
covers it, and a word for which the tokenizer emits nothing by no token at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tokbench.labelled.sentences import Sentence

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

    from tokbench.validation.settings import Pieces

IGNORED = -100
"""The label of a token that teaches nothing."""
NOWHERE = -1
"""The word of a token that belongs to none."""
Span = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """A stretch of a sentence's tokens: ids, types and labels for each, special tokens included.

    `owners` are the words in which tokens begin that this window answers for, `NOWHERE` for others; `answers` are
    (position, word) pairs.
    """

    sentence: int
    ids: Sequence[int]
    types: Sequence[int]
    labels: Sequence[int]
    owners: Sequence[int]
    answers: Sequence[tuple[int, int]]

    @property
    def labelled(self) -> int:
        """Return how many tokens teach something."""
        return len(self.labels) - self.labels.count(IGNORED)


@dataclass(frozen=True)
class Encoded:
    """A split as a model sees it, and what the tokenizer did to it."""

    windows: Sequence[Window]
    pieces: Sequence[tuple[int, ...]]
    """For each sentence, into how many pieces each word was cut; 0 where the tokenizer emitted nothing."""
    lengths: Sequence[int]
    """The tokens of each sentence with its special tokens, before it was cut into windows."""
    cut: int
    """How many sentences are longer than a window."""


@dataclass(frozen=True)
class Windowing:
    """How sentences become windows of at most `size` tokens, special tokens included, that share `stride`."""

    tokenizer: Tokenizer
    labels: Mapping[str, int]
    size: int
    stride: int
    pieces: Pieces

    def encode(self, sentences: Sequence[Sentence]) -> Encoded:
        """Return the windows of the sentences, in their order."""
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        texts = [laid_out(sentence) for sentence in sentences]
        encodings = self.tokenizer.encode_batch([text for text, _ in texts])
        tokens = [_Tokens.of(encoding, *text) for encoding, text in zip(encodings, texts, strict=True)]
        cuts = [list(_stretches(len(each.owners), self.size - each.special, self.stride)) for each in tokens]
        return Encoded(
            windows=[
                window
                for number, each in enumerate(zip(sentences, tokens, cuts, strict=True))
                for window in self._windows(number, *each)
            ],
            pieces=[each.pieces(len(sentence.words)) for each, sentence in zip(tokens, sentences, strict=True)],
            lengths=[len(each.owners) + each.special for each in tokens],
            cut=sum(len(stretches) > 1 for stretches in cuts),
        )

    def _windows(self, number: int, sentence: Sentence, tokens: _Tokens, stretches: Sequence[Span]) -> Iterator[Window]:
        homes = {word: _home(first, stretches) for word, first in tokens.firsts.items()}
        taught = self._labels(sentence.tags, tokens)
        for index, (start, end) in enumerate(stretches):
            own = [owner if homes.get(owner) == index else NOWHERE for owner in tokens.owners[start:end]]
            labels = [
                IGNORED if owner == NOWHERE else label for label, owner in zip(taught[start:end], own, strict=True)
            ]
            yield Window(
                number,
                tokens.framed(tokens.ids, start, end),
                tokens.framed(tokens.types, start, end),
                [IGNORED] * tokens.before + labels + [IGNORED] * tokens.after,
                [NOWHERE] * tokens.before + own + [NOWHERE] * tokens.after,
                [(tokens.before + tokens.firsts[word] - start, word) for word, home in homes.items() if home == index],
            )

    def _labels(self, tags: Sequence[str], tokens: _Tokens) -> list[int]:
        """Return the label of each token, as if there were no windows."""
        labels = [IGNORED] * len(tokens.owners)
        for position, owner in enumerate(tokens.owners):
            if owner != NOWHERE and tokens.firsts[owner] == position:
                labels[position] = self.labels.get(tags[owner], IGNORED)
            elif owner != NOWHERE and self.pieces == "all":
                labels[position] = self.labels.get(continued(tags[owner]), IGNORED)
        return labels


def laid_out(sentence: Sentence) -> tuple[str, Sequence[Span]]:
    """Return the text of a sentence and where its words stand there; words without a text are joined by spaces."""
    if sentence.text is not None:
        return sentence.text, sentence.offsets
    ends: list[int] = []
    for word in sentence.words:
        ends.append((ends[-1] + 1 if ends else 0) + len(word))
    return " ".join(sentence.words), [(end - len(word), end) for end, word in zip(ends, sentence.words, strict=True)]


def continued(tag: str) -> str:
    """Return the tag of what follows within a word: ``B-PER → I-PER``, others as they are."""
    return f"I-{tag[2:]}" if tag.startswith("B-") else tag


# ---------------------------------------------------------------- one sentence


@dataclass(frozen=True)
class _Tokens:
    """The tokens of a sentence: its own, and how many special ones go before and after them."""

    ids: Sequence[int]
    types: Sequence[int]
    before: int
    after: int
    owners: Sequence[int]
    """The word in which each own token begins; `NOWHERE` for white space."""
    firsts: Mapping[int, int]
    """The own token that answers for a word."""

    @classmethod
    def of(cls, encoding: Encoding, text: str, places: Sequence[Span]) -> _Tokens:
        special = encoding.special_tokens_mask
        before = next((place for place, mark in enumerate(special) if not mark), len(special))
        after = next((place for place, mark in enumerate(reversed(special[before:])) if not mark), 0)
        spans = [_solid(span, text) for span in encoding.offsets[before : len(special) - after]]
        owners = list(_owners(spans, places))
        return cls(encoding.ids, encoding.type_ids, before, after, owners, _firsts(owners, spans, places))

    @property
    def special(self) -> int:
        return self.before + self.after

    def framed(self, values: Sequence[int], start: int, end: int) -> list[int]:
        """Return the values of a stretch of own tokens, with those of the special tokens around them."""
        own = values[self.before + start : self.before + end]
        return [*values[: self.before], *own, *values[len(values) - self.after :]]

    def pieces(self, words: int) -> tuple[int, ...]:
        """Return into how many pieces each word was cut; a token that covers several words is a piece of each."""
        counts = [0] * words
        for owner in self.owners:
            if owner != NOWHERE:
                counts[owner] += 1
        return tuple(count or int(word in self.firsts) for word, count in enumerate(counts))


def _solid(span: Span, text: str) -> Span:
    """Return where a token stands without the space before it, which byte-level tokens count as theirs."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _owners(spans: Sequence[Span], places: Sequence[Span]) -> Iterator[int]:
    """Yield for each token the word in which it begins."""
    word = 0
    for start, end in spans:
        while word < len(places) and places[word][1] <= start:
            word += 1
        inside = word < len(places) and start < end and places[word][0] < end
        yield word if inside else NOWHERE


def _firsts(owners: Sequence[int], spans: Sequence[Span], places: Sequence[Span]) -> dict[int, int]:
    """Return the token that answers for each word: the first that begins in it, else the last that covers it."""
    firsts: dict[int, int] = {}
    for position, owner in enumerate(owners):
        if owner != NOWHERE:
            firsts.setdefault(owner, position)
    for position, owner in enumerate(owners):
        following = owner + 1
        while owner != NOWHERE and following < len(places) and places[following][0] < spans[position][1]:
            firsts.setdefault(following, position)
            following += 1
    return dict(sorted(firsts.items()))


# ---------------------------------------------------------------- long sentences


def _stretches(length: int, room: int, stride: int) -> Iterator[Span]:
    """Yield the stretches of `room` tokens that together hold all, each `stride` into the one before."""
    start = 0
    while start + room < length:
        yield start, start + room
        start += room - stride
    yield start, length


def _home(position: int, stretches: Sequence[Span]) -> int:
    """Return the stretch in which a token has the most context on its poorer side; ends of the text lack none."""
    last = stretches[-1][1]

    def context(index: int) -> int:
        start, end = stretches[index]
        if not start <= position < end:
            return -1
        return min(position - start if start else last, end - 1 - position if end < last else last)

    return max(range(len(stretches)), key=context)
