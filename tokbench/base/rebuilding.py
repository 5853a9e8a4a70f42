"""Put a trained model into the base: reserved tokens where they stood, every id updated, nothing lost.

The order of ids: reserved tokens that stood before what was learned, what was learned, reserved tokens that stood
after it, and then the added tokens that the model does not know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tokbench.base.named_ids import NamedId, named_ids, renumbered
from tokbench.base.tokenizer import BaseTokenizer
from tokbench.carried.stages import described, load, python_stages
from tokbench.errors import CheckFailed, TrainingError
from tokbench.recipe.tables import ROLES

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.models import Model
    from transformers import PreTrainedTokenizerFast


def rebuild(base: BaseTokenizer, model: Model, **settings: Any) -> PreTrainedTokenizerFast:
    """Return the base with the trained model in it, wrapped with the base's settings and those given here.

    Raises `TrainingError` where the model is not of the base's kind or lacks a reserved token, and `CheckFailed` where
    an id in the result would not be that of the token beside it.
    """
    return wrapped(base, retrained(base, model), **settings)


def wrapped(base: BaseTokenizer, tokenizer: Tokenizer, **settings: Any) -> PreTrainedTokenizerFast:
    """Return the retrained tokenizer with the base's settings, roles and extra tokens, and the settings given here."""
    from transformers import PreTrainedTokenizerFast

    make = base.code.maker(python_stages(base.document)) if base.code else PreTrainedTokenizerFast
    added = {str(token): token for token in tokenizer.get_added_tokens_decoder().values()}
    fast = make(
        tokenizer_object=tokenizer,
        # None, said aloud: beside some config.json, transformers would fill a silent role with a token of its own.
        **{f"{role}_token": None for role in ROLES}
        | {role: added.get(token, token) for role, token in base.roles.items()},
        extra_special_tokens=[added.get(token, token) for token in base.extra],
        **{**base.settings, **settings},
    )
    if fast.get_vocab() != tokenizer.get_vocab():
        raise CheckFailed(f"{base.name}: transformers changed the vocabulary when it wrapped the retrained tokenizer")
    return fast


def retrained(base: BaseTokenizer, model: Model) -> Tokenizer:
    """Return the base's `tokenizers.Tokenizer` with the trained model in it; raises as `rebuild` does."""
    from tokenizers import Tokenizer

    saved = _reordered(base, json.loads(Tokenizer(model).to_str())["model"])
    vocabulary = _ids(saved)
    ids = vocabulary | {token: len(vocabulary) + place for place, token in enumerate(_beyond(base, vocabulary))}

    def new_id(named: NamedId) -> int:
        return ids[named.token]

    added = [{**token, "id": ids[token["content"]]} for token in base.document["added_tokens"]]
    added.sort(key=lambda token: int(token["id"]))
    document = renumbered({**base.document, "model": saved, "added_tokens": added}, new_id)
    tokenizer = load(document, base.classes)
    _prove(base, tokenizer)
    return tokenizer


def _reordered(base: BaseTokenizer, trained: Mapping[str, Any]) -> dict[str, Any]:
    """Return the trained vocabulary in the order that the base had, with the options of the base's model."""
    kind = base.document["model"]["type"]
    if trained["type"] != kind:
        raise TrainingError(f"{base.name}: its model is a {kind} and the trainer made a {trained['type']}")
    tokens = _order(base, sorted(_ids(trained), key=_ids(trained).__getitem__))
    saved = dict(base.document["model"])
    if kind == "Unigram":
        scores = dict(trained["vocab"])
        saved["vocab"] = [[token, scores[token]] for token in tokens]
        saved["unk_id"] = None if base.unknown is None else tokens.index(base.unknown)
        return saved
    saved["vocab"] = {token: index for index, token in enumerate(tokens)}
    if kind == "BPE":
        saved["merges"] = trained["merges"]
    return saved


def _order(base: BaseTokenizer, trained: list[str]) -> list[str]:
    missing = sorted(set(base.reserved) - set(trained))
    if missing:
        raise TrainingError(
            f"{base.name}: the trainer left out {len(missing)} of the tokens that the base needs, among them"
            f" '{missing[0]}'; a trainer gives the reserved tokens the first ids"
        )
    trailing, reserved = set(base.trailing), set(base.reserved)
    leading = [token for token in base.reserved if token not in trailing]
    return [*leading, *(token for token in trained if token not in reserved), *base.trailing]


def _beyond(base: BaseTokenizer, vocabulary: Mapping[str, int]) -> list[str]:
    """Return the added tokens that follow the vocabulary; one that was learned by chance has its id there."""
    return [token for token in base.beyond if token not in vocabulary]


def _ids(model: Mapping[str, Any]) -> dict[str, int]:
    vocabulary = model["vocab"]
    if isinstance(vocabulary, list):
        return {token: index for index, (token, _) in enumerate(vocabulary)}
    return dict(vocabulary)


def _prove(base: BaseTokenizer, tokenizer: Tokenizer) -> None:
    """Check that every id names its token, and that stages and added tokens are those of the base."""
    document = described(tokenizer, python_stages(base.document))
    for named in named_ids(document):
        if tokenizer.token_to_id(named.token) != named.id:
            raise CheckFailed(
                f"{base.name}: {named.place}: the id of '{named.token}' is {tokenizer.token_to_id(named.token)} in the"
                f" retrained vocabulary, not {named.id}"
            )
    for stage in ("normalizer", "pre_tokenizer", "decoder", "truncation"):
        if document[stage] != base.document[stage]:
            raise CheckFailed(f"{base.name}: the {stage} of the retrained tokenizer is not that of the base")
    if _flags(document) != _flags(base.document):
        raise CheckFailed(f"{base.name}: the added tokens of the retrained tokenizer are not those of the base")


def _flags(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the added tokens by their content, without their ids."""
    return {token["content"]: {**token, "id": None} for token in document["added_tokens"]}
