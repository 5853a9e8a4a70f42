"""From a tokenizer to a .model of SentencePiece."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokbench.contracts import Encode
from tokbench_sentencepiece import models
from tokbench_sentencepiece.importer import encoder_of
from tokbench_sentencepiece.models import Piece
from tokbench_sentencepiece.normalizer import SPACE, settings_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

FILE = "spiece.model"
ROLES = ("unk", "bos", "eos", "pad")
"""The special pieces that SentencePiece has a name for."""


@dataclass(frozen=True)
class SentencePieceExporter:
    """Write a Unigram or BPE tokenizer that normalizes as SentencePiece does as a .model, every id as it is."""

    def export(self, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Sequence[Path]:
        """Return the file; raises `ValueError` where SentencePiece would do otherwise."""
        from sentencepiece import sentencepiece_model_pb2

        saved = json.loads(tokenizer.backend_tokenizer.to_str())
        proto = sentencepiece_model_pb2.ModelProto()
        unknown = tokenizer.unk_token
        if not isinstance(unknown, str):
            raise ValueError("SentencePiece needs an unknown token, and this tokenizer has none")
        special = {token["content"] for token in saved["added_tokens"] if token["special"]}
        for piece in _pieces(saved, unknown, special):
            proto.pieces.add(piece=piece.text, score=piece.score, type=piece.kind)
        _tell(proto, saved, tokenizer)
        (folder / FILE).write_bytes(proto.SerializeToString())
        return [folder / FILE]

    def encoder(self, folder: Path) -> Encode:
        """Return what SentencePiece makes of the file."""
        return encoder_of(folder / FILE)


def _tell(proto: Any, saved: Mapping[str, Any], tokenizer: PreTrainedTokenizerFast) -> None:
    """Write the settings of training and normalizing into the model."""
    spec, model = proto.trainer_spec, saved["model"]
    spec.model_type = models.UNIGRAM if model["type"] == "Unigram" else models.BPE
    spec.vocab_size = len(proto.pieces)
    spec.byte_fallback = bool(model["byte_fallback"])
    for role in ROLES:
        token = getattr(tokenizer, f"{role}_token")
        setattr(spec, f"{role}_id", -1 if token is None else tokenizer.convert_tokens_to_ids(token))
        if token is not None:
            setattr(spec, f"{role}_piece", token)
    found = settings_of(saved["normalizer"])
    proto.normalizer_spec.name = "tokbench"
    proto.normalizer_spec.precompiled_charsmap = found.table
    proto.normalizer_spec.remove_extra_whitespaces = found.remove_extra_whitespaces
    proto.normalizer_spec.add_dummy_prefix = found.add_dummy_prefix
    splits = saved["pre_tokenizer"]
    metaspace = {"type": "Metaspace", "replacement": SPACE, "prepend_scheme": "never", "split": True}
    if splits not in (None, metaspace):
        raise ValueError(f"SentencePiece splits at spaces alone, and this tokenizer by {splits['type']}")


def _pieces(saved: Mapping[str, Any], unknown: str, special: set[str]) -> list[Piece]:
    """Return the pieces in the order of their ids."""
    model = saved["model"]
    if model["type"] not in ("Unigram", "BPE"):
        raise ValueError(f"SentencePiece has no model {model['type']}; train Unigram or BPE")
    scores = dict(model["vocab"]) if model["type"] == "Unigram" else _scores(model)
    beyond = [token["content"] for token in saved["added_tokens"] if token["content"] not in scores]
    if beyond:
        raise ValueError(
            f"the added token {beyond[0]!r} is not in the model's vocabulary, where SentencePiece needs it"
        )

    def kind(token: str) -> int:
        if token == unknown:
            return models.UNKNOWN
        if token in special:
            return models.CONTROL
        return models.BYTE if model["byte_fallback"] and _is_byte(token) else models.NORMAL

    return [Piece(token, score, kind(token)) for token, score in scores.items()]


def _scores(model: Mapping[str, Any]) -> dict[str, float]:
    """Return a score for each token of BPE, by id: 0 for the first that is merged, and below for the others."""
    if model["continuing_subword_prefix"] or model["end_of_word_suffix"] or not model["fuse_unk"]:
        raise ValueError("SentencePiece has no prefix and no suffix, and takes unknown characters in a row for one")
    scores: dict[str, float] = {}
    for rank, (left, right) in enumerate(model["merges"]):
        scores.setdefault(left + right, -float(rank))
    tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
    return {token: scores.get(token, -float(len(model["merges"]) + place)) for place, token in enumerate(tokens)}


def _is_byte(token: str) -> bool:
    return len(token) == 6 and token.startswith("<0x") and token.endswith(">")
