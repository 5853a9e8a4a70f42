"""Nothing of `tokenizers` is missing: each of its components is a part, with each of its options and defaults."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors

from tokbench import registry
from tokbench.options import options_of, summary

MODULES = {
    "normalizers": normalizers,
    "pre_tokenizers": pre_tokenizers,
    "models": models,
    "decoders": decoders,
    "post_processors": processors,
}

NOT_PARTS = {
    "Normalizer": "a base class",
    "PreTokenizer": "a base class",
    "Model": "a base class",
    "Decoder": "a base class",
    "PostProcessor": "a base class",
    "Sequence": "a recipe's list of parts becomes one",
    "DecodeStream": "decodes ids one at a time as a model writes them; not a stage of a tokenizer",
}

OTHERWISE = {
    ("models", "vocab"): "what a trainer makes",
    ("models", "merges"): "what a trainer makes",
    ("models", "unk_id"): "the id of unk_token, which the trainer gives",
    ("normalizers", "precompiled_charsmap"): "bytes, which a recipe names by what holds them",
    ("normalizers", "normalizers"): "the parts of a Sequence",
    ("post_processors", "cls_token"): "called cls, as its own attribute and tokenizer.json call it",
    ("post_processors", "special_tokens"): "found in the templates, with ids from the vocabulary",
}
"""Arguments that no option is named for, and why."""

ADDED = {
    ("normalizers", "precompiled"): {"rule", "model", "tokenizer", "path"},
    ("normalizers", "replace"): {"regex"},
    ("pre_tokenizers", "split"): {"regex"},
    ("decoders", "replace"): {"regex"},
    ("models", "unigram"): {"unk_token"},
    ("post_processors", "bert"): {"cls"},
    ("post_processors", "roberta"): {"cls"},
}
"""Options that stand for such arguments, and `regex` for a pattern that is a `tokenizers.Regex`."""

OTHER_DEFAULTS = {
    ("pre_tokenizers", "metaspace", "replacement"): '"▁"',
    ("models", "wordlevel", "unk_token"): '"<unk>"',
    ("models", "bpe", "fuse_unk"): "false",
    ("models", "unigram", "byte_fallback"): "false",
    ("post_processors", "byte-level", "add_prefix_space"): "true",
    ("post_processors", "byte-level", "trim_offsets"): "true",
    ("post_processors", "byte-level", "use_regex"): "true",
}
"""Defaults that a signature writes as None, or otherwise than the component has them; `test_saved` holds them."""


def components() -> list[tuple[str, str, Any]]:
    """Return (kind, part name, class) of every component of `tokenizers`."""
    found = []
    for kind, module in MODULES.items():
        classes = [each for _, each in inspect.getmembers(module, inspect.isclass) if each.__name__ not in NOT_PARTS]
        found += [(kind, kebab(each.__name__, kind), each) for each in classes]
    return found


def kebab(name: str, kind: str) -> str:
    """Return a part's name: ``BertNormalizer → bert``, ``NFKC → nfkc``, ``WhitespaceSplit → whitespace-split``."""
    suffixes = {"normalizers": "Normalizer", "pre_tokenizers": "PreTokenizer", "decoders": "Decoder"}
    stem = name.removesuffix(suffixes.get(kind, "Processing"))
    if stem in ("WordPiece", "WordLevel", "Unigram") or stem.isupper():
        return stem.lower()
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", stem).lower()


def arguments(component: Any) -> dict[str, str]:
    """Return the arguments of a component and their defaults as Python, "" where there is none."""
    inside = component.__text_signature__.removeprefix("(self").removesuffix(")")
    pairs = (argument.partition("=") for argument in inside.split(", ") if argument)
    return {name.split(":")[0].strip(): default.strip() for name, _, default in pairs}


COMPONENTS = components()


@pytest.mark.parametrize(
    ("kind", "name", "component"), COMPONENTS, ids=[f"{kind}-{name}" for kind, name, _ in COMPONENTS]
)
def test_every_component_is_a_part_with_all_of_its_options(kind: str, name: str, component: Any) -> None:
    """A part of the component's name has an option for each argument, and no others."""
    options = {option.name for option in options_of(registry.load(kind, name))}
    asked = {argument for argument in arguments(component) if (kind, argument) not in OTHERWISE}
    assert options == asked | ADDED.get((kind, name), set())


@pytest.mark.parametrize(
    ("kind", "name", "component"), COMPONENTS, ids=[f"{kind}-{name}" for kind, name, _ in COMPONENTS]
)
def test_every_option_has_the_default_of_its_argument(kind: str, name: str, component: Any) -> None:
    """A recipe that is silent gets what Python code that is silent gets."""
    asked = arguments(component)
    for option in options_of(registry.load(kind, name)):
        if option.name in asked and (kind, name, option.name) in OTHER_DEFAULTS:
            assert option.default == OTHER_DEFAULTS[kind, name, option.name]
        elif asked.get(option.name):
            plain = {"None": "null", "True": "true", "False": "false"}.get(asked[option.name], asked[option.name])
            assert option.default == plain.replace("'", '"')


def test_the_lists_of_exceptions_name_nothing_that_is_gone() -> None:
    """An exception that no component needs is removed."""
    asked = {(kind, argument) for kind, _, component in COMPONENTS for argument in arguments(component)}
    names = {each.__name__ for module in MODULES.values() for _, each in inspect.getmembers(module, inspect.isclass)}
    assert set(OTHERWISE) <= asked | {("normalizers", "normalizers")}
    assert set(NOT_PARTS) <= names
    assert {(kind, name) for kind, name, _ in OTHER_DEFAULTS} <= {(kind, name) for kind, name, _ in COMPONENTS}


def own_parts() -> list[tuple[str, str]]:
    kinds = set(MODULES)
    return [
        (entry.kind, entry.name) for entry in registry.entries() if entry.kind in kinds and entry.package == "tokbench"
    ]


@pytest.mark.parametrize(("kind", "name"), own_parts())
def test_every_part_says_what_it_does_and_what_its_options_do(kind: str, name: str) -> None:
    """`tokbench parts` has a line to print for each part, and `tokbench parts show` one for each option."""
    part = registry.load(kind, name)
    assert summary(part).endswith(".")
    documented = set(re.findall(r"^(\w+): ", inspect.getdoc(part) or "", re.MULTILINE))
    assert documented == {option.name for option in options_of(part)}
