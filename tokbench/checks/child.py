"""The proofs that run in a fresh process, with stock `transformers` and `tokenizers`: a program, never imported.

    python -I child.py < job.json

It reads a job (see `tokbench.checks.running`) and writes one line of JSON for each proof, as it ends. It imports
nothing of tokbench: what it sees is what anyone sees who loads the folder. The functions called `check_…` return
what they covered, or raise `Failed` with the first example that shows the fault; they stand in the order in which
they run.
"""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

Job = dict[str, Any]
CORE_ROLES = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")
COMMON_MODEL_TYPES = ("bert", "roberta", "gpt2", "llama", "mistral", "t5", "gemma", "qwen2", "qwen3", "qwen3_5")
"""Loaded in full even where transformers chooses the plain class for them."""


class Failed(Exception):
    """A proof that does not hold; the message is the example that shows it."""


class Loaded:
    """The tokenizer under proof, the job, and what the proofs have to say beyond passed or failed."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.texts: list[str] = job["texts"]
        self.tokenizer: Any = load(Path(job["folder"]), job)
        self.limitations: list[str] = []
        self.decoded: list[str] = []

    @property
    def long_text(self) -> str:
        """Return a text of many tokens, whatever the model."""
        return " ".join(text for text in self.texts if text)


def load(folder: Path, job: Job) -> Any:
    """Return the tokenizer as a user gets it."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=job["trust_code"] or None)


def ids_of(tokenizer: Any, texts: Sequence[str], **options: Any) -> list[list[int]]:
    """Return the ids of the texts, without special tokens around them."""
    return list(tokenizer(list(texts), add_special_tokens=False, **options)["input_ids"])


def same(what: str, texts: Sequence[Any], found: Sequence[Any], expected: Sequence[Any]) -> str:
    """Compare text by text; what is compared may be lists or tuples alike."""
    for text, one, other in zip(texts, found, expected, strict=True):
        if one != other:
            raise Failed(f"{short(text)} gave the {what} {short(one)}, and must give {short(other)}")
    return f"{len(texts)} texts"


def short(value: Any) -> str:
    """Return a value as Python writes it, cut where nobody reads on."""
    shown = repr(value)
    return shown if len(shown) <= 120 else f"{shown[:119]}…"


# ---------------------------------------------------------------- the same as the trained tokenizer


def check_vocabulary(loaded: Loaded) -> str:
    """Check that every token has the id it was trained with, without holes, and that sizes are as asked for."""
    tokenizer, job = loaded.tokenizer, loaded.job
    vocabulary = tokenizer.get_vocab()
    if len(tokenizer) != job["length"]:
        raise Failed(f"len(tokenizer) is {len(tokenizer)}, and must be {job['length']}")
    if holes := sorted(set(range(len(tokenizer))) - set(vocabulary.values())):
        raise Failed(f"{len(holes)} ids have no token, the first is {holes[0]}")
    if vocabulary_digest(vocabulary) != job["vocabulary"]:
        raise Failed("the tokens and their ids are not those of the trained tokenizer")
    asked = job["vocab_size"]
    if asked is not None and tokenizer.vocab_size > asked:
        raise Failed(f"vocab_size is {tokenizer.vocab_size}, and {asked} was asked for")
    fewer = "" if asked in (None, tokenizer.vocab_size) else f", {asked} at most were asked for"
    return f"{len(tokenizer)} tokens{fewer}"


def vocabulary_digest(vocabulary: dict[str, int]) -> str:
    """Return the sha256 of the vocabulary, whatever order it comes in."""
    return hashlib.sha256(json.dumps(sorted(vocabulary.items())).encode()).hexdigest()


def check_ids(loaded: Loaded) -> str:
    """Check that ids are those of the trained tokenizer, with special tokens around the text and without."""
    same("ids", loaded.texts, ids_of(loaded.tokenizer, loaded.texts), loaded.job["ids"])
    return same("ids", loaded.texts, loaded.tokenizer(loaded.texts)["input_ids"], loaded.job["framed"])


def check_offsets(loaded: Loaded) -> str:
    """Check that offsets are those of the trained tokenizer."""
    encoded = loaded.tokenizer(loaded.texts, add_special_tokens=False, return_offsets_mapping=True)
    found = [[list(span) for span in spans] for spans in encoded["offset_mapping"]]
    return same("offsets", loaded.texts, found, loaded.job["offsets"])


