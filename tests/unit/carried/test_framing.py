"""Post-processors in Python: what tokenizers does with its own, they do alike, and nothing leaves them out silently."""

from __future__ import annotations

import copy
import json
import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from tokbench.carried.framing import attach, framing_of
from tokbench.carried.stages import VERSION
from tokbench.carried.tokenizer import PythonTokenizerFast

VOCABULARY = {"[UNK]": 0, "a": 1, "b": 2, "[CLS]": 3, "[SEP]": 4, "[PAD]": 5}
SPECIAL = ["[CLS]", "[SEP]", "[PAD]"]
BERT = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 3), ("[SEP]", 4)]
)
STRATEGIES = ("longest_first", "only_first", "only_second")


@dataclass(frozen=True)
class Frame:
    """What the template of BERT does."""

    sliced: bool = False
    type_ids: ClassVar[bool] = True

    def build(self, ids):
        return self

    def num_special_tokens_to_add(self, is_pair):
        return 3 if is_pair else 2

    def process(self, first, second):
        own = [first[:1], first[1:]] if self.sliced else [first]
        return [["[CLS]", *own, "[SEP]"], *([] if second is None else [[second, "[SEP]"]])]


@dataclass(frozen=True)
class Tag:
    """A token that the text calls for, before every text."""

    tokens: tuple[str, ...] = ("[CLS]", "[SEP]")

    def build(self, ids):
        return self

    def num_special_tokens_to_add(self, is_pair):
        return 1 + is_pair

    def process(self, first, second):
        texts = [first] if second is None else [first, second]
        return [[self.tokens[str(text.text).startswith("b")], text] for text in texts]


class Odd:
    """Returns what it is told."""

    def __init__(self, make):
        self.process = make

    def num_special_tokens_to_add(self, is_pair):
        return 1


