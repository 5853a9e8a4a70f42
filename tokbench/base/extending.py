"""Add tokens to a base: those that a recipe names beside it, such as a padding token for GPT-2."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from tokbench.base.tokenizer import BaseTokenizer
from tokbench.recipe.tables import SpecialTokens, Token


def extended(base: BaseTokenizer, special: SpecialTokens, added: Sequence[Token]) -> BaseTokenizer:
    """Return the base with these tokens too: new ones follow its own, and roles are those given here.

    A token that the base has added already keeps its rules for white space and words.
    """
    tokens = {str(token["content"]): dict(token) for token in base.document["added_tokens"]}
    wanted = [*((token, True) for token in special), *((token, False) for token in added)]
    free = max(base.ids.values(), default=-1) + 1
    for token, is_special in wanted:
        if token.content not in tokens:
            tokens[token.content] = _described(token, base.ids.get(token.content, free))
            free += token.content not in base.ids
        tokens[token.content]["special"] |= is_special
    roles = {f"{role}_token": token.content for role, token in special.tokens if role != "extra"}
    extra = dict.fromkeys((*base.extra, *(token.content for token in special.extra)))
    return dataclasses.replace(
        base,
        document={**base.document, "added_tokens": sorted(tokens.values(), key=lambda token: int(token["id"]))},
        roles={**base.roles, **roles},
        extra=tuple(extra),
    )


def _described(token: Token, number: int) -> dict[str, Any]:
    """Return an added token as the JSON of a tokenizer has it."""
    return {"id": number, "special": False, **dataclasses.asdict(token)}
