"""Proofs that the tokenizer does what users do with one: batches, padding, truncation, tensors, copies, chats."""

from __future__ import annotations

import copy
import importlib.util
import json
import pickle
import tempfile
from pathlib import Path
from typing import Any

from .proofs import Failed, Loaded, ids_of, same


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
    half = (len(ids) + 1) // 2
    for side in ("left", "right"):
        cut = _truncated(tokenizer, side, text, max_length=half, add_special_tokens=False)
        same(f"ids cut on the {side}", [text], [cut["input_ids"]], [ids[:half] if side == "right" else ids[-half:]])
        room, kept = tokenizer.num_special_tokens_to_add(), min(4, len(ids))
        framed = _truncated(tokenizer, side, text, max_length=room + kept)
        size, (own, added) = len(framed["input_ids"]), map(framed["special_tokens_mask"].count, (0, 1))
        # A post-processor in Python may add fewer than there is room for.
        if own != kept or added > room or size != own + added:
            seen = f"{size} ids, {own} of them its own and {added} special; {kept} and {room} have room"
            raise Failed(f"cut on the {side} to max_length={room + kept}, a text of {len(ids)} tokens has {seen}")
    return "both sides"


def _truncated(tokenizer: Any, side: str, text: str, **options: Any) -> Any:
    chosen, tokenizer.truncation_side = tokenizer.truncation_side, side
    try:
        return tokenizer(text, truncation=True, return_special_tokens_mask=True, **options)
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
    return "the numbers of the lists"


def check_pickling(loaded: Loaded) -> str:
    """Check that pickled and copied tokenizers encode the same, as workers and data loaders need."""
    for twin in (pickle.loads(pickle.dumps(loaded.tokenizer)), copy.deepcopy(loaded.tokenizer)):  # noqa: S301
        same("ids after a copy", loaded.texts, ids_of(twin, loaded.texts), loaded.job["ids"])
    return f"{len(loaded.texts)} texts"


def check_chat_template(loaded: Loaded) -> str:
    """Check that the chat template, if there is one, renders a question and an answer, where jinja2 is installed."""
    tokenizer = loaded.tokenizer
    if tokenizer.chat_template is None:
        return "there is none"
    if importlib.util.find_spec("jinja2"):
        chat = [{"role": "user", "content": "Who is there?"}, {"role": "assistant", "content": "A tokenizer."}]
        rendered = tokenizer.apply_chat_template(chat, tokenize=False)
        tokenized = tokenizer.apply_chat_template(chat, return_dict=False)
        same("ids of a chat", [rendered], [tokenized], ids_of(tokenizer, [rendered]))
    return "a question and an answer"


def check_saving_again(loaded: Loaded) -> str:
    """Check that `save_pretrained` elsewhere, as training scripts do, gives the same files, and encodes the same."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(loaded.job["folder"])
        loaded.load(here).save_pretrained(folder)  # a tokenizer that padded or cut would say so in its file
        for name in ("tokenizer.json", "chat_template.jinja"):
            if not _alike(here / name, Path(folder) / name):
                raise Failed(f"{name} is another one after save_pretrained")
        again = loaded.load(Path(folder))
        if again.chat_template != loaded.tokenizer.chat_template:
            raise Failed("the chat template is another one after save_pretrained")
        return same("ids", loaded.texts, again(loaded.texts)["input_ids"], loaded.job["framed"])


def _alike(one: Path, other: Path) -> bool:
    """Tell whether two files are the same, but for the last digits of numbers, which tokenizers rounds."""
    contents = [path.read_bytes() if path.is_file() else b"" for path in (one, other)]
    if contents[0] == contents[1] or one.suffix != ".json":
        return contents[0] == contents[1]
    first, second = (json.loads(content, parse_float=lambda digits: f"{float(digits):.12g}") for content in contents)
    return bool(first == second)
