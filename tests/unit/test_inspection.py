"""What inspection shows is what the tokenizer does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from tokbench.errors import ArtifactError, UserError
from tokbench.inspection import inspect, inspect_at, inspect_untrained

TEXTS = ["the quick brown fox", "Straße und Öl", "日本語 हिन्दी", "a-b-c 1 22 333"]
SPECIAL = ["[UNK]", "[CLS]", "[SEP]"]
MASK = AddedToken("[MASK]", lstrip=True, special=True)


def trained(model, trainer, normalizer, pre_tokenizer, decoder):
    tokenizer = Tokenizer(model)
    tokenizer.normalizer, tokenizer.pre_tokenizer, tokenizer.decoder = normalizer, pre_tokenizer, decoder
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.add_special_tokens([MASK])
    tokenizer.add_tokens([AddedToken("Qu", normalized=True)])
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ids)
    return tokenizer


def tokenizers_of_each_sort():
    options = {"vocab_size": 400, "special_tokens": SPECIAL, "show_progress": False}
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    return {
        "wordpiece": trained(
            models.WordPiece(unk_token="[UNK]"),
            trainers.WordPieceTrainer(**options),
            normalizers.BertNormalizer(),
            pre_tokenizers.BertPreTokenizer(),
            decoders.WordPiece(),
        ),
        "byte-level": trained(
            models.BPE(),
            trainers.BpeTrainer(initial_alphabet=alphabet, **options),
            None,
            pre_tokenizers.ByteLevel(add_prefix_space=False),
            decoders.ByteLevel(),
        ),
        "metaspace": trained(
            models.BPE(unk_token="[UNK]", fuse_unk=True),
            trainers.BpeTrainer(**options),
            normalizers.NFKC(),
            pre_tokenizers.Metaspace(prepend_scheme="first"),
            decoders.Metaspace(prepend_scheme="first"),
        ),
        "bare": trained(models.BPE(), trainers.BpeTrainer(**options), None, None, decoders.Fuse()),
    }


TOKENIZERS = tokenizers_of_each_sort()


@pytest.fixture(params=TOKENIZERS)
def tokenizer(request):
    """Return a small tokenizer of each sort."""
    return TOKENIZERS[request.param]


PIECES = [
    "the",
    "Qu",
    "quick",
    "[MASK]",
    "[UNK]",
    "[CLS]",
    " ",
    "  ",
    "ß",
    "日本",
    "\u0301",
    "é",
    "\x00",
    "ﬁ",
    "!",
    "\n",
]
texts = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))


anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@anything
@given(text=texts)
def test_tokens_are_those_of_the_tokenizer(tokenizer, text):
    """Ids, offsets, and which were added around the text."""
    encoding, found = tokenizer.encode(text), inspect(tokenizer, text)
    assert [token.id for token in found.tokens] == encoding.ids
    assert [(token.start, token.end) for token in found.tokens] == encoding.offsets
    assert (found.tokens[0].word, found.tokens[-1].word) == (None, None)


@anything
@given(text=texts)
def test_every_token_lies_in_its_word(tokenizer, text):
    """The words are numbered as the tokenizer numbers them, also around special tokens inside the text."""
    found = inspect(tokenizer, text)
    for token in found.tokens[1:-1]:
        word = found.words[token.word]
        assert word.start <= token.start <= token.end <= word.end


@given(text=texts)
def test_words_are_those_of_the_pre_tokenizer(text):
    """Where nothing is trained yet, plain normalizing and splitting gives the same."""
    found = inspect_untrained(TOKENIZERS["wordpiece"], text)
    assert found.normalized == TOKENIZERS["wordpiece"].normalizer.normalize_str(text)
    words = [word for word, _ in TOKENIZERS["wordpiece"].pre_tokenizer.pre_tokenize_str(found.normalized)]
    assert [word.text for word in found.words] == words
    assert found.tokens is None


def test_special_tokens_in_the_text_are_words_as_they_are():
    """Neither normalizer nor pre-tokenizer sees them; what they strip belongs to them."""
    found = inspect(TOKENIZERS["wordpiece"], "The [MASK] FOX")
    assert [word.text for word in found.words] == ["the", " [MASK]", "fox"]
    assert found.normalized == "the [MASK] fox"


def test_text_that_is_unknown_is_not_taken_for_a_special_token():
    """The model emits [UNK] for it, and it was still normalized and split."""
    found = inspect(TOKENIZERS["wordpiece"], "Ω!")
    assert [word.text for word in found.words] == ["ω", "!"]
    assert [token.text for token in found.tokens] == ["[CLS]", "[UNK]", "[UNK]", "[SEP]"]


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("byte-level", "the  fox 日", "exact"),
        ("metaspace", "a-b-c ①", "normalized"),
        ("wordpiece", "the  quick brown fox", "spaces"),
        ("wordpiece", "Ω", "none"),
    ],
)
def test_how_much_came_back(name, text, kept):
    """In the words that a recipe uses for what it promises."""
    assert inspect(TOKENIZERS[name], text).round_trip == kept


def test_overrides_are_for_recipes(tmp_path):
    """An artifact is as it was built; a folder that is none is refused."""
    with pytest.raises(UserError, match="an artifact is as it was built"):
        inspect_at(tmp_path, "text", overrides=["name=x"])
    with pytest.raises(ArtifactError):
        inspect_at(tmp_path, "text")
