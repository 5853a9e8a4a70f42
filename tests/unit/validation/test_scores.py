"""Scores are those of seqeval, counts add up to them, and mistakes are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import classification_report, f1_score
from seqeval.scheme import IOB2

from tokbench.labelled.sentences import Sentence
from tokbench.tasks.words import NamedEntities, PartsOfSpeech
from tokbench.validation.counts import count, f1, score
from tokbench.validation.mistakes import kinds_of_mistakes
from tokbench.validation.scores import scores
from tokbench.validation.slices import by_pieces, by_seen

NER, POS = NamedEntities(), PartsOfSpeech()
TAG = st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"])
SENTENCE = st.integers(1, 7).flatmap(
    lambda length: st.tuples(*(st.lists(TAG, min_size=length, max_size=length) for _ in range(2)))
)
SENTENCES = st.lists(SENTENCE, min_size=1, max_size=5)


@settings(max_examples=50)
@given(SENTENCES.filter(lambda pairs: any(tag.startswith("B-") for pair in pairs for tags in pair for tag in tags)))
def test_counts_give_the_score_of_seqeval(pairs):
    """Strict IOB2, illegal predictions too: what is drawn anew in the bootstrap is the figure that is published."""
    gold, predicted = map(list, zip(*pairs, strict=True))
    expected = f1_score(gold, predicted, mode="strict", scheme=IOB2, zero_division=0)
    assert score(NER, gold, predicted) == pytest.approx(expected)
    found = scores(NER, gold, predicted)
    assert found.overall.f1 == pytest.approx(expected)
    report = classification_report(gold, predicted, mode="strict", scheme=IOB2, output_dict=True, zero_division=0)
    assert set(found.by_label) == set(report) - {"micro avg", "macro avg", "weighted avg"}


@given(SENTENCES)
def test_the_score_of_labels_of_words_is_their_accuracy(pairs):
    """Precision, recall, F1 and accuracy are one."""
    gold, predicted = map(list, zip(*pairs, strict=True))
    words = [pair for tags, guess in pairs for pair in zip(tags, guess, strict=True)]
    accuracy = sum(right == said for right, said in words) / len(words)
    found = scores(POS, gold, predicted)
    assert score(POS, gold, predicted) == pytest.approx(accuracy)
    for figure in (found.accuracy, found.overall.f1, found.overall.precision, found.overall.recall):
        assert figure == pytest.approx(accuracy)


@given(SENTENCES)
def test_parts_add_up(pairs):
    """What is there is in one part, by pieces as by words."""
    gold = [Sentence(tuple(f"w{place}" for place in range(len(tags))), tuple(tags)) for tags, _ in pairs]
    predicted = [tags for _, tags in pairs]
    pieces = [list(range(len(tags))) for tags in predicted]
    there = sum(len(NER.found(sentence.tags)) for sentence in gold)
    for parts in (by_pieces(NER, gold, predicted, pieces), by_seen(NER, gold, predicted, frozenset(["w0", "w1"]))):
        assert sum(part.support for part in parts.values()) == there


def test_parts_are_of_the_hardest_word():
    """The word with most pieces, one word that training lacked, one word without a token."""
    gold = [Sentence(("Ada", "Lovelace", "of", "Rome", "x"), ("B-PER", "I-PER", "O", "B-LOC", "B-LOC"))]
    predicted = [("B-PER", "I-PER", "O", "O", "O")]
    pieces = by_pieces(NER, gold, predicted, [[1, 5, 1, 2, 0]])
    assert {name: (part.f1, part.support) for name, part in pieces.items()} == {"0": (0, 1), "2": (0, 1), "4+": (1, 1)}
    seen = by_seen(NER, gold, predicted, frozenset(["Ada", "of", "Rome"]))
    assert {name: (part.f1, part.support) for name, part in seen.items()} == {"seen": (0, 1), "unseen": (2 / 3, 2)}


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        ("B-X I-X O", "B-X I-X O", {}),
        ("B-X I-X O", "B-X O O", {"boundary": 1}),
        ("B-X I-X O", "B-Y I-Y O", {"type": 1}),
        ("B-X I-X O", "O B-Y O", {"boundary and type": 1}),
        ("B-X I-X O", "O O O", {"missed": 1}),
        ("O O O", "B-X I-X O", {"invented": 1}),
        ("B-X I-X I-X", "B-X B-X B-Y", {"boundary": 1, "invented": 2}),
        ("B-X O B-Y", "O B-X B-X", {"type": 1, "missed": 1, "invented": 1}),
    ],
)
def test_mistakes_have_a_kind(gold, predicted, expected):
    """The nearest of what was there and what was said are one mistake."""
    found = kinds_of_mistakes([NER.found(gold.split())], [NER.found(predicted.split())])
    assert {kind: times for kind, times in found.items() if times} == expected


@given(SENTENCES)
def test_every_mistake_is_counted_once(pairs):
    """Missed or wrong is what was there and not found; invented or wrong is what was said and not there."""
    gold, predicted = map(list, zip(*pairs, strict=True))
    hits, said, there = count(NER, gold, predicted).sum(axis=0)
    kinds = kinds_of_mistakes(map(NER.found, gold), map(NER.found, predicted))
    wrong = kinds["type"] + kinds["boundary"] + kinds["boundary and type"]
    assert wrong + kinds["missed"] == there - hits
    assert wrong + kinds["invented"] == said - hits


def test_nothing_to_find_and_nothing_found_is_no_success():
    """And no division by zero."""
    assert float(f1([0, 0, 0])) == 0.0


@dataclass(frozen=True)
class People:
    """A task of somebody else: of all entities, people alone."""

    spans: ClassVar[bool] = True
    metric: ClassVar[str] = "F1"
    columns: ClassVar[dict[str, str]] = {"conll": "-1", "conllu": "MISC:NER", "rows": "ner_tags"}

    def found(self, tags):
        return [span for span in NER.found(tags) if span[0] == "X"]


@given(SENTENCES)
def test_a_task_decides_what_counts_as_found(pairs):
    """Of a plugin as of ours: seqeval and the counts agree on what it finds."""
    gold, predicted = map(list, zip(*pairs, strict=True))
    found = scores(People(), gold, predicted)
    assert set(found.by_label) <= {"X"}
    assert found.overall.f1 == pytest.approx(score(People(), gold, predicted))
