"""Every id beside a token's name is found, and can be changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, processors

from tokbench.base.named_ids import NamedId, named_ids, renumbered
from tokbench.errors import ArtifactError

TOKENS = st.text("abc<>/", min_size=1, max_size=4)


def ends() -> st.SearchStrategy[Any]:
    """Give a post-processor of the two that name their tokens themselves."""
    kinds = st.sampled_from([processors.BertProcessing, processors.RobertaProcessing])
    pair = st.tuples(TOKENS, st.integers(0, 99))
    return st.builds(lambda kind, sep, cls: kind(sep, cls), kinds, pair, pair)


def templates() -> st.SearchStrategy[Any]:
    """Give a template whose special tokens stand for one token or two."""

    def build(pieces: dict[str, int]) -> Any:
        names = list(pieces)
        special: list[Any] = list(pieces.items())
        if len(names) > 1:
            special.append({"id": "both", "ids": [pieces[name] for name in names[:2]], "tokens": names[:2]})
        return processors.TemplateProcessing(single=[names[0], "$A"], pair="$A $B", special_tokens=special)

    return st.dictionaries(TOKENS, st.integers(0, 99), min_size=1, max_size=3).map(build)


POST_PROCESSORS = st.recursive(
    st.one_of(ends(), templates(), st.builds(processors.ByteLevel)),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(processors.Sequence),
    max_leaves=5,
)


def document_of(processor: processors.PostProcessor) -> dict[str, Any]:
    """Return the JSON of a tokenizer with this post-processor and padding."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.post_processor = processor
    tokenizer.enable_padding(pad_token="<pad>", pad_id=7)
    document: dict[str, Any] = json.loads(tokenizer.to_str())
    return document


@given(POST_PROCESSORS)
def test_changed_ids_are_read_back_and_nothing_else_changes(processor: processors.PostProcessor) -> None:
    """Adding 1000 to every id and taking it away again gives the document back, through `tokenizers` itself."""
    document = document_of(processor)
    moved = json.loads(Tokenizer.from_str(json.dumps(renumbered(document, lambda named: named.id + 1000))).to_str())
    assert [(named.place, named.token, named.id + 1000) for named in named_ids(document)] == [
        (named.place, named.token, named.id) for named in named_ids(moved)
    ]
    assert renumbered(moved, lambda named: named.id - 1000) == document


def test_places_are_spelled_out() -> None:
    """An id inside a sequence of post-processors says where it is, and padding is not forgotten."""
    template = processors.TemplateProcessing(single="<s> $A", pair="$A $B", special_tokens=[("<s>", 3)])
    document = document_of(processors.Sequence([processors.ByteLevel(), template]))
    assert list(named_ids(document)) == [
        NamedId("post_processor.processors[1].special_tokens.<s>", "<s>", 3),
        NamedId("padding", "<pad>", 7),
    ]


def test_an_unknown_post_processor_is_refused() -> None:
    """A stage that may hold ids nobody knows of is an error, not a guess."""
    document = {**document_of(processors.ByteLevel()), "post_processor": {"type": "Novel"}}
    with pytest.raises(ArtifactError, match="post_processor: ids cannot be updated in a 'Novel'"):
        list(named_ids(document))