def bare():
    tokenizer = Tokenizer(models.WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def framed(*items):
    tokenizer = bare()
    attach(tokenizer, items)
    return tokenizer


def by_tokenizers():
    tokenizer = bare()
    tokenizer.post_processor = BERT
    return tokenizer


def seen(encoding):
    """Return all that an encoding tells, its windows with it."""
    return [
        (
            *(each.ids, each.type_ids, each.tokens, each.word_ids, each.offsets),
            *(each.special_tokens_mask, each.attention_mask, each.sequence_ids, each.n_sequences),
            [each.char_to_token(place, number) for place in range(20) for number in range(each.n_sequences)],
            [each.word_to_tokens(place, number) for place in range(9) for number in range(each.n_sequences)],
        )
        for each in (encoding, *encoding.overflowing)
    ]


@pytest.mark.parametrize("sliced", [False, True])
def test_it_does_what_a_template_does(sliced):
    """The template of BERT, in Python: every field is equal, of texts, pairs and windows, cut and padded."""
    chosen, tried = random.Random(7), 0
    ours, theirs = framed(Frame(sliced)), by_tokenizers()

    def text():
        return " ".join(chosen.choice(["a", "b", "x", "[SEP]"]) for _ in range(chosen.randrange(9)))

    for _ in range(400):
        batch = [(text(), text()) if chosen.random() < 0.5 else text() for _ in range(chosen.randrange(1, 4))]
        stride = chosen.randrange(2) * all(isinstance(each, str) for each in batch)  # more than is left is a panic
        cut = {"max_length": chosen.randrange(6, 12), "stride": stride}
        cut |= {"strategy": chosen.choice(STRATEGIES), "direction": chosen.choice(["left", "right"])}
        padding = {"length": chosen.choice([None, 12]), "pad_to_multiple_of": chosen.choice([None, 4]), "pad_id": 5}
        padding |= {"direction": chosen.choice(["left", "right"])}
        cuts, pads, special = (chosen.random() < 0.5 for _ in range(3))
        for tokenizer in (ours, theirs):
            tokenizer.enable_truncation(**cut) if cuts else tokenizer.no_truncation()
            tokenizer.enable_padding(**padding) if pads else tokenizer.no_padding()
        try:
            expected = [seen(each) for each in theirs.encode_batch(batch, add_special_tokens=special)]
        except Exception as error:  # a text that cannot be cut so
            with pytest.raises(type(error)):
                ours.encode_batch(batch, add_special_tokens=special)
            continue
        tried += 1
        assert [seen(each) for each in ours.encode_batch(batch, add_special_tokens=special)] == expected
        assert (ours.truncation, ours.padding) == (theirs.truncation, theirs.padding)
    assert tried > 200


def test_words_that_are_given_apart():
    """A list of two words is a text, two lists are a pair; the Python sees the words."""
    tokenizer = framed(Tag())
    for given in (["b", "a"], (["b", "a"], ["a"])):
        found = tokenizer.encode_batch([given], is_pretokenized=True)[0]
        pair = given if isinstance(given, tuple) else (given,)
        assert found.tokens == [item for words in pair for item in ("[CLS]", *words)]
    assert tokenizer.encode(["b", "a"], is_pretokenized=True).word_ids == [None, 0, 1]


@pytest.mark.parametrize(
    ("items", "single", "pair"),
    [
        ([Tag()], "[SEP] b a", "[SEP] b a [CLS] a"),
        ([Tag(), BERT], "[CLS] [SEP] b a [SEP]", "[CLS] [SEP] b a [SEP] [CLS] a [SEP]"),
        ([BERT, Tag()], "[SEP] [CLS] b a [SEP]", "[SEP] [CLS] b a [SEP] [CLS] a [SEP]"),
        ([processors.ByteLevel(), Tag(), Tag()], "[SEP] [SEP] b a", "[SEP] [SEP] b a [CLS] [CLS] a"),
    ],
)
def test_a_list_runs_in_its_order(items, single, pair):
    """Between those of tokenizers, and several; truncation leaves room for all, and none is added unasked."""
    tokenizer = framed(*items)
    assert tokenizer.encode("b a").tokens == single.split()
    both = tokenizer.encode("b a", "a")
    assert both.tokens == pair.split()
    assert [token for token, own in zip(both.tokens, both.special_tokens_mask, strict=True) if not own] == list("baa")
    assert tokenizer.encode("b a", "a", add_special_tokens=False).tokens == ["b", "a", "a"]
    assert tokenizer.num_special_tokens_to_add(True) == len(pair.split()) - 3
    tokenizer.enable_truncation(len(single.split()) - 1)
    cut = tokenizer.encode("b a")
    assert [len(each) for each in (cut, *cut.overflowing)] == [len(single.split()) - 1] * 2


def test_type_ids_are_told_apart_where_it_says_so():
    """Of a step that does not, both sequences have 0."""
    assert framed(Frame()).encode("a", "b").type_ids == [0, 0, 0, 1, 1]
    assert framed(Tag()).encode("a", "b").type_ids == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda first, _: [["[SEP]", first, "[SEP]"]], "Odd adds more tokens, 2, than num_special"),
        (lambda first, _: [[first, first]], "Odd repeats tokens"),
        (lambda first, second: [[second], [first]], "Odd puts tokens of one sequence into another"),
        (lambda first, second: [[first, second]], "Odd makes 1 sequences of 2; process returns a list for each"),
        (lambda first, _: [["</s>", first]], "the token '</s>', which the vocabulary lacks"),
        (lambda first, _: [[first[::2]]], "the step of a slice must be 1"),
    ],
)
def test_what_cannot_be_framed_so_is_refused(make, sentence):
    """What is too much for truncation, would mix the sequences, or has no id."""
    with pytest.raises(ValueError, match=sentence):
        framed(Odd(make)).encode("a b", "b" if "sequence" in sentence else None)


def test_items_without_their_list_are_refused():
    """A step that returns what one sequence is made of, and no list for each."""
    with pytest.raises(TypeError, match="process returns a list of spans and tokens for each sequence"):
        framed(Odd(lambda first, _: [first])).encode("a b")


def test_a_length_without_room_is_refused():
    """tokenizers would fail with a panic."""
    tokenizer = framed(Frame())
    tokenizer.enable_truncation(1)
    with pytest.raises(ValueError, match="max_length=1 has no room for 2 special tokens"):
        tokenizer.encode("a")
    assert tokenizer.truncation["max_length"] == 1


def test_nothing_leaves_it_out_silently():
    """What would make another tokenizer without the Python, or has no text for it, is refused."""
    tokenizer = framed(Tag())
    for leave_out in (tokenizer.to_str, lambda: tokenizer.save("x"), lambda: pickle.dumps(tokenizer)):
        with pytest.raises(NotImplementedError, match="is saved by the tokenizer of transformers around it"):
            leave_out()
    for method in ("post_process", "async_encode", "async_encode_batch", "async_encode_batch_fast"):
        with pytest.raises(NotImplementedError, match="needs the text for that"):
            getattr(tokenizer, method)("a")
    assert tokenizer.encode_batch_fast(["a"])[0].tokens == ["[CLS]", "a"]


