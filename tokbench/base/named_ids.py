"""Every id that the JSON of a tokenizer gives beside the name of its token, and how to change it.

Ids outlive the vocabulary that they came from in two places: the post-processor (also inside a `Sequence`) and the
padding. The serialization is that of `tokenizers` 0.23; its other stages name tokens without ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tokbench.carried.stages import PYTHON
from tokbench.errors import ArtifactError

Document = Mapping[str, Any]
"""The JSON of a `tokenizers.Tokenizer`, read."""


@dataclass(frozen=True)
class NamedId:
    """A token's id, and where it stands: ``NamedId("post_processor.processors[1].cls", "<s>", 0)``."""

    place: str
    token: str
    id: int


Change = Callable[[NamedId], int]


def named_ids(document: Document) -> Iterator[NamedId]:
    """Yield every named id of the tokenizer, those of its added tokens last."""
    found: list[NamedId] = []

    def note(named: NamedId) -> int:
        found.append(named)
        return named.id

    renumbered(document, note)
    yield from found
    for token in document["added_tokens"]:
        yield NamedId("added_tokens", token["content"], token["id"])


def renumbered(document: Document, change: Change) -> dict[str, Any]:
    """Return the document with the ids of its post-processor and padding changed; added tokens stay as they are."""
    new = dict(document)
    if document["post_processor"] is not None:
        new["post_processor"] = _processor(document["post_processor"], "post_processor", change)
    if document["padding"] is not None:
        padding = document["padding"]
        new["padding"] = {**padding, "pad_id": change(NamedId("padding", padding["pad_token"], padding["pad_id"]))}
    return new


def _processor(processor: Document, place: str, change: Change) -> dict[str, Any]:
    kind = processor["type"]
    if kind == "Sequence":
        inner = [
            _processor(each, f"{place}.processors[{index}]", change)
            for index, each in enumerate(processor["processors"])
        ]
        return {**processor, "processors": inner}
    if kind == "TemplateProcessing":
        pieces = processor["special_tokens"]
        return {
            **processor,
            "special_tokens": {
                name: _piece(piece, f"{place}.special_tokens.{name}", change) for name, piece in pieces.items()
            },
        }
    if kind in ("BertProcessing", "RobertaProcessing"):
        ends = {}
        for end in ("sep", "cls"):
            token, number = processor[end]
            ends[end] = [token, change(NamedId(f"{place}.{end}", token, number))]
        return {**processor, **ends}
    if kind in ("ByteLevel", PYTHON):  # Python names tokens without ids
        return dict(processor)
    raise ArtifactError(f"{place}: ids cannot be updated in a '{kind}'; known are those of tokenizers 0.23")


def _piece(piece: Document, place: str, change: Change) -> dict[str, Any]:
    """Return a template's special token, which may stand for several tokens, with their ids changed."""
    ids = [change(NamedId(place, token, number)) for token, number in zip(piece["tokens"], piece["ids"], strict=True)]
    return {**piece, "ids": ids}
