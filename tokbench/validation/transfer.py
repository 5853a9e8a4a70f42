"""Give a model the vocabulary of another tokenizer, without forgetting what it knows (vocabulary transfer).

    old: hyper ##tension patients     new: hypertension patients
    patients      the same token: its vector stays
    hypertension  a new token: the mean of the vectors of hyper and ##tension

That is FVT: Gee, Zugarini, Rigutini and Torroni, "Fast Vocabulary Transfer for Language Model Compression", 2022.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from tokbench.recipe.tables import ROLES
from tokbench.validation.loading import table_of
from tokbench.validation.pieces import Spelling

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from tokbench.validation.settings import Method

LIKE = {"cls": "bos", "bos": "cls", "sep": "eos", "eos": "sep"}
"""The role whose vector serves where the old tokenizer lacks one."""


@dataclass(frozen=True)
class Origins:
    """For each id of the new vocabulary, the old ids of which its vector is the mean; none where there are none."""

    old: Sequence[Sequence[int]]
    kept: frozenset[int]
    """The new ids of tokens that are the same in both vocabularies."""

    def __str__(self) -> str:
        """Return ``5,012 of 8,000 tokens keep their vectors, 2,985 are made of old ones, 3 of nothing known``."""
        lost = sum(not ids for ids in self.old)
        made = len(self.old) - len(self.kept) - lost
        return (
            f"{len(self.kept):,} of {len(self.old):,} tokens keep their vectors, {made:,} are made of old ones,"
            f" {lost:,} of nothing known"
        )


def origins(old: PreTrainedTokenizerFast, new: PreTrainedTokenizerFast) -> Origins:
    """Return where the vector of each new token comes from: its role, the same token, or the pieces of its text."""
    before, after = Spelling.of(old), Spelling.of(new)
    found: list[Sequence[int]] = [()] * (max(after.vocabulary.values()) + 1)
    kept = set()
    for piece, number in after.pieces.items():
        found[number] = before.cut(piece)
        if piece in before.pieces:
            kept.add(number)
    for token, number in _added(after).items():
        found[number] = _by_role(token, old, new, before)
        if found[number]:
            kept.add(number)
    return Origins(found, frozenset(kept))


def transferred(
    model: PreTrainedModel, old: PreTrainedTokenizerFast, new: PreTrainedTokenizerFast, method: Method, seed: int
) -> tuple[PreTrainedModel, Origins]:
    """Return a copy of the model with the new tokenizer's vocabulary and special ids, and where its vectors are from.

    All other weights are the same. Raises `UserError` where the model has no table of token vectors.
    """
    table = table_of(model)
    sources = origins(old, new)
    config = copy.deepcopy(model.config)
    config.vocab_size = len(sources.old)
    for role in ROLES:
        if hasattr(config, f"{role}_token_id"):
            setattr(config, f"{role}_token_id", getattr(new, f"{role}_token_id"))
    state = dict(model.state_dict())
    _move_positions(model, config, state)
    for name, weights in state.items():
        output = weights.dim() and len(weights) == len(table) and _is_output(name, model)
        if output or weights.data_ptr() == table.data_ptr():
            state[name] = _rows(weights, sources, method, seed)
    made = type(model)(config)
    made.load_state_dict(state)
    return made, sources


def _rows(weights: torch.Tensor, sources: Origins, method: Method, seed: int) -> torch.Tensor:
    """Return the vectors of the new tokens, (new, dimensions), or their biases, (new,), out of the old ones."""
    generator = torch.Generator().manual_seed(seed)
    mean, spread = weights.mean(dim=0), weights.std(dim=0)
    rows = torch.empty(len(sources.old), *weights.shape[1:], dtype=weights.dtype)
    for number, ids in enumerate(sources.old):
        drawn = mean + spread * torch.randn(mean.shape, generator=generator)
        if len(ids) == 1 or (ids and method in ("fvt", "distillation")):
            rows[number] = weights[list(ids)].mean(dim=0)
        else:
            rows[number] = mean if method == "mean" else drawn
    return rows


def _is_output(name: str, model: PreTrainedModel) -> bool:
    """Tell whether a weight belongs to what predicts tokens, and not to the encoder."""
    has_head = model.get_output_embeddings() is not None  # type: ignore[no-untyped-call]
    return has_head and not name.startswith(f"{model.base_model_prefix}.")


def _move_positions(model: PreTrainedModel, config: Any, state: dict[str, torch.Tensor]) -> None:
    """Keep each position's vector where positions are counted from the id of padding, as RoBERTa counts them."""
    for name, module in model.named_modules():
        old = getattr(module, "padding_idx", None)
        if name.endswith("position_embeddings") and old is not None:
            new = config.pad_token_id or 0
            weights = state[f"{name}.weight"]
            state[f"{name}.weight"] = torch.cat([weights[: old + 1][-1:].repeat(new + 1, 1), weights[old + 1 :]])
            config.max_position_embeddings = len(state[f"{name}.weight"])


# ---------------------------------------------------------------- special tokens


def _added(spelling: Spelling) -> Mapping[str, int]:
    return {str(token): number for number, token in spelling.tokenizer.get_added_tokens_decoder().items()}


def _by_role(token: str, old: PreTrainedTokenizerFast, new: PreTrainedTokenizerFast, before: Spelling) -> Sequence[int]:
    """Return the old id with the role of a new special token, or of the same spelling; else nothing."""
    for role in ROLES:
        if getattr(new, f"{role}_token") == token:
            roles = (role, LIKE.get(role, role))
            numbers = [getattr(old, f"{each}_token_id") for each in roles]
            return next(([number] for number in numbers if number is not None), ())
    return [before.vocabulary[token]] if token in before.vocabulary else ()
