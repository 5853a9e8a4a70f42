"""The marks: which token a text gets, where a line ends, and all that tokbench proves of a post-processor."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tokbench_marks.lines import LineEnds
from tokbench_marks.scripts import ScriptTag

from tokbench import testing

TAGS = {"<th>": "ก-๛", "<zh>": "一-鿿"}


@dataclass
class Span:
    """Tokens of a text: one for each of its characters."""

    text: str
    start: int = 0

    @property
    def offsets(self):
        return [(place, place + 1) for place in range(len(self.text))]

    @property
    def words(self):
        return [0] * len(self.text)

    def __len__(self):
        return len(self.text)

    def __getitem__(self, places):
        return self.text[places]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("สวัสดี", "<th>"),
        ("你好", "<zh>"),
        ("hello", "<en>"),
        ("", "<en>"),
        ("a สวัสดี 你", "<th>"),
        (["สวัสดี", "a"], "<th>"),
    ],
)
def test_most_characters_choose_the_tag(text, tag):
    """Also where the text is given as words; one without any of the characters gets the other token."""
    assert ScriptTag(TAGS, "<en>").tag(text) == tag


def test_both_texts_of_a_pair_have_a_tag():
    """Each its own."""
    first, second = Span("hello"), Span("你好")
    assert ScriptTag(TAGS, "<en>").process(first, second) == [["<en>", first], ["<zh>", second]]


def test_a_class_that_is_none_is_refused():
    """The sentence names the token."""
    with pytest.raises(ValueError, match="tags: 'z-a' of '<x>' is no class of characters"):
        ScriptTag({"<x>": "z-a"}, "<en>")
    for characters in ("x]y", "^x]", "\\\\]y"):
        with pytest.raises(ValueError, match=r"is no class of characters: write the bracket in it as \\\]"):
            ScriptTag({"<x>": characters}, "<en>")
    for characters in (r"x\]y", "]y", "^]y"):
        assert ScriptTag({"<x>": characters}, "<en>").tag("z" if "^" in characters else "y") == "<x>"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("hi\nyes\n\nno", ["hi\n", "yes\n\n", "no"]),
        ("one", ["one"]),
        ("\none\n", ["\n", "one\n"]),
        ("", [""]),
        ("1\n2\n3\n4\n5", ["1\n", "2\n", "3\n4\n5"]),
    ],
)
def test_lines_end_where_the_text_breaks(text, lines):
    """Empty lines belong to the one before; what is left after as many as may be belongs to the last."""
    (made,) = LineEnds(at_most=3).process(Span(text), None)
    assert made == [item for line in lines for item in (line, "</s>")]


def test_no_line_end_is_refused():
    """The text itself ends in one."""
    with pytest.raises(ValueError, match="at_most must be 1 or more"):
        LineEnds(at_most=0)


@pytest.mark.parametrize("part", [ScriptTag(TAGS, "<en>"), LineEnds(at_most=2)])
def test_it_keeps_its_promises(part):
    """Any text, cut to any length; and a build whose artifact is proved without this package."""
    testing.prove_post_processor(
        part, special_tokens={"unk": "[UNK]", "eos": "</s>", "extra": ["<th>", "<zh>", "<en>"]}
    )