def check_decoding(loaded: Loaded) -> str:
    """Check that decoded text is that of the trained tokenizer; keep what a user gets, for the round trip."""
    tokenizer = loaded.tokenizer
    loaded.decoded = [tokenizer.decode(ids) for ids in loaded.job["ids"]]
    plain = [tokenizer.decode(ids, clean_up_tokenization_spaces=False) for ids in loaded.job["ids"]]
    return same("text", loaded.texts, plain, loaded.job["decoded"])


def check_special_tokens(loaded: Loaded) -> str:
    """Check roles and ids of special tokens, and that with `split_special_tokens` they never come from text."""
    tokenizer, job = loaded.tokenizer, loaded.job
    contents: list[str] = job["special_tokens"]
    if list(tokenizer.convert_tokens_to_ids(contents)) != list(range(len(contents))):
        raise Failed(f"{contents} have the ids {tokenizer.convert_tokens_to_ids(contents)}, and must have the first")
    named = {getattr(tokenizer, f"{role}_token") for role in CORE_ROLES} | set(tokenizer.extra_special_tokens)
    if strangers := sorted((named - {None}) ^ set(contents)):
        raise Failed(f"{strangers} are special in the folder or in the recipe, and not in both")
    texts: list[str] = job["spelled"]
    split = ids_of(tokenizer, texts, split_special_tokens=True)
    same("ids with split_special_tokens=True", texts, split, job["split"])
    leaked = [content for content in contents if any(_leaks(loaded, content, ids) for ids in split)]
    if leaked:
        loaded.limitations.append(
            f"with split_special_tokens=True, the text of {', '.join(leaked)} still becomes the special token: the"
            " model's own vocabulary holds it as a word"
        )
    return f"{len(contents)} special tokens, spelled out in {len(texts)} texts"


def _leaks(loaded: Loaded, content: str, ids: list[int]) -> bool:
    special = loaded.tokenizer.convert_tokens_to_ids(content)
    return special != loaded.job["unknown_id"] and special in ids


def check_pairs(loaded: Loaded) -> str:
    """Check that pairs give the ids and type ids of the trained tokenizer, alone and in a batch."""
    pairs = [tuple(pair) for pair in loaded.job["pairs"]]
    firsts, seconds = [first for first, _ in pairs], [second for _, second in pairs]
    batch = loaded.tokenizer(firsts, seconds, return_token_type_ids=True)
    same("ids", pairs, batch["input_ids"], [expected["ids"] for expected in loaded.job["paired"]])
    if loaded.job["types"]:
        same("type ids", pairs, batch["token_type_ids"], [expected["type_ids"] for expected in loaded.job["paired"]])
    alone = [loaded.tokenizer(first, second)["input_ids"] for first, second in pairs]
    same("ids", pairs, alone, batch["input_ids"])
    return f"{len(pairs)} pairs"


# ---------------------------------------------------------------- what users do with it


def check_batches(loaded: Loaded) -> str:
    """Check that a batch gives what its texts give one by one, and has the inputs that the model wants."""
    batch = loaded.tokenizer(loaded.texts)
    names = loaded.tokenizer.model_input_names
    if missing := [name for name in names if name not in batch]:
        raise Failed(f"a batch has no {missing}, which model_input_names promises")
    alone = [loaded.tokenizer(text)["input_ids"] for text in loaded.texts]
    return same("ids", loaded.texts, alone, batch["input_ids"])


def check_padding(loaded: Loaded) -> str:
    """Check that padding keeps the ids, on the side that was asked for, and masks the rest."""
    tokenizer = loaded.tokenizer
    if tokenizer.pad_token is None:
        return "there is no padding token"
    texts = [text for text in loaded.texts if len(text) < 200]
    plain = tokenizer(texts)["input_ids"]
    length = max(map(len, plain))
    for side in ("left", "right"):
        batch = tokenizer(texts, padding=True, padding_side=side)
        expected = [_padded(ids, [tokenizer.pad_token_id] * (length - len(ids)), side) for ids in plain]
        same(f"ids padded on the {side}", texts, batch["input_ids"], expected)
        masks = [_padded([1] * len(ids), [0] * (length - len(ids)), side) for ids in plain]
        if "attention_mask" in batch:
            same(f"mask padded on the {side}", texts, batch["attention_mask"], masks)
    return "both sides"


def _padded(ids: list[int], padding: list[int], side: str) -> list[int]:
    return padding + ids if side == "left" else ids + padding


