"""Stages of a tokenizer that are written in Python: how tokenizer.json names them, and how they are made again.

`tokenizers` runs Python inside a tokenizer, but cannot save, copy or pickle it. So tokenizer.json names it,

    {"type": "Python", "class": "acme_numbers:SplitNumbers", "options": {"group": 3}, "sha256": "…"}

alone, or in a `Sequence` with stages of `tokenizers`. Such a file has a version of its own, so that whatever loads it
without the code says why it cannot, and never encodes without these stages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

from tokbench.carried import framing

VERSION = "1.0 with parts in Python, which AutoTokenizer.from_pretrained loads with trust_remote_code=True"
"""The version of a tokenizer.json that names Python: `tokenizers` refuses it, and shows it."""
PLAIN_VERSION = "1.0"
PYTHON = "Python"
ITEMS = {
    "normalizer": "normalizers",
    "pre_tokenizer": "pretokenizers",
    "decoder": "decoders",
    "post_processor": "processors",
}
"""Where the JSON of a `Sequence` of each stage has its items."""

Stage = Mapping[str, Any]
"""A stage of a tokenizer, as its JSON has it."""
Classes = Mapping[str, type]
"""The class of each part, by the name that the JSON has for it."""


def has_python(stage: Stage | None) -> bool:
    """Whether a stage is Python, or a sequence with Python in it."""
    return stage is not None and any(item["type"] == PYTHON for item in flat(stage))


def flat(stage: Stage) -> Iterator[Stage]:
    """Yield the items of a `Sequence`, of those within it too, or the stage itself."""
    items = next((stage[key] for key in ITEMS.values() if key in stage), None)
    if stage["type"] != "Sequence" or items is None:
        yield stage
    else:
        for item in items:
            yield from flat(item)


def python_stages(document: Mapping[str, Any]) -> dict[str, Stage]:
    """Return the stages of a tokenizer's JSON that have Python in them."""
    return {name: document[name] for name in ITEMS if has_python(document[name])}


def bare(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document without the stages that have Python in them, as `tokenizers` loads it."""
    return {**document, "version": PLAIN_VERSION, **dict.fromkeys(python_stages(document))}


def load(document: Mapping[str, Any], classes: Classes) -> Tokenizer:
    """Return the tokenizer of a document, its Python attached."""
    tokenizer = Tokenizer.from_str(json.dumps(bare(document)))
    for name, stage in python_stages(document).items():
        attach(tokenizer, name, stage, classes)
    return tokenizer


def attach(tokenizer: Tokenizer, name: str, stage: Stage, classes: Classes) -> None:
    """Put a stage that has Python in it into a tokenizer, which is trained where the stage is its post-processor."""
    if name in STAGES:
        setattr(tokenizer, name, component(name, stage, classes))
        return
    ids = tokenizer.get_vocab(with_added_tokens=True)
    framing.attach(tokenizer, [_item(name, item, classes, ids) for item in flat(stage)])


def described(tokenizer: Tokenizer, python: Mapping[str, Stage]) -> dict[str, Any]:
    """Return the JSON of a tokenizer whose stages in Python are those named; the tokenizer itself is not touched."""
    shell = Tokenizer(tokenizer.model)  # shares the model, so that threads that encode meanwhile see nothing
    named: dict[str, Stage] = {}
    for name in ITEMS:
        found = getattr(tokenizer, name)
        if name in python and is_python(tokenizer, name):  # it may have been replaced since
            named[name] = python[name]
        elif found is not None:
            setattr(shell, name, found)
    if tokenizer.truncation is not None:
        shell.enable_truncation(**tokenizer.truncation)
    if tokenizer.padding is not None:
        shell.enable_padding(**tokenizer.padding)
    document = json.loads(shell.to_str())
    added = sorted(tokenizer.get_added_tokens_decoder().items())
    document["added_tokens"] = [{"id": number, **token.__getstate__()} for number, token in added]
    return {**document, "version": VERSION if named else PLAIN_VERSION, **named}


def is_python(tokenizer: Tokenizer, name: str) -> bool:
    """Whether a stage of a tokenizer has Python in it."""
    if name in STAGES:
        return not can_be_saved(getattr(tokenizer, name))
    return framing.framing_of(tokenizer) is not None


def can_be_saved(found: Any) -> bool:
    """Whether a component is nothing but `tokenizers`, which raises no narrower error for others."""
    try:
        found.__getstate__()
    except Exception:
        return False
    return True


# ---------------------------------------------------------------- components


def component(name: str, stage: Stage, classes: Classes) -> Any:
    """Return the component of a stage that has Python in it, which runs its items in their order."""
    place = STAGES[name]
    return place.in_turn([_item(name, item, classes) for item in flat(stage)])


def made(item: Stage, classes: Classes) -> Any:
    """Return the part that an item names, with its options."""
    if item["class"] not in classes:
        raise ValueError(f"the code beside this tokenizer has no part '{item['class']}'")
    return classes[item["class"]](**{key: _frozen(value) for key, value in item["options"].items()})


def _item(name: str, item: Stage, classes: Classes, *arguments: Any) -> Any:
    if item["type"] == PYTHON:
        return made(item, classes).build(*arguments)
    empty = Tokenizer(models.BPE())
    return getattr(Tokenizer.from_str(json.dumps({**json.loads(empty.to_str()), name: item})), name)


def _frozen(value: Any) -> Any:
    """Return an option as a part has it: JSON's lists are tuples there."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return {key: _frozen(item) for key, item in value.items()} if isinstance(value, dict) else value


class Joins:
    """Decoders in turn; one that only gives text, as those of `tokenizers` do, gives the next a list of one string."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items

    def decode_chain(self, tokens: list[str]) -> list[str]:
        """Return the pieces of the text."""
        for item in self.items:
            tokens = item.decode_chain(tokens) if hasattr(item, "decode_chain") else [item.decode(tokens)]
        return tokens


@dataclass(frozen=True)
class Place:
    """A stage that Python can stand in: its base class, its sequences, and the method of a part in Python."""

    base: Any
    sequence: Callable[[Sequence[Any]], Any]
    methods: tuple[str, ...]

    def in_turn(self, items: Sequence[Any]) -> Any:
        """Return the component that runs the items, which are components or objects in Python."""
        if len(items) == 1 and (isinstance(items[0], self.base) or hasattr(items[0], self.methods[0])):
            return self.component(items[0])
        return self.sequence(items)

    def component(self, item: Any) -> Any:
        """Return an item as a component."""
        return item if isinstance(item, self.base) else self.base.custom(item)


def _splits(items: Sequence[Any]) -> Any:
    return pre_tokenizers.Sequence([STAGES["pre_tokenizer"].component(item) for item in items])


def _changes(items: Sequence[Any]) -> Any:
    return normalizers.Sequence([STAGES["normalizer"].component(item) for item in items])


def _joins(items: Sequence[Any]) -> Any:
    """Return the decoders as one component: their `Sequence` takes none in Python."""
    stock = all(isinstance(item, decoders.Decoder) for item in items)
    return decoders.Sequence(list(items)) if stock else decoders.Decoder.custom(Joins(items))


STAGES = {
    "normalizer": Place(normalizers.Normalizer, _changes, ("normalize",)),
    "pre_tokenizer": Place(pre_tokenizers.PreTokenizer, _splits, ("pre_tokenize",)),
    "decoder": Place(decoders.Decoder, _joins, ("decode_chain", "decode")),
}
"""The stages of a tokenizer that `tokenizers` runs Python in; post-processors are run by `framing`."""
POST_PROCESSOR = ("process", "num_special_tokens_to_add")
"""The methods of a post-processor in Python."""
