"""From ranks to merges: what tiktoken needs no list of, and `tokenizers` does.

tiktoken merges any two neighbors whose bytes together are a token, the lowest rank first, the leftmost of equals;
`tokenizers` merges pairs of a list, the first of the list first. One pair for each token is enough: two neighbors
that make the token T stand between the same ends as T, nothing was ever merged across these ends, and so what
happened between them is what happens to the bytes of T alone. Its last merge is the pair; where it does not end in T,
T never comes from merging, only from a word that is T as a whole (which `ignore_merges` says in `tokenizers`).
"""

from __future__ import annotations

from collections.abc import Mapping

from tokenizers.pre_tokenizers import ByteLevel

Pair = tuple[bytes, bytes]


def merges_of(ranks: Mapping[bytes, int]) -> dict[bytes, Pair]:
    """Return the pair that makes each token, by rank: ``{a: 0, b: 1, c: 2, ab: 3, abc: 4} → ab: (a, b), abc: (ab, c)``.

    Tokens that no merging makes, single bytes first of all, are left out.
    """
    tokens = sorted(ranks, key=ranks.__getitem__)
    pairs = ((token, last_pair(token, ranks)) for token in tokens if len(token) > 1)
    return {token: pair for token, pair in pairs if pair is not None}


def last_pair(token: bytes, ranks: Mapping[bytes, int]) -> Pair | None:
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


def byte_characters() -> dict[int, str]:
    """Return the character that stands for each byte in `tokenizers`: ``{32: "Ġ", 97: "a", …}``."""
    shown = [byte for byte in range(256) if chr(byte).isprintable() and byte not in (0x20, 0xAD)]
    rest = [byte for byte in range(256) if byte not in shown]
    table = {byte: chr(byte) for byte in shown} | {byte: chr(256 + place) for place, byte in enumerate(rest)}
    if set(table.values()) != set(ByteLevel.alphabet()):
        raise ValueError("this version of tokenizers writes bytes with other characters")
    return table


def spelled(token: bytes, characters: Mapping[int, str]) -> str:
    """Return the token as `tokenizers` writes it: ``b" word" → "Ġword"``."""
    return "".join(characters[byte] for byte in token)
