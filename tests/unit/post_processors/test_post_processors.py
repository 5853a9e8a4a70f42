"""What stands around sequences, which type ids they get, and how a malformed template is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Encoding, Tokenizer, models, pre_tokenizers, processors

from tokbench.post_processors.pairs import BertProcessing, ByteLevel, RobertaProcessing
from tokbench.post_processors.template import TemplateProcessing

IDS = {"[CLS]": 0, "[SEP]": 1, "<s>": 2, "</s>": 3, "a": 4, "b": 5, "[UNK]": 6, "é:1": 7}
BERT = TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1")
PLAIN = TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]")


def encoded(part: Any, text: str, pair: str | None = None) -> Encoding:
    tokenizer = Tokenizer(models.WordLevel(IDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = part.build(IDS)
    return tokenizer.encode(text, pair)


@pytest.mark.parametrize(
    ("part", "single", "pair", "type_ids"),
    [
        (BertProcessing(), "[CLS] a [SEP]", "[CLS] a [SEP] b [SEP]", [0, 0, 0, 1, 1]),
        (BERT, "[CLS] a [SEP]", "[CLS] a [SEP] b [SEP]", [0, 0, 0, 1, 1]),
        (PLAIN, "[CLS] a [SEP]", "[CLS] a [SEP] b [SEP]", [0, 0, 0, 0, 0]),
        (RobertaProcessing(), "<s> a </s>", "<s> a </s> </s> b </s>", [0, 0, 0, 0, 0, 0]),
        (ByteLevel(), "a", "a b", [0, 1]),
        (TemplateProcessing(), "a", "a b", [0, 1]),
        (TemplateProcessing(single=" <s>  $A\n", pair="<s>\t$A $B"), "<s> a", "<s> a b", [0, 0, 0]),
        (TemplateProcessing(single="$1 </s>:2", pair="$b $a </s>"), "a </s>", "b a </s>", [0, 0, 0]),
    ],
)
def test_sequences_are_framed(part: Any, single: str, pair: str, type_ids: list[int]) -> None:
    """One sequence and a pair stand as the part says, with its type ids."""
    assert encoded(part, "a").tokens == single.split()
    assert encoded(part, "a", "b").tokens == pair.split()
    assert encoded(part, "a", "b").type_ids == type_ids


@pytest.mark.parametrize(
    ("part", "tells_apart", "tokens"),
    [
        (BertProcessing(), True, ("[CLS]", "[SEP]")),
        (RobertaProcessing(), False, ("<s>", "</s>")),
        (ByteLevel(), False, ()),
        (BERT, True, ("[CLS]", "[SEP]")),
        (PLAIN, False, ("[CLS]", "[SEP]")),
        (TemplateProcessing(single="$A </s>", pair="$A </s> $B:1 <s>:1 </s>"), True, ("</s>", "<s>")),
    ],
)
def test_parts_say_their_tokens_and_whether_they_tell_sequences_apart(
    part: Any, tells_apart: bool, tokens: tuple[str, ...]
) -> None:
    """The assembly asks the vocabulary for the tokens, and the wrapper for token_type_ids."""
    assert part.type_ids is tells_apart
    assert part.tokens() == tokens


@pytest.mark.parametrize("part", [BertProcessing(), RobertaProcessing(), BERT])
def test_a_token_that_the_vocabulary_lacks_is_named(part: Any) -> None:
    """A post-processor never gets an id that is not its token's."""
    missing = part.tokens()[-1]
    ids = {token: index for index, token in enumerate(part.tokens()) if token != missing}
    with pytest.raises(
        ValueError, match=re.escape(f"the vocabulary has no token {missing!r}; name it in [special_tokens]")
    ):
        part.build(ids)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"single": "[CLS] [SEP]"}, r"single: must have \$A once each, and no other sequence, not '\[CLS\] \[SEP\]'"),
        ({"single": "$A $A"}, r"single: must have \$A once"),
        ({"single": "[CLS] $A"}, "pair: must be given where single names tokens; it would have none"),
        ({"pair": "$A [SEP] $B"}, "single: must be given where pair names tokens; it would have none"),
        ({"single": "$B"}, r"single: must have \$A once"),
        ({"single": ""}, r"single: must have \$A once"),
        ({"pair": "$A"}, r"pair: must have \$A and \$B once each"),
        ({"pair": "$A $B $B"}, r"pair: must have \$A and \$B once each"),
        ({"single": "$C"}, r"single: '\$C' is no piece of a template; write \$A, \$B or a token"),
        ({"pair": "$A $B:x"}, r"pair: '\$B:x' is no piece"),
        ({"pair": "$A $B x:1:2"}, "pair: 'x:1:2' is no piece"),
        ({"single": "$A :1"}, "single: ':1' is no piece"),
        ({"single": "$A $4294967296"}, r"single: the type id of '\$4294967296' must be at most 4294967295"),
    ],
)
def test_a_malformed_template_is_refused_when_it_is_read(options: dict[str, str], what: str) -> None:
    """The sentence shows the piece that is wrong and what can be written; the library would panic on text."""
    with pytest.raises(ValueError, match=what):
        TemplateProcessing(**options)


PIECES = st.sampled_from(["$A", "$B", "$", "$a", "$b", "$0", "$1", "$A:1", "$B:2", "$1:3", "$C", "$A:", "$:1", "$12:x"])
TOKENS = st.sampled_from(
    [
        "[CLS]",
        "[SEP]:1",
        "</s>:0",
        "x:y",
        "a:1:2",
        "[SEP]:",
        ":1",
        "$[CLS]",
        "é",
        "²",
        "$²",
        "a:²",
        "$٣",
        "a:٣",
        "x\u00a0y",
    ]
)


@given(
    single=st.lists(PIECES | TOKENS, max_size=4).map(" ".join), pair=st.lists(PIECES | TOKENS, max_size=5).map(" ".join)
)
def test_templates_are_read_as_tokenizers_reads_them(single: str, pair: str) -> None:
    """What the part accepts, the library reads the same; what the library refuses, the part refuses first."""
    try:
        part = TemplateProcessing(single=single, pair=pair)
    except ValueError:
        return
    ids = {token: index for index, token in enumerate(part.tokens())}
    built = part.build(ids)
    again = processors.TemplateProcessing(single=single, pair=pair, special_tokens=list(ids.items()))
    assert built.__getstate__() == again.__getstate__()
    tokenizer = Tokenizer(models.WordLevel({**ids, "word": len(ids)}, unk_token="word"))
    tokenizer.post_processor = built
    assert set(ids) <= set(tokenizer.encode("word").tokens + tokenizer.encode("word", "word").tokens)
