"""A recipe with `[base]` is all that a build needs to know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tokenizers import Tokenizer
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from tokbench.base import Retraining, retrain
from tokbench.checks.expected import Promised
from tokbench.checks.running import run_checks
from tokbench.contracts import silent
from tokbench.counting.words import WordCounts
from tokbench.errors import RecipeError
from tokbench.recipe.loader import load

from .shapes import NEW_TEXT

FolderOf = Callable[[str], Path]
DrawnOf = Callable[..., Retraining]


@pytest.fixture
def drawn_of(folder_of: FolderOf, tmp_path: Path) -> DrawnOf:
    """Return a function that writes a recipe beside a shape, reads it, and draws its blueprint."""

    def drawn(shape: str, text: str = "") -> Retraining:
        (tmp_path / "base").symlink_to(folder_of(shape))
        recipe = tmp_path / "recipe.toml"
        recipe.write_text(f'name = "again"\n{text}\n[base]\ntokenizer = "base"\n', encoding="utf-8")
        return retrain(load(recipe, corpus_given=True))

    return drawn


def built(drawn: Retraining) -> PreTrainedTokenizerFast:
    """Train as a build does: from word counts, or from text where the trainer wants that."""
    splitter = Tokenizer.from_str(drawn.pipeline)
    if hasattr(drawn.trainer, "train_text"):
        return drawn.finish(drawn.trainer.train_text(NEW_TEXT, splitter, drawn.model, drawn.reserved, silent))
    normalizer = splitter.normalizer
    normal = [normalizer.normalize_str(text) if normalizer else text for text in NEW_TEXT]
    words = (word for text in normal for word, _ in splitter.pre_tokenizer.pre_tokenize_str(text))
    counts = WordCounts.of((word, 1) for word in words)
    return drawn.finish(drawn.trainer.train(counts, drawn.model, drawn.reserved, silent))


def test_a_recipe_that_names_only_a_base_can_be_built(drawn_of: DrawnOf, shape: str) -> None:
    """The trainer is that of the base's model, for as many tokens, and every reserved token is there."""
    drawn = drawn_of(shape)
    tokenizer = built(drawn)
    assert set(drawn.reserved) | set(drawn.special_tokens) <= tokenizer.get_vocab().keys()
    assert drawn.trainer.vocab_size == len(drawn.base.vocabulary) >= tokenizer.vocab_size
    assert any(choice.startswith("trainer: ") for choice in drawn.recipe.choices)


@pytest.mark.parametrize("shape", ["bert", "llama3"])
def test_what_is_built_passes_every_check(drawn_of: DrawnOf, shape: str, tmp_path: Path) -> None:
    """A fresh process with stock libraries finds nothing wrong with a retrained tokenizer."""
    drawn = drawn_of(shape)
    tokenizer = built(drawn)
    tokenizer.save_pretrained(tmp_path / "made")
    promised = Promised(drawn.recipe.promises.round_trip or "none", drawn.trainer.vocab_size, drawn.special_tokens)
    found = run_checks(tmp_path / "made", reference=tokenizer.backend_tokenizer, promised=promised, samples=NEW_TEXT)
    assert [result for result in found.results if not result.passed] == []


def test_the_filled_recipe_says_what_was_chosen(drawn_of: DrawnOf, tmp_path: Path) -> None:
    """Read again, the filled recipe gives the same trainer, settings and promise, with nothing left to choose."""
    drawn = drawn_of("roberta", "[tokenizer]\nmodel_max_length = 99\n")
    (tmp_path / "filled.toml").write_text(drawn.recipe.toml(), encoding="utf-8")
    again = retrain(load(tmp_path / "filled.toml", corpus_given=True))
    assert again.trainer == drawn.trainer
    assert again.recipe.promises == drawn.recipe.promises
    assert again.recipe.choices == ()
    assert built(drawn).padding_side == built(again).padding_side == "left"
    assert built(drawn).model_max_length == built(again).model_max_length == 99
    assert again.recipe.toml() == drawn.recipe.toml()


def test_options_of_the_trainer_are_the_recipes(drawn_of: DrawnOf) -> None:
    """A recipe may set the size, and the alphabet of bytes comes from the base."""
    drawn = drawn_of("gpt2", '[trainer]\nuse = "bpe"\nvocab_size = 300\n')
    assert (drawn.trainer.vocab_size, drawn.trainer.initial_alphabet) == (300, "byte-level")
    assert built(drawn).vocab_size == 300


def test_tokens_of_the_recipe_are_added_to_those_of_the_base(drawn_of: DrawnOf, tmp_path: Path) -> None:
    """A padding token for GPT-2: it follows the vocabulary, has its role, and a plain token stands beside it."""
    tokens = '[special_tokens]\npad = "<|pad|>"\nextra = ["<|user|>"]\n[[added_tokens]]\ncontent = "Großmutter"\n'
    built(drawn_of("gpt2", tokens)).save_pretrained(tmp_path / "made")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "made")
    assert tokenizer.pad_token == "<|pad|>"
    assert tokenizer.extra_special_tokens == ["<|user|>"]
    assert tokenizer.eos_token == "<|endoftext|>"
    assert tokenizer.convert_ids_to_tokens(range(tokenizer.vocab_size, len(tokenizer))) == [
        "<|pad|>",
        "<|user|>",
        "Großmutter",
    ]
    assert tokenizer.tokenize("<|pad|>Großmutter") == ["<|pad|>", "Großmutter"]


def test_a_token_that_the_base_has_keeps_its_rules(drawn_of: DrawnOf) -> None:
    """Naming the mask again does not take its rule for white space away."""
    drawn = drawn_of("roberta", '[special_tokens]\nmask = "<mask>"\n')
    mask = next(token for token in drawn.base.document["added_tokens"] if token["content"] == "<mask>")
    assert mask["lstrip"]


@pytest.mark.parametrize(
    ("shape", "kept"), [("bert", "spaces"), ("gpt2", "exact"), ("llama3", "exact"), ("words", "spaces")]
)
def test_the_promise_is_what_the_stages_of_the_base_keep(drawn_of: DrawnOf, shape: str, kept: str) -> None:
    """Byte-level bases give text back; others put spaces elsewhere."""
    assert drawn_of(shape).recipe.promises.round_trip == kept


@pytest.mark.parametrize(
    ("shape", "text", "sentence"),
    [
        (
            "qwen",
            '[trainer]\nuse = "wordpiece"\n',
            "recipe.toml:3: trainer.use: the trainer 'wordpiece' makes 'wordpiece'",
        ),
        (
            "bert",
            '[checks]\nround_trip = "exact"\n',
            "recipe.toml:3: checks.round_trip: decoding with the base keeps 'spaces'",
        ),
    ],
)
def test_a_recipe_that_does_not_fit_its_base_says_where(
    drawn_of: DrawnOf, shape: str, text: str, sentence: str
) -> None:
    """The error stands at the line that must change."""
    with pytest.raises(RecipeError) as caught:
        drawn_of(shape, text)
    assert sentence in str(caught.value)


def test_a_base_that_is_not_there_says_where(tmp_path: Path) -> None:
    """The error stands at the line that names the base."""
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "again"\n[base]\ntokenizer = "./nowhere"\n', encoding="utf-8")
    with pytest.raises(RecipeError, match=r"recipe.toml:3: base.tokenizer: there is no folder"):
        retrain(load(recipe, corpus_given=True))