def check_truncation(loaded: Loaded) -> str:
    """Check that truncation keeps the beginning or the end, and leaves room for the special tokens."""
    tokenizer, text = loaded.tokenizer, loaded.long_text
    ids = ids_of(tokenizer, [text])[0]
    for side in ("left", "right"):
        cut = _truncated(tokenizer, side, text, max_length=len(ids) // 2, add_special_tokens=False)
        kept = ids[: len(ids) // 2] if side == "right" else ids[-(len(ids) // 2) :]
        same(f"ids cut on the {side}", [text], [cut], [kept])
        length = tokenizer.num_special_tokens_to_add() + 4
        if len(_truncated(tokenizer, side, text, max_length=length)) != length:
            raise Failed(f"cut on the {side} to max_length={length}, a text of {len(ids)} tokens has another length")
    return "both sides"


def _truncated(tokenizer: Any, side: str, text: str, **options: Any) -> list[int]:
    chosen, tokenizer.truncation_side = tokenizer.truncation_side, side
    try:
        return list(tokenizer(text, truncation=True, **options)["input_ids"])
    finally:
        tokenizer.truncation_side = chosen


def check_overflow(loaded: Loaded) -> str:
    """Check that windows with a stride cover the text: none is too long, and together they give every id."""
    tokenizer, text = loaded.tokenizer, loaded.long_text
    ids = ids_of(tokenizer, [text])[0]
    length, stride = 16, 4
    options = {"max_length": length, "stride": stride, "truncation": True, "return_overflowing_tokens": True}
    chosen, tokenizer.truncation_side = tokenizer.truncation_side, "right"
    try:
        windows = tokenizer(text, add_special_tokens=False, **options)["input_ids"]
        options["max_length"] = length + tokenizer.num_special_tokens_to_add()
        framed = tokenizer(text, **options)
    finally:
        tokenizer.truncation_side = chosen
    rebuilt = list(windows[0]) + [token for window in windows[1:] for token in window[stride:]]
    same("ids put together from windows", [text], [rebuilt], [ids])
    if any(len(window) > options["max_length"] for window in framed["input_ids"]):
        raise Failed(f"a window has more than max_length={options['max_length']} tokens")
    if len(framed["overflow_to_sample_mapping"]) != len(windows):
        raise Failed(f"{len(framed['input_ids'])} windows with special tokens, and {len(windows)} without")
    return f"{len(windows)} windows"


def check_tensors(loaded: Loaded) -> str:
    """Check that tensors hold the same numbers: numpy's always, torch's where it is installed."""
    tokenizer, text = loaded.tokenizer, loaded.texts[0]
    expected = [tokenizer(text)["input_ids"]]
    for kind in ("np", "pt") if importlib.util.find_spec("torch") else ("np",):
        found = tokenizer(text, return_tensors=kind)["input_ids"]
        same(f"tensor ({kind})", [text], [found.tolist()], [expected])
    return ""


def check_pickling(loaded: Loaded) -> str:
    """Check that pickled and copied tokenizers encode the same, as workers and data loaders need."""
    for twin in (pickle.loads(pickle.dumps(loaded.tokenizer)), copy.deepcopy(loaded.tokenizer)):  # noqa: S301
        same("ids after a copy", loaded.texts, ids_of(twin, loaded.texts), loaded.job["ids"])
    return f"{len(loaded.texts)} texts"


def check_saving_again(loaded: Loaded) -> str:
    """Check that `save_pretrained` elsewhere, as training scripts do, gives a folder that encodes the same."""
    with tempfile.TemporaryDirectory() as folder:
        loaded.tokenizer.save_pretrained(folder)
        again = load(Path(folder), loaded.job)
        if again.chat_template != loaded.tokenizer.chat_template:
            raise Failed("the chat template is another one after save_pretrained")
        return same("ids", loaded.texts, again(loaded.texts)["input_ids"], loaded.job["framed"])


# ---------------------------------------------------------------- beside a config.json


def check_model_types(loaded: Loaded) -> str:
    """Check that the ids stay the same beside a `config.json` of any model type that transformers knows.

    For a few types (`MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS`) transformers overrules the folder and builds a class
    of its own from the vocabulary. Nothing in the folder alone prevents it, so a difference there is a limitation.
    """
    from transformers.models.auto import tokenization_auto as auto

    types = sorted(auto.TOKENIZER_MAPPING_NAMES)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        shutil.copytree(loaded.job["folder"], folder)
        faults = dict(_faults(loaded, folder, types))
        for model_type, fault in faults.items():
            if model_type not in auto.MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS:
                raise Failed(f"beside a config.json of model_type {model_type!r}, {fault}")
        if faults:
            _configure(folder, min(faults))
            loaded.limitations.append(_way_out(loaded, folder, sorted(faults)))
    return f"{len(types)} model types"


def _faults(loaded: Loaded, folder: Path, types: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield model types that spoil the tokenizer, and how; each class that transformers chooses is loaded once."""
    for chosen, members in _by_class(folder, types, loaded.job).items():
        plain = chosen is type(loaded.tokenizer)
        for model_type in [common for common in members if common in COMMON_MODEL_TYPES] if plain else members[:1]:
            _configure(folder, model_type)
            if fault := _fault(loaded, lambda: load(folder, loaded.job)):
                yield from ((member, fault) for member in ([model_type] if plain else members))


def _by_class(folder: Path, types: Sequence[str], job: Job) -> dict[type, list[str]]:
    """Return the model types by the class that `AutoTokenizer` chooses for them in this folder.

    Only the choice is real here: loading the vocabulary for each of 300 types would take a minute.
    """
    from transformers import PreTrainedTokenizerBase

    chosen: dict[type, list[str]] = {}
    with mock.patch.object(PreTrainedTokenizerBase, "from_pretrained", classmethod(lambda cls, *_, **__: cls)):
        for model_type in types:
            _configure(folder, model_type)
            chosen.setdefault(load(folder, job), []).append(model_type)
    return chosen


def _fault(loaded: Loaded, make: Callable[[], Any]) -> str:
    """Return what is wrong with the tokenizer that is made, or nothing."""
    try:
        tokenizer = make()
        found = ids_of(tokenizer, loaded.texts)
    except Exception as error:  # whatever a foreign class raises is what the user would meet
        return f"it does not load ({type(error).__name__}: {error})"
    if len(tokenizer) != loaded.job["length"]:
        return f"{type(tokenizer).__name__} has {len(tokenizer)} tokens, and must have {loaded.job['length']}"
    for text, one, other in zip(loaded.texts, found, loaded.job["ids"], strict=True):
        if one != other:
            return f"{type(tokenizer).__name__} gives {short(text)} the ids {short(one)}, and must give {short(other)}"
    return ""


def _configure(folder: Path, model_type: str) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))


def _way_out(loaded: Loaded, folder: Path, types: Sequence[str]) -> str:
    """Return the limitation, with what helps: proved here as well."""
    from transformers import PreTrainedTokenizerFast

    if fault := _fault(loaded, lambda: PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)):
        raise Failed(f"beside a config.json of model_type {types[0]!r}, even PreTrainedTokenizerFast fails: {fault}")
    return (
        f"beside a config.json of model_type {', '.join(types)}, AutoTokenizer builds another tokenizer from this"
        " vocabulary and ids change; load it there with PreTrainedTokenizerFast.from_pretrained"
    )


# ---------------------------------------------------------------- the program

CHECKS: tuple[Callable[[Loaded], str], ...] = (
    check_vocabulary,
    check_ids,
    check_offsets,
    check_decoding,
    check_special_tokens,
    check_pairs,
    check_batches,
    check_padding,
    check_truncation,
    check_overflow,
    check_tensors,
    check_pickling,
    check_saving_again,
    check_model_types,
)


def results(job: Job) -> Iterator[dict[str, Any]]:
    """Yield the result of each proof, loading first; without a tokenizer there is nothing else to try."""
    try:
        loaded = Loaded(job)
    except Exception as error:  # a folder that does not load is a proof that failed
        yield {"name": "loading", "passed": False, "detail": f"{type(error).__name__}: {error}"}
        return
    yield {"name": "loading", "passed": True, "detail": type(loaded.tokenizer).__name__}
    for check in CHECKS:
        yield result_of(check, loaded)
    yield {"limitations": loaded.limitations, "decoded": loaded.decoded}


def result_of(check: Callable[[Loaded], str], loaded: Loaded) -> dict[str, Any]:
    """Run one proof; an error inside it is a proof that failed, told with its type."""
    name = check.__name__.removeprefix("check_").replace("_", " ")
    try:
        return {"name": name, "passed": True, "detail": check(loaded)}
    except Failed as failure:
        return {"name": name, "passed": False, "detail": str(failure)}
    except Exception as error:
        return {"name": name, "passed": False, "detail": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer the job on standard input; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    for result in results(json.load(sys.stdin)):
        print(json.dumps(result), file=answers, flush=True)


if __name__ == "__main__":
    main()
