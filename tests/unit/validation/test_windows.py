"""Windows: every word is answered for once, whatever the tokenizer, the window and the text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from tests.unit.shapes import SHAPES
from tokbench.labelled.sentences import Sentence
from tokbench.validation.windows import IGNORED, NOWHERE, Encoded, Windowing, continued

LABELS = {"O": 0, "B-X": 1, "I-X": 2}
WORDS = st.lists(
    st.sampled_from(["the", "naïve", "dog's", "fox", "日本", "🦊", "quickly-fox", "\u200b", " ", "[SEP]", "a"]),
    min_size=1,
    max_size=40,
)


def windowing(shape: str = "word-piece", size: int = 12, stride: int = 3, pieces: str = "all") -> Windowing:
    """Return the windowing of a small tokenizer."""
    return Windowing(SHAPES[shape]().tokenizer, LABELS, size, stride, pieces)  # type: ignore[arg-type]


ALL = {shape: windowing(shape) for shape in SHAPES}


def sentence(words: list[str]) -> Sentence:
    """Return the words as one span."""
    return Sentence(tuple(words), ("B-X", *["I-X"] * (len(words) - 1)))


def answered(encoded: Encoded) -> list[int]:
    """Return the words that are answered for, in the order of the windows."""
    return [word for window in encoded.windows for _, word in window.answers]


@pytest.mark.parametrize("shape", sorted(SHAPES))
@given(words=WORDS)
def test_every_word_is_answered_once(shape, words):
    """Also in sentences longer than the window; none that the tokenizer emits something for is left out."""
    encoded = ALL[shape].encode([sentence(words)])
    found = answered(encoded)
    assert sorted(found) == [word for word, pieces in enumerate(encoded.pieces[0]) if pieces]
    assert all(len(window.ids) <= ALL[shape].size for window in encoded.windows)


@pytest.mark.parametrize("shape", sorted(SHAPES))
@given(words=WORDS)
def test_every_token_is_taught_once(shape, words):
    """The pieces of a word are labelled in one window alone; in long sentences some may lie behind its end."""
    encoded = ALL[shape].encode([sentence(words)])
    taught = sum(window.labelled for window in encoded.windows)
    owned = sum(owner != NOWHERE for window in encoded.windows for owner in window.owners)
    assert taught == owned <= encoded.lengths[0]
    assert encoded.cut == (len(encoded.windows) > 1) == (encoded.lengths[0] > ALL[shape].size)


@given(words=WORDS)
def test_windows_together_are_the_sentence(words):
    """Own tokens of the windows, each without what it shares with the one before, are those of the sentence."""
    made = ALL["word-piece"]
    encoded = made.encode([sentence(words)])
    inner = [list(window.ids)[1:-1] for window in encoded.windows]
    whole = inner[0] + [number for _, ids in pairwise(inner) for number in ids[made.stride :]]
    assert whole == made.tokenizer.encode(" ".join(words), add_special_tokens=False).ids
    assert all(window.ids[0] == 2 and window.ids[-1] == 3 for window in encoded.windows)  # [CLS] … [SEP]


def test_labels_stand_on_all_pieces_or_the_first():
    """`B-` becomes `I-` inside a word, and special tokens teach nothing."""
    text = Sentence(("naïvefox", "dog"), ("B-X", "O"))
    on_all, on_first = (windowing(size=30, pieces=pieces).encode([text]) for pieces in ("all", "first"))
    cut = on_all.pieces[0]
    assert cut[0] > 1
    first = [IGNORED] * (cut[0] - 1) + [0] + [IGNORED] * (cut[1] - 1)
    assert on_first.windows[0].labels == [IGNORED, 1, *first, IGNORED]
    assert on_all.windows[0].labels == [IGNORED, 1, *[2] * (cut[0] - 1), *[0] * cut[1], IGNORED]
    assert on_all.windows[0].answers == [(1, 0), (1 + cut[0], 1)]


def test_a_word_without_tokens_is_kept():
    """A space, which BERT's pre-tokenizer drops, has no answer; those after it are where they were."""
    encoded = windowing().encode([Sentence(("fox", " ", "dog"), ("B-X", "I-X", "I-X"))])
    assert encoded.pieces[0][1] == 0
    assert answered(encoded) == [0, 2]


def test_a_token_over_two_words_answers_for_both():
    """Where a tokenizer does not stop at words, the second is read from the token that covers it."""
    tokenizer = Tokenizer(models.WordLevel({"日本": 0, "?": 1}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    text = Sentence(("日", "本"), ("B-X", "I-X"), text="日本", offsets=((0, 1), (1, 2)))
    encoded = Windowing(tokenizer, LABELS, 8, 0, "all").encode([text])
    assert encoded.windows[0].answers == [(0, 0), (0, 1)]
    assert encoded.pieces == [(1, 1)]


def test_answers_have_context_on_both_sides():
    """A word in two windows is answered in the one where it stands farther from an edge inside the sentence."""
    made = windowing("word-level", size=10, stride=4)
    encoded = made.encode([sentence(["fox"] * 16)])
    assert [[word for _, word in window.answers] for window in encoded.windows] == [
        [*range(8)],
        [*range(8, 16)],
    ]


def test_a_running_text_is_encoded_as_it_is():
    """Offsets place the words, and what stands between them belongs to none."""
    text = Sentence(("fox", "dog"), ("O", "B-X"), text="  fox, (dog)", offsets=((2, 5), (8, 11)))
    encoded = windowing("word-piece", size=30).encode([text])
    assert [text.words[word] for _, word in encoded.windows[0].answers] == ["fox", "dog"]
    ids = encoded.windows[0].ids
    decode = SHAPES["word-piece"]().tokenizer.id_to_token
    assert [decode(ids[place])[0] for place, _ in encoded.windows[0].answers] == ["f", "d"]


@given(st.sampled_from(["O", "B-X", "I-X", "NOUN", "B-"]))
def test_what_follows_in_a_word_begins_nothing(tag):
    """`continued` gives no `B-`, and changes nothing twice."""
    assert not continued(tag).startswith("B-")
    assert continued(continued(tag)) == continued(tag)
