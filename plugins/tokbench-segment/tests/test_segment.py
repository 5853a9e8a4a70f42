"""Words of Thai, Chinese and Japanese are those of the libraries, and stand where they do in the text."""

import pytest
from tokbench_segment.parts import ChineseWords, JapaneseWords, ThaiWords
from tokenizers.pre_tokenizers import PreTokenizer

from tokbench import testing

PARTS = [ThaiWords(), ThaiWords(engine="longest"), ChineseWords(), ChineseWords(unknown=False), JapaneseWords()]


def words(part, text):
    return PreTokenizer.custom(part.build()).pre_tokenize_str(text)


@pytest.mark.parametrize(
    ("part", "text", "expected"),
    [
        (ThaiWords(), "ภาษาไทยเขียนติดกัน", ["ภาษาไทย", "เขียน", "ติดกัน"]),
        (ChineseWords(), "我们学习分词", ["我们", "学习", "分词"]),
        (JapaneseWords(), "分かち書きを学ぶ", ["分かち書き", "を", "学ぶ"]),
    ],
)
def test_words_are_those_of_the_library(part, text, expected):
    """What a reader would call words are words."""
    assert [word for word, _ in words(part, text)] == expected


@pytest.mark.parametrize("part", PARTS)
def test_other_text_stays(part):
    """Text in other scripts is left to the pre-tokenizers behind, spaces and all."""
    assert words(part, "plain text, 12  spaces\n") == [("plain text, 12  spaces\n", (0, 23))]
    assert words(part, "") == []


def test_offsets_point_into_the_text():
    """Words between other text stand where they do."""
    text = "PyThaiNLP ตัดคำ (2024)"
    assert [text[start:end] for _, (start, end) in words(ThaiWords(), text)] == ["PyThaiNLP ", "ตัด", "คำ", " (2024)"]


@pytest.mark.parametrize("part", [ThaiWords(), ChineseWords(), JapaneseWords()], ids=repr)
def test_the_promises_of_a_pre_tokenizer(part):
    """Words are steady and cover any text, text may be cut at every space, and the artifact carries the code."""
    testing.prove_pre_tokenizer(part, recipe={"pre_tokenizer": []})
