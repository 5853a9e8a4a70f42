"""What tiktoken needs to know of an encoding, and the two files that hold it.

    ranks.tiktoken   a token a line: its bytes in base64, a space, its rank, which is its id too
    encoding.json    what tiktoken has in its code: the name, the expression that splits text, the special tokens

The first is the format that `tiktoken.load.load_tiktoken_bpe` reads; tiktoken has none for the second.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

RANKS = "ranks.tiktoken"
ENCODING = "encoding.json"


@dataclass(frozen=True)
class Description:
    """What tiktoken has in its code and not in a file."""

    name: str
    pat_str: str
    """The expression that splits text, as tiktoken writes it."""
    special_tokens: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    """What transformers calls special tokens, which tiktoken does not know: ``{"eos_token": "<|endoftext|>"}``."""


def write(folder: Path, ranks: Mapping[bytes, int], description: Description) -> list[Path]:
    """Write both files and return them."""
    lines = (b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in sorted(ranks.items(), key=_rank))
    (folder / RANKS).write_bytes(b"".join(lines))
    text = json.dumps(asdict(description), indent=2, ensure_ascii=False) + "\n"
    (folder / ENCODING).write_text(text, encoding="utf-8")
    return [folder / RANKS, folder / ENCODING]


def read_ranks(path: Path) -> dict[bytes, int]:
    """Return the tokens of a file and their ranks; raises `ValueError` with the line that is none."""
    ranks: dict[bytes, int] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        token, _, rank = line.partition(b" ")
        try:
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"line {number} is no token in base64 and its rank: {line[:40]!r}") from error
    missing = [byte for byte in range(256) if bytes([byte]) not in ranks]
    if missing:
        raise ValueError(f"{len(missing)} of the 256 bytes have no rank, among them {missing[0]}; tiktoken needs all")
    return ranks


def read_description(folder: Path) -> Description:
    """Return the description that an export left in its folder."""
    return Description(**json.loads((folder / ENCODING).read_text(encoding="utf-8")))


def encoding(ranks: Mapping[bytes, int], description: Description) -> tiktoken.Encoding:
    """Return tiktoken's own encoding; nothing is downloaded."""
    import tiktoken

    return tiktoken.Encoding(
        description.name,
        pat_str=description.pat_str,
        mergeable_ranks=dict(ranks),
        special_tokens=dict(description.special_tokens),
    )


def _rank(item: tuple[bytes, int]) -> int:
    return item[1]
