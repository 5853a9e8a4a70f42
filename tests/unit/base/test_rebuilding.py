"""A retrained tokenizer is its base in all but what was learned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models
from tokenizers.models import Model
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from tokbench.base import BaseTokenizer, rebuild, retrained
from tokbench.base.named_ids import named_ids
from tokbench.errors import TrainingError
from tokbench.models.tokens import BYTE_TOKENS

from .shapes import NEW_TEXT, OLD_TEXT, SHAPES, train

BaseOf = Callable[[str], BaseTokenizer]


@pytest.fixture(scope="session")
def new_of(base_of: BaseOf) -> Callable[[str], PreTrainedTokenizerFast]:
    """Return a function that retrains a shape."""
    return lambda shape: rebuild(base_of(shape), train(base_of(shape)))


@pytest.fixture
def base(base_of: BaseOf, shape: str) -> BaseTokenizer:
    """Return the base of each shape in turn."""
    return base_of(shape)


@pytest.fixture
def new(new_of: Callable[[str], PreTrainedTokenizerFast], shape: str) -> PreTrainedTokenizerFast:
    """Return the same, retrained."""
    return new_of(shape)


@pytest.fixture
def reloaded(new: PreTrainedTokenizerFast, tmp_path: Path) -> PreTrainedTokenizerFast:
    """Return the retrained tokenizer after a round through a folder and stock `transformers`."""
    new.save_pretrained(tmp_path)
    return AutoTokenizer.from_pretrained(tmp_path)


def document_of(tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """Return the JSON of the fast tokenizer inside."""
    document: dict[str, Any] = json.loads(tokenizer.backend_tokenizer.to_str())
    return document


def test_every_named_id_is_that_of_its_token(base: BaseTokenizer, reloaded: PreTrainedTokenizerFast) -> None:
    """In post-processors, padding and added tokens, also after reloading, each id is `vocabulary[token]`."""
    vocabulary = reloaded.get_vocab()
    named = list(named_ids(document_of(reloaded)))
    assert [each.token for each in named if each.place != "added_tokens"] == [
        each.token for each in named_ids(base.document) if each.place != "added_tokens"
    ]
    for each in named:
        assert vocabulary[each.token] == each.id, each.place
    assert sorted(vocabulary.values()) == list(range(len(vocabulary)))


def test_stages_and_the_options_of_the_model_are_kept(base: BaseTokenizer, new: PreTrainedTokenizerFast) -> None:
    """Normalizer, pre-tokenizer, decoder and each option of the model are what they were."""
    document = document_of(new)
    for stage in ("normalizer", "pre_tokenizer", "decoder"):
        assert document[stage] == base.document[stage]
    learned = {"vocab", "merges", "unk_id"}
    for option in set(base.document["model"]) - learned:
        assert document["model"][option] == base.document["model"][option], option


def test_kept_tokens_stand_where_they_stood(base: BaseTokenizer, new: PreTrainedTokenizerFast) -> None:
    """Their order is that of the base; those first, those last and those after the vocabulary stay so."""
    kept = sorted((*base.reserved, *base.beyond), key=base.ids.__getitem__)
    ids = [new.get_vocab()[token] for token in kept]
    assert ids == sorted(ids)
    leading = [token for token in base.reserved if token not in base.trailing]
    assert [new.get_vocab()[token] for token in leading] == list(range(len(leading)))
    assert [new.get_vocab()[token] for token in base.trailing] == list(
        range(new.vocab_size - len(base.trailing), new.vocab_size)
    )
    assert [new.get_vocab()[token] for token in base.beyond] == list(range(new.vocab_size, len(new)))


def test_added_tokens_are_kept_with_their_flags(base: BaseTokenizer, reloaded: PreTrainedTokenizerFast) -> None:
    """Special or not, with their white space and word rules, also after reloading."""
    before = {token["content"]: {**token, "id": 0} for token in base.document["added_tokens"]}
    after = {token["content"]: {**token, "id": 0} for token in document_of(reloaded)["added_tokens"]}
    assert after == before


def test_settings_are_kept(folder_of: Callable[[str], Path], shape: str, reloaded: PreTrainedTokenizerFast) -> None:
    """Roles, extra tokens, sides, lengths, names of inputs and the chat template are what they were."""
    old = AutoTokenizer.from_pretrained(folder_of(shape))
    assert reloaded.special_tokens_map == old.special_tokens_map
    assert reloaded.extra_special_tokens == old.extra_special_tokens
    for setting in ("model_max_length", "padding_side", "truncation_side", "model_input_names", "chat_template"):
        assert getattr(reloaded, setting) == getattr(old, setting), setting


def test_the_same_tokens_are_put_around_a_sequence(
    folder_of: Callable[[str], Path], shape: str, reloaded: PreTrainedTokenizerFast
) -> None:
    """What stands before and after an empty text, alone and in a pair, is named as it was, with the new ids."""
    old = AutoTokenizer.from_pretrained(folder_of(shape))
    for texts in (("",), ("", "")):
        expected = old(*texts).tokens()
        assert reloaded(*texts).tokens() == expected
        assert reloaded(*texts).input_ids == reloaded.convert_tokens_to_ids(expected)


def test_new_text_needs_fewer_tokens(
    folder_of: Callable[[str], Path], shape: str, new: PreTrainedTokenizerFast
) -> None:
    """The vocabulary was learned anew: text like the new text is shorter, or better known."""
    old = AutoTokenizer.from_pretrained(folder_of(shape))

    def cost(tokenizer: PreTrainedTokenizerFast) -> tuple[int, int]:
        ids = [token for text in NEW_TEXT for token in tokenizer(text, add_special_tokens=False).input_ids]
        return ids.count(tokenizer.unk_token_id), len(ids)

    assert cost(new) < cost(old)


def test_settings_given_override_those_of_the_base(base_of: BaseOf) -> None:
    """What a recipe says beside the base wins."""
    base = base_of("bert")
    assert rebuild(base, train(base), model_max_length=128).model_max_length == 128


# ---------------------------------------------------------------- where train_new_from_iterator goes wrong


def stock(folder: Path, vocab_size: int = 420) -> PreTrainedTokenizerFast:
    """Return what `train_new_from_iterator` makes of the same base and text."""
    return AutoTokenizer.from_pretrained(folder).train_new_from_iterator(NEW_TEXT, vocab_size, show_progress=False)


def test_merges_are_those_of_train_new_from_iterator(
    folder_of: Callable[[str], Path], new_of: Callable[[str], PreTrainedTokenizerFast]
) -> None:
    """Where stock `transformers` is right, the tokens learned are the same."""
    theirs, ours = document_of(stock(folder_of("roberta"))), document_of(new_of("roberta"))
    assert ours["model"]["merges"] == theirs["model"]["merges"]
    assert ours["model"]["vocab"].keys() == theirs["model"]["vocab"].keys()


def test_ids_inside_a_sequence_are_updated(
    folder_of: Callable[[str], Path], new_of: Callable[[str], PreTrainedTokenizerFast]
) -> None:
    """`train_new_from_iterator` leaves the old id inside a `Sequence` (transformers#30752); here it is the new one."""
    theirs, ours = stock(folder_of("llama3")), new_of("llama3")
    assert theirs("Haus").input_ids[0] != theirs.bos_token_id
    assert ours("Haus").input_ids[0] == ours.bos_token_id


def test_plain_added_tokens_are_kept(new_of: Callable[[str], PreTrainedTokenizerFast]) -> None:
    """`train_new_from_iterator` drops plain tokens added since the base was loaded; here they stay one token."""
    text = "<think>Haus<tool_call>"
    theirs = SHAPES["qwen"]().train_new_from_iterator(NEW_TEXT, 420, show_progress=False)
    assert "<think>" not in theirs.tokenize(text)
    assert [token for token in new_of("qwen").tokenize(text) if "<" in token] == ["<think>", "<tool_call>"]


def test_bytes_for_what_the_vocabulary_lacks_are_kept(
    folder_of: Callable[[str], Path], new_of: Callable[[str], PreTrainedTokenizerFast]
) -> None:
    """`train_new_from_iterator` leaves `byte_fallback` without its 256 tokens; here any text comes back."""
    theirs, ours = stock(folder_of("llama2")), new_of("llama2")
    assert not set(BYTE_TOKENS) & theirs.get_vocab().keys()
    assert set(BYTE_TOKENS) <= ours.get_vocab().keys()
    text = "Haus 家 🏠"
    assert ours.decode(ours(text, add_special_tokens=False).input_ids).strip() == text
    assert theirs.decode(theirs(text, add_special_tokens=False).input_ids).strip() != text


def test_no_token_reaches_across_the_mark_of_a_space(
    folder_of: Callable[[str], Path], new_of: Callable[[str], PreTrainedTokenizerFast]
) -> None:
    """`train_new_from_iterator` learns from whole documents where the base does not cut them; here words are cut."""
    assert any("▁" in token[1:].strip("▁") for token in stock(folder_of("llama2")).get_vocab())
    assert not any("▁" in token[1:] for token in new_of("llama2").get_vocab())


def test_sentinels_stay_last(
    folder_of: Callable[[str], Path], new_of: Callable[[str], PreTrainedTokenizerFast]
) -> None:
    """T5's data collators count sentinels from the end of the vocabulary; `train_new_from_iterator` moves them."""
    theirs, ours = stock(folder_of("t5"), 76), new_of("t5")
    assert ours.convert_tokens_to_ids("<extra_id_0>") == len(ours) - 1
    assert theirs.convert_tokens_to_ids("<extra_id_0>") != len(theirs) - 1


# ---------------------------------------------------------------- bases that are not whole


def test_a_base_without_its_byte_tokens_gets_them(base_of: BaseOf) -> None:
    """What `train_new_from_iterator` left behind is mended: the missing bytes take ids after the kept tokens."""
    base = base_of("llama2")
    model = base.document["model"]
    vocabulary = {token: index for index, token in enumerate(t for t in model["vocab"] if t not in BYTE_TOKENS)}
    bare = BaseTokenizer("bare", {**base.document, "model": {**model, "vocab": vocabulary, "merges": []}})
    assert bare.reserved == ("<unk>", "<s>", "</s>", *BYTE_TOKENS)
    assert retrained(bare, train(bare)).token_to_id("<0x00>") == 3


def test_an_added_token_that_was_learned_by_chance_keeps_one_id(base_of: BaseOf) -> None:
    """A word added by hand may be frequent in the new text; then it has the id of what was learned."""
    base = base_of("bert")
    trained = {token: index for index, token in enumerate([*base.reserved, "der", "quokka", "haus"])}
    tokenizer = retrained(base, models.WordPiece(trained, unk_token="[UNK]"))
    assert tokenizer.token_to_id("quokka") == trained["quokka"]
    assert tokenizer.get_vocab_size() == len(trained)


def unigram() -> Model:
    """Return a model of another kind."""
    return models.Unigram([("[UNK]", 0.0)], unk_id=0)


def lacking() -> Model:
    """Return a model without the tokens that the base needs."""
    return models.WordPiece({"[UNK]": 0, "haus": 1}, unk_token="[UNK]")


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (unigram, "its model is a WordPiece and the trainer made a Unigram"),
        (lacking, "the trainer left out 4 of the tokens that the base needs, among them '\\[CLS\\]'"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(base_of: BaseOf, model: Callable[[], Model], sentence: str) -> None:
    """The wrong kind of model, or one without the reserved tokens, is the trainer's mistake and says so."""
    with pytest.raises(TrainingError, match=sentence):
        retrained(base_of("bert"), model())


def test_retraining_is_reproducible(base_of: BaseOf, shape: str) -> None:
    """The same base and the same model give the same bytes."""
    base = base_of(shape)
    model = train(base)
    assert retrained(base, model).to_str() == retrained(base, model).to_str()
    assert Tokenizer.from_str(retrained(base, model).to_str()).to_str() == retrained(base, model).to_str()
    assert base.fingerprint == base_of(shape).fingerprint


def test_the_old_text_is_not_needed(base_of: BaseOf) -> None:
    """Nothing learned from the old text is left, but single characters."""
    base = base_of("qwen")
    new = retrained(base, train(base)).get_vocab()
    assert "Ġnumber" in base.vocabulary
    assert any("number" in text for text in OLD_TEXT)
    assert "Ġnumber" not in new
