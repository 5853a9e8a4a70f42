"""Scores of parts of a split: by how many pieces the tokenizer made of a word, by whether training had the word.

What was found belongs to the part of its hardest word: most pieces; one word that training lacked is enough.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tokbench.contracts import TaskPart
from tokbench.labelled.sentences import Sentence
from tokbench.validation.scores import Score, score_of

MANY = 4
"""As many pieces and more are one part."""

Part = Callable[[int, int, int], str]
"""Sentence, first word, word after the last → name of the part."""


@dataclass(frozen=True)
class Emptied:
    """Words for which a tokenizer emitted nothing: no model can answer for them, and none of their spans is found."""

    words: int
    in_spans: int
    """Those that lie in a span; where each word has a label of its own, all."""
    spans: int
    """The spans that have such a word."""


def emptied(task: TaskPart, gold: Sequence[Sentence], pieces: Sequence[Sequence[int]]) -> Emptied:
    """Return how many words, and spans, the tokenizer left without a token."""
    left = [
        [list(cut[start:end]).count(0) for _, start, end in task.found(sentence.tags)]
        for sentence, cut in zip(gold, pieces, strict=True)
    ]
    words = sum(list(cut).count(0) for cut in pieces)
    return Emptied(words, sum(map(sum, left)), sum(count > 0 for spans in left for count in spans))


def by_pieces(
    task: TaskPart, gold: Sequence[Sentence], predicted: Sequence[Sequence[str]], pieces: Sequence[Sequence[int]]
) -> dict[str, Score]:
    """Return the scores by pieces: `1`, `2`, `3`, `4+`, and `0` where a tokenizer emitted nothing for a word."""

    def part(sentence: int, start: int, end: int) -> str:
        cut = pieces[sentence][start:end]
        most = 0 if 0 in cut else max(cut)
        return f"{MANY}+" if most >= MANY else str(most)

    return _by_part(task, gold, predicted, part)


def by_seen(
    task: TaskPart, gold: Sequence[Sentence], predicted: Sequence[Sequence[str]], known: frozenset[str]
) -> dict[str, Score]:
    """Return the scores by whether the training split has every word: `seen`, `unseen`."""

    def part(sentence: int, start: int, end: int) -> str:
        return "seen" if known.issuperset(gold[sentence].words[start:end]) else "unseen"

    return _by_part(task, gold, predicted, part)


def vocabulary(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Return the words of a split."""
    return frozenset(word for sentence in sentences for word in sentence.words)


def _by_part(
    task: TaskPart, gold: Sequence[Sentence], predicted: Sequence[Sequence[str]], part: Part
) -> dict[str, Score]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, (sentence, tags) in enumerate(zip(gold, predicted, strict=True)):
        there, said = task.found(sentence.tags), task.found(tags)
        for _, start, end in there:
            counts[part(number, start, end)]["there"] += 1
        for _, start, end in said:
            counts[part(number, start, end)]["said"] += 1
        for _, start, end in set(there) & set(said):
            counts[part(number, start, end)]["hits"] += 1
    return {name: score_of(found["hits"], found["said"], found["there"]) for name, found in sorted(counts.items())}
