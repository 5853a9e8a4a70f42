"""From ranks to merges, for formats that know only the first: tiktoken's, and the BPE of SentencePiece.

Encoders of these formats merge any two neighbors that together are a token, the lowest rank first, the leftmost of
equals; `tokenizers` merges pairs of a list, the first of the list first. One pair for each token is enough: two
neighbors that make the token T stand between the same ends as T, nothing was ever merged across these ends, and so
what happened between them is what happens to T alone. Its last merge is the pair. Where it does not end in T, T never
comes from merging, only from a word that is T as a whole, where an encoder looks for that (`ignore_merges`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import AnyStr


def merges_of(ranks: Mapping[AnyStr, int]) -> dict[AnyStr, tuple[AnyStr, AnyStr]]:
    """Return the pair that makes each token, by rank: ``{a: 0, b: 1, c: 2, ab: 3, abc: 4} → ab: (a, b), abc: (ab, c)``.

    Tokens are bytes or characters; those that no merging makes, single ones first of all, are left out.
    """
    tokens = sorted(ranks, key=ranks.__getitem__)
    pairs = ((token, last_pair(token, ranks)) for token in tokens if len(token) > 1)
    return {token: pair for token, pair in pairs if pair is not None}


def last_pair(token: AnyStr, ranks: Mapping[AnyStr, int]) -> tuple[AnyStr, AnyStr] | None:
    """Return the two parts that merging leaves before the last step to the token; None where it ends before."""
    parts = [token[place : place + 1] for place in range(len(token))]
    while len(parts) > 2:
        candidates = [(ranks.get(parts[place] + parts[place + 1]), place) for place in range(len(parts) - 1)]
        known = [(rank, place) for rank, place in candidates if rank is not None]
        if not known:
            return None
        _, place = min(known)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts[0], parts[1]
