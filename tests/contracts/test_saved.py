"""Every built-in part survives in tokenizer.json as it was built."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tokenizers import Tokenizer, models

from tokbench import registry
from tokbench.options import make, options_of

from .examples import IDS, KINDS, SENTENCES, shown

STAGES = {
    "normalizers": "normalizer",
    "pre_tokenizers": "pre_tokenizer",
    "models": "model",
    "decoders": "decoder",
    "post_processors": "post_processor",
}
CASES = [(kind, part) for kind, parts in KINDS.items() for part in parts]
NAMES = [f"{kind}-{shown(part)}" for kind, part in CASES]

RENAMED = {"left": "strip_left", "right": "strip_right"}
RENAMED_IN_DECODERS = {"left": "start", "right": "stop"}


def tokenizer_with(kind: str, part: Any) -> Tokenizer:
    component = part.build(IDS) if kind == "post_processors" else part.build()
    tokenizer = Tokenizer(component if kind == "models" else models.BPE())
    if kind != "models":
        setattr(tokenizer, STAGES[kind], component)
    return tokenizer


def results(tokenizer: Tokenizer) -> list[Any]:
    """Return what a tokenizer makes of the sentences, stage by stage."""
    normalize = tokenizer.normalizer.normalize_str if tokenizer.normalizer else str
    split = tokenizer.pre_tokenizer.pre_tokenize_str if tokenizer.pre_tokenizer else list
    decode = tokenizer.decoder.decode if tokenizer.decoder else list
    return [(normalize(text), split(text), decode([*text.split(), "a##", "▁b</w>", "Ġc@@"])) for text in SENTENCES]


@pytest.mark.parametrize(("kind", "part"), CASES, ids=NAMES)
def test_a_part_reloads_as_it_was_saved(kind: str, part: Any) -> None:
    """What is written is read again, writes the same, and works the same."""
    tokenizer = tokenizer_with(kind, part)
    written = tokenizer.to_str()
    again = Tokenizer.from_str(written)
    assert again.to_str() == written
    assert results(again) == results(tokenizer)


@pytest.mark.parametrize(("kind", "part"), CASES, ids=NAMES)
def test_every_option_arrives_in_tokenizer_json(kind: str, part: Any) -> None:
    """Each option that is written under its own name has the value that the part has."""
    saved = json.loads(tokenizer_with(kind, part).to_str())[STAGES[kind]]
    renamed = {**RENAMED, **(RENAMED_IN_DECODERS if kind == "decoders" else {})}
    for option in options_of(type(part)):
        value, key = getattr(part, option.name), renamed.get(option.name, option.name)
        if option.name in ("pattern", "regex"):
            assert value is None or saved["pattern"] == {{"pattern": "String", "regex": "Regex"}[option.name]: value}
        elif option.name == "behavior":
            assert saved[key].lower() == value.replace("_", "")
        elif option.name in ("sep", "cls"):
            assert saved[key] == [value, IDS[value]]
        elif option.name not in ("single", "pair", "cache_capacity", "alpha", "nbest_size") and key in saved:
            assert saved[key] == value
        else:
            assert (
                value is None or kind == "post_processors" or saved["type"] in ("Unigram", "FixedLength", "Precompiled")
            )


@pytest.mark.parametrize(
    ("kind", "name"), [(entry.kind, entry.name) for kind in KINDS for entry in registry.entries(kind)]
)
def test_every_part_is_among_the_examples(kind: str, name: str) -> None:
    """The contracts are tested over every part there is."""
    examples = {type(part) for part in KINDS[kind]}
    part = registry.load(kind, name)
    assert part in examples or not part.__module__.startswith("tokbench.")


@pytest.mark.parametrize(("kind", "part"), CASES, ids=NAMES)
def test_a_part_is_made_from_its_own_options(kind: str, part: Any) -> None:
    """The options of a part, written as a recipe would, make the same part; parts are values."""
    options = {option.name: getattr(part, option.name) for option in options_of(type(part))}
    table = {name: value for name, value in options.items() if value is not None}
    assert make(type(part), table) == part
    assert hash(part) == hash(make(type(part), table))
