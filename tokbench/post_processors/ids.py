"""Ids of the tokens that a post-processor names."""

from __future__ import annotations

from collections.abc import Mapping


def identified(token: str, ids: Mapping[str, int]) -> tuple[str, int]:
    """Return the token and its id; raises `ValueError` where the vocabulary lacks it."""
    if token not in ids:
        raise ValueError(f"the vocabulary has no token {token!r}; name it in [special_tokens]")
    return token, ids[token]
