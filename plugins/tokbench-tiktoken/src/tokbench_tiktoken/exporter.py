"""From a byte-level BPE tokenizer to the files of tiktoken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.merging import merges_of
from tokbench_tiktoken import files
from tokbench_tiktoken.patterns import GPT2
from tokbench_tiktoken.spelling import byte_characters, spelled

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from tokbench.contracts import Encode


@dataclass(frozen=True)
class TiktokenExporter:
    """Write byte-level BPE for tiktoken, every id as it is; template and padding are not part of the format.

    name: what the encoding is called
    """

    name: str = "tokbench"

    def export(self, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Sequence[Path]:
        """Return the two files; raises `ValueError` where tiktoken would split, merge or number otherwise."""
        saved = json.loads(tokenizer.backend_tokenizer.to_str())
        special = {token["content"]: token["id"] for token in saved["added_tokens"]}
        ranks = _ranks(saved["model"], special)
        _require_same_merges(saved["model"], ranks)
        roles = {role: token for role, token in tokenizer.special_tokens_map.items() if isinstance(token, str)}
        return files.write(folder, ranks, files.Description(self.name, _pattern(saved), special, roles))

    def encoder(self, folder: Path) -> Encode:
        """Return what tiktoken makes of the files."""
        encode = files.encoding(files.read_ranks(folder / files.RANKS), files.read_description(folder)).encode_ordinary
        return lambda text: encode(text)


def _pattern(saved: Mapping[str, Any]) -> str:
    """Return the one expression that splits text."""
    if saved["normalizer"] is not None:
        raise ValueError(f"tiktoken has no normalizer, and this tokenizer has {saved['normalizer']['type']}")
    stage = saved["pre_tokenizer"] or {}
    stages = [step for step in stage.get("pretokenizers", [stage]) if step]
    if not stages or stages[-1].get("type") != "ByteLevel" or stages[-1]["add_prefix_space"]:
        raise ValueError("tiktoken works on bytes, without a space before the text; train with a byte-level split")
    patterns = [_of_split(step) for step in stages[:-1]] + ([GPT2] if stages[-1]["use_regex"] else [])
    if len(patterns) != 1:
        raise ValueError(f"tiktoken splits by one expression, and this tokenizer by {len(patterns)}")
    return patterns[0]


def _of_split(step: Mapping[str, Any]) -> str:
    pattern = step.get("pattern", {}).get("Regex")
    if step["type"] != "Split" or pattern is None or step["behavior"] != "Isolated" or step["invert"]:
        raise ValueError(f"tiktoken splits by an expression whose matches are the words, and this is {step}")
    return str(pattern)


def _ranks(model: Mapping[str, Any], special: Mapping[str, int]) -> dict[bytes, int]:
    """Return the bytes of every token that is not added, with its id."""
    if model["type"] != "BPE" or model["continuing_subword_prefix"] or model["end_of_word_suffix"]:
        raise ValueError("tiktoken knows byte-level BPE, without prefix or suffix, and nothing else")
    byte_of = {character: byte for byte, character in byte_characters().items()}
    ranks: dict[bytes, int] = {}
    for token, index in model["vocab"].items():
        if token not in special:
            try:
                ranks[bytes(byte_of[character] for character in token)] = index
            except KeyError as error:
                raise ValueError(f"the token {token!r} is not written in bytes; tiktoken knows nothing else") from error
    if absent := 256 - sum(len(token) == 1 for token in ranks):
        raise ValueError(f'{absent} bytes have no token; train with initial_alphabet = "byte-level"')
    return ranks


def _require_same_merges(model: Mapping[str, Any], ranks: Mapping[bytes, int]) -> None:
    """Raise where tiktoken, which knows ranks and no merges, would merge otherwise; `tokbench.merging` has the proof.

    Merges must be in the order of the ids that they make, there must be one for the last step to each token, and
    a token that no merging makes must be found as a word only if the model does so too.
    """
    characters = byte_characters()
    listed = [tuple(pair) for pair in model["merges"]]
    made = [model["vocab"][left + right] for left, right in listed]
    for earlier, later, pair in zip(made, made[1:], listed[1:], strict=False):
        if later < earlier:
            raise ValueError(f"the merge {' + '.join(pair)} comes after one of a higher id; tiktoken merges by id")
    pairs = merges_of(ranks)
    for token in ranks:
        if len(token) > 1 and token not in pairs and not model["ignore_merges"]:
            raise ValueError(f"no merging makes the token {spelled(token, characters)!r}, and tiktoken would use it")
    known = set(listed)
    for token, (left, right) in pairs.items():
        if (spelled(left, characters), spelled(right, characters)) not in known:
            raise ValueError(f"tiktoken would make {spelled(token, characters)!r} of other parts than this tokenizer")
