"""Where a whole pipeline lets text be cut, from what each of its parts says of itself.

bert normalizer, bert pre-tokenizer   any-space  → space
bert normalizer, byte-level           ascii-space: a dropped accent may leave two spaces, and those are one word
digits, byte-level                    digits keeps every place, byte-level splits at "space"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokbench.contracts import Cut, Place

WITHIN: dict[Place, tuple[Place, ...]] = {
    "any-space": ("any-space", "space", "ascii-space"),
    "space": ("space", "ascii-space"),
    "ascii-space": ("ascii-space",),
    "word": (),
    "never": (),
}
"""Each place, and the narrower places that lie within it, from wide to narrow."""


def careful_cut(normalizers: Sequence[Any], pre_tokenizers: Sequence[Any]) -> Cut:
    """Return the widest place at which text may be cut before these parts; a part that is silent wants it whole.

    A place must come through every normalizer, and through the pre-tokenizers up to the first that always splits
    there; those behind it must look at each word by itself.
    """
    places = set(WITHIN["any-space"])
    for part in normalizers:
        places &= _keeps(part)
    for number, part in enumerate(pre_tokenizers, 1):
        found = [place for place in WITHIN[getattr(part, "cut", "never")] if place in places]
        if found:
            alone = all("word" in _keeps(later) for later in pre_tokenizers[number:])
            return _as_cut(found[0]) if alone else "never"
        places &= _keeps(part)
    return "never"


def _keeps(part: Any) -> set[Place]:
    return set(getattr(part, "keeps", ()))


def _as_cut(place: Place) -> Cut:
    """Return where the text itself is cut: `space` lies within `any-space`, and its chunks are as good."""
    return "ascii-space" if place == "ascii-space" else "space"
