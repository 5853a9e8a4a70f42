"""Wrapping changes no id, adds no token, and tells transformers what the recipe says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.shapes import SHAPES, TEXTS, byte_level, roles, stock_files, word_level, word_piece
from tokbench.artifact import Draft
from tokbench.errors import TrainingError, UserError
from tokbench.recipe.tables import SpecialTokens, Token, Wrapper
from tokbench.wrapping import _same_vocabulary, mark, wrap


@pytest.mark.parametrize("name", SHAPES)
def test_every_id_stays(name: str) -> None:
    """The wrapped vocabulary and the ids of texts are those of the trained tokenizer."""
    shape = SHAPES[name]()
    before, ids = shape.tokenizer.get_vocab(), [shape.tokenizer.encode(text).ids for text in TEXTS]
    wrapped = wrap(shape.tokenizer, shape.special, (), Wrapper(), type_ids=shape.type_ids).in_transformers()
    assert wrapped.get_vocab() == before
    assert wrapped(TEXTS)["input_ids"] == ids
    assert len(wrapped) == len(before)


@pytest.mark.parametrize("name", SHAPES)
def test_special_tokens_have_their_roles(name: str) -> None:
    """Each role of the recipe is a role in transformers, the others are None, and extras are special too."""
    shape = SHAPES[name]()
    wrapped = wrap(shape.tokenizer, shape.special, (), Wrapper(), type_ids=False).in_transformers()
    for role in ("unk", "bos", "eos", "pad", "cls", "sep", "mask"):
        token = shape.special.role(role)
        assert getattr(wrapped, f"{role}_token") == (token and token.content)
    assert wrapped.extra_special_tokens == [token.content for token in shape.special.extra]
    assert sorted(wrapped.all_special_ids) == list(range(len(shape.special.contents)))


def test_flags_of_special_tokens_are_kept() -> None:
    """A mask token that eats the space before it, as BERT's relatives have, still does so when wrapped."""
    shape = byte_level()
    special = SpecialTokens(
        (("bos", Token("<s>")), ("eos", Token("</s>")), ("mask", Token("<pad>", lstrip=True, single_word=True)))
    )
    wrapped = wrap(shape.tokenizer, special, (), Wrapper(), type_ids=False).in_transformers()
    flags = wrapped.added_tokens_decoder[wrapped.mask_token_id]
    assert (flags.lstrip, flags.rstrip, flags.single_word, flags.normalized) == (True, False, True, False)
    assert wrapped.encode("the   <pad>") == [*wrapped.encode("the"), wrapped.mask_token_id]


def test_a_token_may_have_two_roles() -> None:
    """GPT-2's one token is bos and eos at once, with one id."""
    shape = byte_level()
    special = roles(bos="<s>", eos="<s>")
    wrapped = wrap(shape.tokenizer, special, (), Wrapper(), type_ids=False).in_transformers()
    assert wrapped.bos_token_id == wrapped.eos_token_id == 0


def test_a_missing_special_token_is_refused() -> None:
    """A special token that the trained vocabulary lacks is not added at the end in silence."""
    with pytest.raises(TrainingError, match=r"'\[MASK\]' is not in the vocabulary, and must have the id 2"):
        wrap(word_level().tokenizer, roles(unk="<unk>", pad="<pad>", mask="[MASK]"), (), Wrapper(), type_ids=False)


def test_a_special_token_elsewhere_is_refused() -> None:
    """Special tokens have the first ids, in the order of the recipe."""
    with pytest.raises(TrainingError, match="'<pad>' has the id 1, and must have the id 0"):
        mark(word_level().tokenizer, roles(pad="<pad>", unk="<unk>"), ())


def test_added_tokens_get_the_next_ids() -> None:
    """Added tokens are found in text before the model, with ids after the vocabulary, and are not special."""
    shape = word_piece()
    size = shape.tokenizer.get_vocab_size()
    added = (Token("GmbH"), Token("e.V.", single_word=True))
    wrapped = wrap(shape.tokenizer, shape.special, added, Wrapper(), type_ids=True).in_transformers()
    assert wrapped.convert_tokens_to_ids(["GmbH", "e.V."]) == [size, size + 1]
    assert wrapped.tokenize("a GmbH") == ["a", "GmbH"]
    assert wrapped.decode([size], skip_special_tokens=True) == "GmbH"


