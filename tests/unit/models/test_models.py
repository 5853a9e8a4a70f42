"""What the models ask of a vocabulary and of the parts around them, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models

from tokbench import registry
from tokbench.models.bpe import BPE
from tokbench.models.tokens import BYTE_TOKENS
from tokbench.models.unigram import Unigram
from tokbench.models.wordlevel import WordLevel
from tokbench.models.wordpiece import WordPiece
from tokbench.options import make


@pytest.mark.parametrize(
    ("part", "tokens"),
    [
        (BPE(), ()),
        (BPE(unk_token="<unk>"), ("<unk>",)),
        (BPE(byte_fallback=True), BYTE_TOKENS),
        (BPE(unk_token="<unk>", byte_fallback=True), ("<unk>", *BYTE_TOKENS)),
        (Unigram(), ("<unk>",)),
        (Unigram(unk_token="?", byte_fallback=True), ("?", *BYTE_TOKENS)),
        (WordLevel(), ("<unk>",)),
        (WordPiece(), ("[UNK]",)),
    ],
)
def test_models_require_their_unknown_token_and_bytes(part: Any, tokens: tuple[str, ...]) -> None:
    """Each token is required once, the unknown one first."""
    assert part.requires() == tokens


@given(st.text(min_size=1))
def test_the_byte_tokens_are_those_that_models_fall_back_to(text: str) -> None:
    """With the required tokens alone, any text is written as its bytes, and decoded again."""
    part = BPE(byte_fallback=True)
    tokenizer = Tokenizer(
        models.BPE({token: index for index, token in enumerate(part.requires())}, [], byte_fallback=True)
    )
    tokens = tokenizer.encode(text).tokens
    assert tokens == [f"<0x{byte:02X}>" for byte in text.encode()]
    assert decoders.ByteFallback().decode(tokens) == text


@pytest.mark.parametrize("part", [BPE(), WordLevel(), WordPiece()])
def test_models_are_built_empty(part: Any) -> None:
    """A model part has options, and no vocabulary."""
    assert Tokenizer(part.build()).get_vocab() == {}


def test_unigram_is_built_with_its_unknown_token_alone() -> None:
    """Unigram marks its unknown token by its place in the vocabulary, so it must be there."""
    assert Tokenizer(Unigram(unk_token="[UNK]").build()).get_vocab() == {"[UNK]": 0}


@pytest.mark.parametrize(
    ("part", "suggested"),
    [
        (BPE(), {}),
        (BPE(byte_fallback=True), {"decoder": [{"use": "byte-fallback"}]}),
        (BPE(end_of_word_suffix="@"), {"decoder": [{"use": "bpe", "suffix": "@"}]}),
        (BPE(continuing_subword_prefix="##"), {"decoder": [{"use": "wordpiece", "prefix": "##"}]}),
        (Unigram(), {}),
        (Unigram(byte_fallback=True), {"decoder": [{"use": "byte-fallback"}]}),
        (WordPiece(continuing_subword_prefix="@@"), {"decoder": [{"use": "wordpiece", "prefix": "@@"}]}),
    ],
)
def test_models_suggest_the_decoder_that_undoes_them(part: Any, suggested: Any) -> None:
    """What is suggested can be made of the options of the decoder."""
    assert part.suggests() == suggested
    for table in part.suggests().get("decoder", []):
        make(registry.load("decoders", table["use"]), {key: value for key, value in table.items() if key != "use"})


@pytest.mark.parametrize(
    ("part", "options", "what"),
    [
        (BPE, {"dropout": 1.5}, "dropout: must be from 0 to 1, not 1.5"),
        (BPE, {"dropout": -0.1}, "dropout: must be from 0 to 1, not -0.1"),
        (BPE, {"cache_capacity": 10}, "cache_capacity: tokenizer.json does not keep it"),
        (Unigram, {"alpha": 0.1}, "alpha: tokenizer.json does not keep it"),
        (Unigram, {"nbest_size": 8}, "nbest_size: tokenizer.json does not keep it"),
        (WordPiece, {"max_input_chars_per_word": 0}, "max_input_chars_per_word: must be 1 or more, not 0"),
    ],
)
def test_what_cannot_be_kept_or_used_is_refused(part: type, options: dict[str, Any], what: str) -> None:
    """An option that would be lost without a word, or make nonsense, is refused with the reason."""
    with pytest.raises(ValueError, match=what):
        make(part, options)


def test_tokenizers_still_forgets_what_is_refused() -> None:
    """The day tokenizer.json keeps these options, they need not be refused any more."""
    model = models.Unigram([("<unk>", 0.0)], unk_id=0, alpha=0.1, nbest_size=8)
    again = Tokenizer.from_str(Tokenizer(model).to_str()).model
    assert (again.alpha, again.nbest_size) == (None, None)
    assert "cache" not in Tokenizer(models.BPE(cache_capacity=10)).to_str()
