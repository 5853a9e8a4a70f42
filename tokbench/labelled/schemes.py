"""The ways to write spans as tags of words: each is recognized by its tags and converted to IOB2, nothing dropped.

    IOB1   I-PER I-PER O   B-LOC where two spans of one type touch
    IOB2   B-PER I-PER O
    IOBES  B-PER E-PER O   S-LOC for one word
    BILOU  B-PER L-PER O   U-LOC for one word

Ramshaw and Marcus 1995 (IOB1), Tjong Kim Sang and Veenstra 1999 (IOB2, IOE), Ratinov and Roth 2009 (BILOU).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Literal, get_args

from tokbench.errors import DataError
from tokbench.labelled.sentences import OUTSIDE

Scheme = Literal["IOB1", "IOB2", "IOBES", "BILOU"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

RULES = {
    "begun": "a tag that continues no span of its type begins one",
    "ended": "a span whose last word is not marked as such ends where the next tag says",
    "kept": "a B- that parts no two spans of one type begins one all the same",
    "trimmed": "white space at the edges of a span is no part of it",
    "overlapping": "of spans of characters that overlap the longest is kept, then the first",
}
"""The rules that mend what is illegal; no word is dropped, and no span but one that overlaps another."""

_ALIKE = {"IOBES": {"E": "L", "S": "U"}, "BILOU": {}, "IOB1": {}, "IOB2": {}}
_LETTERS = {"IOB1": "BI", "IOB2": "BI", "IOBES": "BIES", "BILOU": "BILU"}

Tags = Sequence[str]


def recognize(sentences: Iterable[Tags], where: str, said: Scheme | None = None) -> Scheme:
    """Return the scheme of the tags of a whole set; raises `DataError` where they follow none, or not the one `said`.

    Tags of B- and I- alone are IOB1 where more spans begin with I- than with a B- that IOB1 would not write.
    """
    evidence = Counter(chain.from_iterable(map(_evidence, sentences)))
    _refuse_bare(evidence, where)
    letters = {key for key in evidence if len(key) == 1}
    if not letters:
        raise DataError(f"{where}: there is no entity, every tag is {OUTSIDE}; say in 'column' which tags to read")
    fitting = [scheme for scheme in SCHEMES if letters <= set(_LETTERS[scheme]) and said in (None, scheme)]
    if not fitting:
        begin = ", ".join(sorted(letters))
        what = f"which are not all of {said}; leave out 'scheme'" if said else "which no scheme has; write IOB2"
        raise DataError(f"{where}: the tags begin with {begin}, {what}")
    if said or "IOB2" not in fitting:
        return fitting[0]
    return "IOB1" if evidence["begun by I"] > evidence["begun by B"] else "IOB2"


def to_iob2(tags: Tags, scheme: Scheme, mended: Counter[str]) -> tuple[str, ...]:
    """Return the tags in IOB2: ``S-LOC O B-PER E-PER`` → ``B-LOC O B-PER I-PER``; counts what each rule mended."""
    converted = []
    open_type, before = "", ""
    for tag in tags:
        letter, label = _parted(tag, scheme)
        continues = letter in ("I", "L") and open_type == label != ""
        _count(mended, scheme, letter, label, open_type, before)
        converted.append(OUTSIDE if not label else f"{'I' if continues else 'B'}-{label}")
        open_type = "" if letter in ("L", "U") else label
        before = label
    if open_type and scheme in ("IOBES", "BILOU"):
        mended["ended"] += 1
    return tuple(converted)


def _count(mended: Counter[str], scheme: Scheme, letter: str, label: str, open_type: str, before: str) -> None:
    """Count what is illegal about a tag, given the span that is open before it."""
    continues = letter in ("I", "L") and open_type == label
    if scheme in ("IOBES", "BILOU") and open_type and not continues:
        mended["ended"] += 1
    if letter in ("I", "L") and not continues and scheme != "IOB1":
        mended["begun"] += 1
    if scheme == "IOB1" and letter == "B" and before != label:
        mended["kept"] += 1


def _parted(tag: str, scheme: Scheme) -> tuple[str, str]:
    """Return the letter of a tag, as BILOU has it, and its type: ``E-PER`` → L, PER; O has neither."""
    letter, _, label = tag.partition("-")
    return ("", "") if tag == OUTSIDE else (_ALIKE[scheme].get(letter, letter), label)


def _evidence(tags: Tags) -> Iterator[str]:
    """Yield what tells of the scheme: each letter, how spans begin, and tags that have no letter."""
    before = ""
    for tag in tags:
        letter, dash, label = tag.partition("-")
        if tag == OUTSIDE:
            label = ""
        elif len(letter) != 1 or not dash or not label:
            yield f"tag {tag}"
        else:
            yield letter
            if before != label and letter in "IB":
                yield f"begun by {letter}"
        before = label


def _refuse_bare(evidence: Counter[str], where: str) -> None:
    bare = sorted(key.removeprefix("tag ") for key in evidence if key.startswith("tag "))
    if bare:
        shown = ", ".join(repr(tag) for tag in bare[:3]) + (", …" if len(bare) > 3 else "")
        raise DataError(
            f"{where}: the tags {shown} follow no scheme, as B-PER and I-PER would; say in 'column' which tags to"
            " read, or take the task 'pos', in which each word has a label of its own"
        )