@pytest.mark.parametrize(
    ("type_ids", "names", "expected"),
    [
        (False, None, ["input_ids", "attention_mask"]),
        (True, None, ["input_ids", "token_type_ids", "attention_mask"]),
        (True, ("input_ids",), ["input_ids"]),
    ],
)
def test_pairs_have_type_ids_where_the_post_processor_makes_them(
    type_ids: bool, names: tuple[str, ...] | None, expected: list[str]
) -> None:
    """The inputs are what the recipe says, else what the post-processor makes."""
    shape = word_piece()
    wrapped = wrap(
        shape.tokenizer, shape.special, (), Wrapper(model_input_names=names), type_ids=type_ids
    ).in_transformers()
    assert list(wrapped("the dog", "a fox")) == expected


def test_the_recipe_reaches_transformers(tmp_path: Path) -> None:
    """Length, sides and chat template are those of the recipe."""
    template = tmp_path / "chat.jinja"
    template.write_text("{% for m in messages %}«{{ m.content }}»{% endfor %}", encoding="utf-8")
    wrapper = Wrapper(64, padding_side="left", truncation_side="left", chat_template=template)
    shape = byte_level()
    wrapped = wrap(shape.tokenizer, shape.special, (), wrapper, type_ids=False).in_transformers()
    assert (wrapped.model_max_length, wrapped.padding_side, wrapped.truncation_side) == (64, "left", "left")
    assert wrapped.apply_chat_template([{"role": "user", "content": "hé"}], tokenize=False) == "«hé»"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_chat_template_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    """A missing or undecodable template ends in a sentence that names it."""
    template = tmp_path / "chat.jinja"
    if content is not None:
        template.write_bytes(content)
    shape = byte_level()
    with pytest.raises(UserError, match=r"chat\.jinja (cannot be read|is not UTF-8 at byte 0)"):
        wrap(shape.tokenizer, shape.special, (), Wrapper(chat_template=template), type_ids=False)


def test_a_changed_vocabulary_is_refused() -> None:
    """Should the constructor move or add tokens, the build ends, and says which."""
    with pytest.raises(TrainingError, match=r"changed the ids of 2 tokens \('b': 1 → 2, 'c': None → 1\)"):
        _same_vocabulary({"a": 0, "b": 1}, {"a": 0, "c": 1, "b": 2})


WRAPPERS = {
    "nothing said": {},
    "all said": {
        "model_max_length": 64,
        "padding_side": "left",
        "truncation_side": "left",
        "clean_up_tokenization_spaces": True,
        "model_input_names": ("input_ids", "attention_mask"),
    },
    "a template": {"chat_template": "{% for m in messages %}«{{ m.content }}»\r\n{% endfor %}"},
    "an empty template": {"chat_template": ""},
}
ADDED = (Token("GmbH"), Token("e.V.", single_word=True, normalized=True), Token(" b", lstrip=True, rstrip=True))


@pytest.mark.parametrize("added", [(), ADDED], ids=["none added", "some added"])
@pytest.mark.parametrize("told", WRAPPERS)
@pytest.mark.parametrize("name", SHAPES)
def test_the_files_are_those_of_transformers(name: str, told: str, added: tuple[Token, ...], tmp_path: Path) -> None:
    """Byte for byte, what `PreTrainedTokenizerFast.save_pretrained` writes for the trained tokenizer."""
    shape, options = SHAPES[name](), dict(WRAPPERS[told])
    if "chat_template" in options:
        (tmp_path / "chat.jinja").write_bytes(str(options["chat_template"]).encode())
        options["chat_template"] = tmp_path / "chat.jinja"
    stock = stock_files(tmp_path / "stock", shape, added, Wrapper(**options))
    (tmp_path / "ours").mkdir()
    wrapped = wrap(shape.tokenizer, shape.special, added, Wrapper(**options), type_ids=shape.type_ids)
    Draft(tmp_path / "ours").save_tokenizer(wrapped)
    assert {path.name: path.read_bytes() for path in (tmp_path / "ours").iterdir()} == stock
