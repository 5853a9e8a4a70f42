"""Front matter is what `huggingface_hub` writes, whether it is asked or not."""

from __future__ import annotations

from typing import Any

from huggingface_hub import ModelCardData
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tokbench.card.metadata import KEYS, _plain, front_matter, split

WORDS = st.one_of(
    st.sampled_from(
        ["apache-2.0", "fi", "zh-Hant", "org/name", "no", "NO", "Yes", "y", "null", "off", "e5", "1e5", "2.0"]
    ),
    st.from_regex(r"[a-z0-9./-]{1,8}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
)
DATA = st.dictionaries(st.sampled_from(sorted(KEYS)), WORDS | st.lists(WORDS, min_size=1, max_size=3), max_size=5)


@settings(max_examples=500)
@given(DATA)
@example({"tags": ["a", "a"]})
@example({"license": "a.b-c/d", "tags": ["n", "tokenizer"], "language": ["no"]})
def test_the_same_as_the_library_writes(data: dict[str, Any]) -> None:
    """Byte for byte, and read back it is what was given."""
    written = front_matter(data)
    assert written == f"---\n{ModelCardData(**data).to_yaml()}\n---"


def test_plain_words_need_no_library() -> None:
    """As a card of a recipe has them; what YAML would take for something else is left to the library."""
    assert _plain({"license": "cc-by-4.0", "tags": ["tokenizer", "tokbench"], "language": ["fi", "zh-Hant"]}) == [
        "language:", "- fi", "- zh-Hant", "license: cc-by-4.0", "tags:", "- tokenizer", "- tokbench",
    ]  # fmt: skip
    for value in ("no", "On", "null", "2.0", "a: b", "", "é"):
        assert _plain({"license": value}) is None
    assert split(front_matter({"language": ["no"]}) + "\n\ntext")[0] == {"language": ["no"]}
