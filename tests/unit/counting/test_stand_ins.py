"""Parts in Python find the same words in plain strings as in the objects of `tokenizers`."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import NormalizedString, Tokenizer, models, normalizers, pre_tokenizers

from tokbench.carried.stages import VERSION
from tokbench.contracts import CountingPlan, Cut, Note, Tally, silent
from tokbench.counting import groups, splitter, workers
from tokbench.counting.refuted import Disagreement
from tokbench.counting.splitter import APART, COMPARED, Splitter
from tokbench.documents import Documents
from tokbench.engines.local import Local

RUNS = re.compile(r" ?[a-zé]+|[0-9]|\s+|.", re.DOTALL)
TEXTS = st.lists(st.text(alphabet="aBé\u0301 1\n▁😀.", max_size=20), min_size=1, max_size=5)


@dataclass(frozen=True)
class Slices:
    """Cut pieces, as most parts do."""

    def build(self) -> Any:
        """Return the part itself."""
        return self

    def pre_tokenize(self, text: Any) -> None:
        """Split every piece in place."""
        text.split(self.cut)

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return the pieces of a piece."""
        assert index >= 0
        assert isinstance(piece, NormalizedString)
        return [piece[match.start() : match.end()] for match in RUNS.finditer(str(piece))]


class Twice(Slices):
    """Splits what it has split."""

    def pre_tokenize(self, text: Any) -> None:
        """Split every piece in place, and each of them again."""
        text.split(lambda _, piece: [piece[0 : len(piece.normalized) // 2], piece[len(piece.normalized) // 2 : 9**9]])
        text.split(self.cut)


class Original(Slices):
    """Asks for the text before the normalizer."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return no words that began with a capital."""
        return [] if piece.original[:1] == "B" else super().cut(index, piece)


class OwnSplit(Slices):
    """Leaves splitting to `tokenizers`."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return what is between the spaces."""
        return list(piece.split(" ", "removed"))


class FromTheEnd(Slices):
    """Uses a slice for which `tokenizers` has a rule of its own."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return the first two characters, and what a reversed slice gives."""
        return [found for found in (piece[:2], piece[2:1]) if found is not None]


class Sniffs(Slices):
    """Tells stand-ins from what they stand for."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return something else for a stand-in."""
        return super().cut(index, piece) if type(piece) is NormalizedString else [piece]


class SniffsAtCapitals(Sniffs):
    """Tells them apart where there is a capital."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return something else for a stand-in of a text with a capital."""
        return (super().cut if "B" in str(piece) else partial(Slices.cut, self))(index, piece)


class SniffsAtLength(Sniffs):
    """Tells them apart where a text is long."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return something else for a stand-in of a long text."""
        return (super().cut if len(str(piece)) > 9 else partial(Slices.cut, self))(index, piece)


class MakesUp(Slices):
    """Has something to say where there is nothing."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return a word that no text has for a text without any."""
        return super().cut(index, piece) or [NormalizedString("nothing")]


class Reaches(Slices):
    """Leaves a text with a 9 whole, wherever it could be cut."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Return the piece, or its pieces."""
        return [piece] if "9" in piece.normalized else super().cut(index, piece)


class Talks(Slices):
    """Prints more than a pipe holds."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Say what is cut, in both places, by Python and behind its back."""
        for file in (sys.stdout, sys.stderr):
            print("cutting" * 100, file=file, flush=True)
        os.write(1, b"cut\n")
        return super().cut(index, piece)


class Fails(Slices):
    """Has a mistake."""

    def cut(self, index: int, piece: Any) -> list[Any]:
        """Raise for a digit."""
        if "1" in piece.normalized:
            raise ValueError("no digits, please")
        return super().cut(index, piece)


@dataclass
class Given:
    """A work unit of texts, one a batch."""

    texts: list[str]
    name: str = "given"
    fingerprint: str = ""
    size: int | None = None

    def read(self, tally: Tally) -> Iterator[Documents]:
        """Yield the texts."""
        for text in self.texts:
            tally.documents += 1
            tally.bytes += len(text)
            yield Documents.of([text])


PARTS = (Slices, Twice, Original, OwnSplit, FromTheEnd, Sniffs, MakesUp)
BEHIND = {
    "alone": [],
    "bytes": [pre_tokenizers.ByteLevel(add_prefix_space=True)],
    "two": [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Metaspace(prepend_scheme="always")],
    "first": [pre_tokenizers.Metaspace(prepend_scheme="first")],
}


def pipeline_of(behind: str = "alone", normalizer: Any = None) -> str:
    """Return the JSON of a tokenizer with a part in Python and stages behind it."""
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    stages = [json.loads(stage.__getstate__()) for stage in BEHIND[behind]]
    python = {"type": "Python", "class": "test:Part", "options": {}, "sha256": ""}
    stage = {"type": "Sequence", "pretokenizers": [python, *stages]} if stages else python
    return json.dumps({**json.loads(tokenizer.to_str()), "version": VERSION, "pre_tokenizer": stage})


def split(part: type, behind: str = "alone", normalizer: Any = None) -> tuple[Splitter, Splitter]:
    """Return a splitter of a part with stages behind it, and one that has never heard of stand-ins."""
    pipeline, classes = pipeline_of(behind, normalizer), {"test:Part": part}
    return Splitter.of(pipeline, classes), Splitter.of(pipeline, classes, plain_strings=False)


@pytest.mark.parametrize("normalizer", [None, normalizers.Lowercase()], ids=["as it is", "lowercase"])
@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("part", PARTS)
@settings(max_examples=10, deadline=None)
@given(texts=TEXTS)
def test_the_words_are_those_of_tokenizers(part: type, behind: str, normalizer: Any, texts: list[str]) -> None:
    """Whatever a part asks for, with a normalizer before it and stages of `tokenizers` behind it."""
    fast, slow = split(part, behind, normalizer)
    fast._compared = COMPARED + 1 if part is not Sniffs else 0
    assert [fast.words(text) for text in texts] == [slow.words(text) for text in texts]


def test_what_both_ways_agree_on_is_run_on_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then `tokenizers` is not asked any more."""
    fast, slow = split(Slices)
    words = slow.words("a b1")
    assert [fast.words("a b1") for _ in range(COMPARED)] == [words] * COMPARED
    monkeypatch.setattr(splitter.Splitter, "_words", None)
    assert fast.words("a b1") == words


def test_a_part_that_tells_them_apart_is_found_out() -> None:
    """One text on which both ways differ, and stand-ins are not used again."""
    fast, slow = split(Sniffs)
    assert fast.words("a b") == slow.words("a b") == ["a", " b"]
    assert fast._python is None


def test_a_character_that_no_text_had_is_looked_at_in_both_ways() -> None:
    """A part that tells them apart later, by what is in a text, is found out by the first of these."""
    fast, slow = split(SniffsAtCapitals)
    assert [fast.words("a b") for _ in range(APART)] == [slow.words("a b")] * APART
    with pytest.raises(Disagreement, match="'a B' in another way"):
        fast.words("a B")


def test_now_and_then_a_text_is_looked_at_in_both_ways() -> None:
    """A part that tells them apart later by anything else is found out too."""
    fast, _ = split(SniffsAtLength)
    for _ in range(COMPARED):
        fast.words("a b")
    texts = map(fast.words, ["a b" * 9] * APART)
    with pytest.raises(Disagreement):
        list(texts)


@pytest.mark.parametrize("threads", [1, 2])
def test_text_is_counted_anew_where_plain_strings_give_other_words(
    monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    """What was counted by then is let go, in whichever process it was, and a note says so."""
    monkeypatch.setattr(workers, "ENOUGH", 0)
    notes: list[str] = []
    documents = ["a b"] * APART + ["a B c"] * 3
    unit = Given(documents)
    plan = CountingPlan(pipeline_of(), "never", threads, classes={"test:Part": SniffsAtCapitals})
    words, tally = Local().count([unit], plan, lambda event: isinstance(event, Note) and notes.append(event.text))
    _, slow = split(SniffsAtCapitals)
    assert dict(words) == Counter(word for text in documents for word in slow.words(text))
    assert tally.documents == len(documents)
    assert ["counted anew" in note for note in notes] == [True]


@pytest.mark.parametrize("cut", ["never", "space"])
def test_processes_split_what_one_splits(monkeypatch: pytest.MonkeyPatch, cut: Cut) -> None:
    """Whole documents and distinct chunks alike."""
    documents = [f"a B{number} é{number % 7} 1{number % 3}" for number in range(APART)]
    plans = [CountingPlan(pipeline_of(), cut, threads, classes={"test:Part": Slices}) for threads in (1, 2)]
    monkeypatch.setattr(workers, "ENOUGH", 0)
    alone, together = (Local().count([Given(documents)], plan, silent)[0] for plan in plans)
    _, slow = split(Slices)
    words = Counter(word for text in documents for word in slow.words(text))
    assert dict(alone) == dict(together) == words


def test_a_false_claim_found_in_another_process_falls_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part in Python whose words reach across a cut that the sample does not show is given whole documents."""
    monkeypatch.setattr(workers, "ENOUGH", 0)
    monkeypatch.setattr(groups, "SAMPLE", 1)
    documents = ["1 2", *(f"7 9{number}" for number in range(APART))]
    notes: list[str] = []
    plan = CountingPlan(pipeline_of(), "space", 2, classes={"test:Part": Reaches})
    words, _ = Local().count(
        [Given(documents)], plan, lambda event: isinstance(event, Note) and notes.append(event.text)
    )
    assert dict(words) == Counter(documents[1:]) + Counter("1 2")
    assert ["they are counted whole" in note for note in notes] == [True]


def test_what_a_part_prints_is_not_taken_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a process stand still until somebody has read it."""
    monkeypatch.setattr(workers, "ENOUGH", 0)
    documents = ["a b"] * APART
    plan = CountingPlan(pipeline_of(), "never", 2, classes={"test:Part": Talks})
    words, _ = Local().count([Given(documents)], plan, silent)
    assert dict(words) == {"a": APART, " b": APART}


def test_what_a_part_raises_is_raised_by_tokenizers() -> None:
    """The message is the same with stand-ins and without."""
    fast, slow = split(Fails)
    fast._compared = COMPARED + 1
    messages = []
    for each in (fast, slow):
        with pytest.raises(Exception, match="no digits, please") as raised:
            each.words("a 1")
        messages.append(str(raised.value))
    assert messages[0] == messages[1]
    assert fast.words("a b") == ["a", " b"]
