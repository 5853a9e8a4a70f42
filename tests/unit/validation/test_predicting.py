"""Predictions: a tag for every word, also for those that the tokenizer leaves without a token."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from accelerate import Accelerator

from tests.unit.validation import toys
from tokbench.labelled.sentences import OUTSIDE, Sentence
from tokbench.tasks.words import NamedEntities, PartsOfSpeech
from tokbench.validation.batching import Padding
from tokbench.validation.counts import count
from tokbench.validation.predicting import predict
from tokbench.validation.slices import Emptied, by_pieces, emptied
from tokbench.validation.windows import Windowing

SPACED = Sentence(
    ("the", " ", "Zuse", "\u200b", "Park", "and", "\u200b", "Ada", "slept"),
    ("O", "O", "B-LOC", "I-LOC", "I-LOC", "O", "O", "B-PER", "O"),
)
"""Spaces are words in some sets; BERT's pre-tokenizer drops them, two of them between words and one in a name."""
EMPTY = [1, 3, 6]


class Oracle(torch.nn.Module):
    """A model that labels every token as it is told, whatever its weights."""

    def __init__(self, label_of: dict[int, int], labels: int) -> None:
        super().__init__()
        self.label_of, self.labels = label_of, labels

    def forward(self, input_ids: torch.Tensor, **_: torch.Tensor) -> SimpleNamespace:
        """Return logits (rows, width, labels)."""
        told = torch.tensor([[self.label_of.get(number, 0) for number in row] for row in input_ids.tolist()])
        return SimpleNamespace(logits=torch.nn.functional.one_hot(told, self.labels).float())


def predicted(sentences: list[Sentence], labels: tuple[str, ...], size: int = 32) -> tuple[list[list[str]], list]:
    """Return what a model predicts that knows the label of every token, and the pieces of the words."""
    tokenizer = toys.word_piece()
    ids = {label: number for number, label in enumerate(labels)}
    encoded = Windowing(tokenizer.backend_tokenizer, ids, size, 2, "all").encode(sentences)
    label_of = {
        number: label
        for window in encoded.windows
        for number, label in zip(window.ids, window.labels, strict=True)
        if label >= 0
    }
    model = Oracle(label_of, len(labels))
    tags = predict(Accelerator(cpu=True), model, encoded, Padding(0, type_ids=False), 4, labels)
    return tags, list(encoded.pieces)


@pytest.mark.parametrize("size", [32, 6])
def test_a_word_without_a_token_is_outside(size):
    """It is "O" even inside a span that goes on around it, and every other word has the tag that it had; also where
    the sentence is cut into windows."""
    (tags,), (pieces,) = predicted([SPACED], toys.LABELS, size)
    assert [word for word, cut in enumerate(pieces) if not cut] == EMPTY
    assert tags == [OUTSIDE if word in EMPTY else tag for word, tag in enumerate(SPACED.tags)]


def test_its_span_is_an_error_and_its_o_is_none():
    """The span with such a word is not found, whatever the model says; where nothing is labelled nothing is lost."""
    task = NamedEntities()
    tags, pieces = predicted([SPACED], toys.LABELS)
    assert emptied(task, [SPACED], pieces) == Emptied(words=3, in_spans=1, spans=1)
    assert count(task, [SPACED.tags], tags).tolist() == [[1, 2, 2]]  # hits, said, there: Ada alone is right
    scored = by_pieces(task, [SPACED], tags, pieces)
    assert scored["0"].f1 == 0
    assert scored["0"].support == 1


def test_it_is_wrong_where_every_word_has_a_label():
    """Of parts of speech there is no "O", so a word without a token is never right."""
    task, text = PartsOfSpeech(), Sentence(("Ada", "\u200b", "slept"), ("NAME", "SIGN", "VERB"))
    tags, pieces = predicted([text], ("NAME", "SIGN", "VERB"))
    assert tags == [["NAME", OUTSIDE, "VERB"]]
    assert emptied(task, [text], pieces) == Emptied(words=1, in_spans=1, spans=1)
    assert count(task, [text.tags], tags).tolist() == [[2, 3, 3]]
