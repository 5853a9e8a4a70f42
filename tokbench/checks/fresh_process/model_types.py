"""The proof that a `config.json` beside the tokenizer changes nothing, for every model type."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from .proofs import Failed, Loaded, ids_of, same

COMMON = ("bert", "roberta", "gpt2", "llama", "mistral", "t5", "gemma", "qwen2", "qwen3", "qwen3_5")
"""Model types that are loaded in full even where transformers chooses the plain class for them."""


def check_model_types(loaded: Loaded) -> str:
    """Check that the ids stay the same beside a `config.json` of any model type that transformers knows.

    For a few types (`MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS`) transformers overrules the class that the folder
    names and builds one of its own from the vocabulary; a difference there is a limitation. Only an `auto_map` would
    prevent it: code in the folder, and an error for everyone who trusts remote code once a tokenizer is saved again.
    """
    from transformers.models.auto import tokenization_auto as auto

    types = sorted({*auto.TOKENIZER_MAPPING_NAMES, *COMMON})
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
    for chosen, members in _by_class(loaded, folder, types).items():
        plain = chosen.__qualname__ == type(loaded.tokenizer).__qualname__  # one of a folder is another in each folder
        for model_type in [common for common in members if common in COMMON] if plain else members[:1]:
            _configure(folder, model_type)
            if fault := _fault(loaded, lambda: loaded.load(folder)):
                yield from ((member, fault) for member in ([model_type] if plain else members))


def _by_class(loaded: Loaded, folder: Path, types: Sequence[str]) -> dict[type, list[str]]:
    """Return the model types by the class that `AutoTokenizer` chooses for them in this folder.

    Only the choice is real here: loading the vocabulary for each of 300 types would take a minute.
    """
    from transformers import PreTrainedConfig, PreTrainedTokenizerBase

    chosen: dict[type, list[str]] = {}
    with (
        mock.patch.object(PreTrainedTokenizerBase, "from_pretrained", classmethod(lambda cls, *_, **__: cls)),
        # Every configuration is written out for a log that nobody sees, which is a third of the time.
        mock.patch.object(PreTrainedConfig, "__repr__", object.__repr__),
    ):
        for model_type in types:
            _configure(folder, model_type)
            try:
                found = loaded.load(folder)
            except Exception:
                if _config_loads(folder):
                    raise
                continue
            chosen.setdefault(found, []).append(model_type)
    return chosen


def _config_loads(folder: Path) -> bool:
    """Tell whether transformers reads the bare config.json: 5.18 misses fields in some, whatever the tokenizer is."""
    from transformers import AutoConfig

    try:
        AutoConfig.from_pretrained(folder)
    except Exception:
        return False
    return True


def _fault(loaded: Loaded, make: Callable[[], Any]) -> str:
    """Return what is wrong with the tokenizer that is made, or nothing."""
    job, texts = loaded.job, loaded.texts
    try:
        tokenizer = make()
        same("ids", texts, ids_of(tokenizer, texts), job["ids"])
        same("ids", texts, tokenizer(texts)["input_ids"], job["framed"])
        same("text", texts, [tokenizer.decode(ids) for ids in job["ids"]], loaded.decoded)
    except Failed as failure:
        return f"with {type(tokenizer).__name__}, {failure}"
    except Exception as error:  # whatever a foreign class raises is what the user would meet
        return f"it does not load ({type(error).__name__}: {error})"
    if len(tokenizer) != job["length"]:
        return f"{type(tokenizer).__name__} has {len(tokenizer)} tokens, and must have {job['length']}"
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