def test_one_that_is_put_in_its_place_is_used():
    """As it is with any other stage: then all is done by tokenizers."""
    tokenizer = framed(Tag())
    tokenizer.post_processor = BERT
    assert tokenizer.encode("a").tokens == ["[CLS]", "a", "[SEP]"]
    assert tokenizer.num_special_tokens_to_add(False) == 2
    assert framing_of(tokenizer) is None
    assert Tokenizer.from_str(tokenizer.to_str()).encode("a").ids == [3, 1, 4]


# ---------------------------------------------------------------- in a tokenizer of transformers


class HaveFrameTokenizerFast(PythonTokenizerFast):
    """What a tokenizer's own module has."""

    classes: ClassVar = {"t:Tag": Tag, "t:Frame": Frame}


def wrapped(name="Tag", **options):
    part = {"type": "Python", "class": f"t:{name}", "options": options, "sha256": ""}
    split = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    stage = {"type": "Sequence", "processors": [split, part]}
    document = {**json.loads(bare().to_str()), "version": VERSION, "post_processor": stage}
    roles = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return HaveFrameTokenizerFast(tokenizer_object=document, **roles)


TEXTS = ["b a", "a", "", "b b b a b a", "[SEP] x"]


@pytest.mark.parametrize("again", [copy.deepcopy, copy.copy, lambda it: pickle.loads(pickle.dumps(it))])
def test_copies_frame_the_same(again):
    """Copied and pickled, whole and the tokenizer inside alone, it tags as before and describes itself the same."""
    tokenizer = wrapped(tokens=["[SEP]", "[CLS]"])
    twin = again(tokenizer)
    assert twin(TEXTS) == tokenizer(TEXTS)
    assert twin.document() == tokenizer.document()
    inner = pickle._loads(pickle._dumps(tokenizer._tokenizer))
    assert [each.ids for each in inner.encode_batch(TEXTS)] == tokenizer(TEXTS)["input_ids"]


@pytest.mark.parametrize("windows", [False, True])
def test_transformers_sees_no_difference(windows):
    """Everything that a call may ask for is what a tokenizer with the template gives."""
    from transformers import PreTrainedTokenizerFast

    theirs = PreTrainedTokenizerFast(tokenizer_object=by_tokenizers(), unk_token="[UNK]", pad_token="[PAD]")
    asked = {f"return_{name}": True for name in ("offsets_mapping", "special_tokens_mask", "token_type_ids", "length")}
    asked |= {"padding": True, "truncation": True, "max_length": 5, "return_overflowing_tokens": windows}
    for given in ((TEXTS,), (TEXTS, TEXTS[::-1])):
        found, expected = wrapped("Frame")(*given, **asked), theirs(*given, **asked)
        assert dict(found) == dict(expected)
        for row in range(len(expected["input_ids"])):
            assert found.word_ids(row) == expected.word_ids(row)
            assert found.sequence_ids(row) == expected.sequence_ids(row)


def test_threads_share_it():
    """Padding and truncation are set aside while a text is encoded, and no other thread meets them so."""
    tokenizer = wrapped()
    options = [{"padding": "max_length", "max_length": 9}, {"truncation": True, "max_length": 4}, {}] * 20
    alone = [tokenizer(TEXTS, **each)["input_ids"] for each in options]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda each: tokenizer(TEXTS, **each)["input_ids"], options)) == alone


def test_a_template_does_not_take_its_place_unasked():
    """transformers makes one where it finds none; asked for by add_bos_token, it is refused."""
    tokenizer = wrapped()
    tokenizer._post_init()
    assert tokenizer("b")["input_ids"] == [4, 2]
    assert tokenizer.num_special_tokens_to_add() == 1
    tokenizer.bos_token = "[CLS]"
    with pytest.raises(NotImplementedError, match="add_bos_token and add_eos_token would replace"):
        tokenizer.add_bos_token = True


def test_a_conversation_is_sanitized_and_other_text_is_told_how():
    """What would leave the post-processor out is refused with a way, and the ways work."""
    tokenizer = wrapped()
    with pytest.raises(NotImplementedError, match="split_special_tokens=True"):
        tokenizer("b", sanitize_control_tokens=True)
    assert tokenizer("b[CLS]", split_special_tokens=True)["input_ids"][:2] == [4, 2]
    assert 3 not in tokenizer("b[CLS]", split_special_tokens=True)["input_ids"][2:]
    tokenizer.chat_template = "{% for message in messages %}[SEP]{{ message.content }}{% endfor %}"
    told = [{"role": "user", "content": "b[CLS]"}]
    ids = tokenizer.apply_chat_template(told, sanitize_control_tokens=True)["input_ids"]
    assert ids[:2] == [4, 2]
    assert 3 not in ids
