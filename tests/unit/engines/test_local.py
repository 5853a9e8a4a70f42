from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, trainers
from tokenizers import pre_tokenizers as p

from tests.unit.counting.pipelines import CASES, FALSE_CLAIMS, Case
from tokbench.contracts import CountingPlan, Note, Progress, Tally, silent
from tokbench.counting import groups
from tokbench.counting.recognition import recognize
from tokbench.counting.splitter import Splitter
from tokbench.counting.words import WordCounts
from tokbench.documents import Documents
from tokbench.engines.local import Local
from tokbench.errors import CorpusError
from tokbench.strings import Strings


@dataclass
class Texts:
    """A work unit of given documents."""

    batches: Sequence[Documents]
    name: str = "texts"
    fingerprint: str = ""
    size: int | None = None

    def read(self, tally: Tally) -> Iterator[Documents]:
        for documents in self.batches:
            tally.documents += len(documents)
            tally.bytes += documents.texts.size
            yield documents


def texts(*documents: str) -> Texts:
    return Texts([Documents.of([document]) for document in documents])


def count(case: Case, *units: Texts, report=silent) -> dict[str, int]:
    words, _ = Local().count(units, CountingPlan(case.json, case.cut, 2), report)
    return dict(words)


def whole(case: Case, documents: Sequence[str]) -> dict[str, int]:
    splitter = Splitter.of(case.json)
    return dict(Counter(word for text in documents for word in splitter.words(text)))


ODD = st.text(
    st.sampled_from(" \t\n\r\x00\x1c\x85\xa0\xad\u0301\u200b\u200d\u2028\u2581\u3000\ufeff\ufffd'aAsS1é中،ﬁ😀_")
)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@given(documents=st.lists(st.text() | ODD, max_size=4))
@settings(max_examples=60, deadline=None)
def test_chunks_give_the_counts_of_whole_documents(case: Case, documents: list[str]) -> None:
    """Counting distinct chunks equals running the pipeline over every document."""
    assert count(case, texts(*documents)) == whole(case, documents)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_words_are_those_that_training_sees(case: Case) -> None:
    """`tokenizers` itself, trained on whole words, finds the same words."""
    documents = ["Hello there, it's ﬁne", " a\u0301  b1c ", "", "Ｘ▁y\n\nz ﬁ,ﬁ"]
    tokenizer = Tokenizer.from_str(case.json)
    tokenizer.model = models.WordLevel()
    tokenizer.train_from_iterator(documents, trainers.WordLevelTrainer(show_progress=False))
    assert set(count(case, texts(*documents))) == set(tokenizer.get_vocab())


@pytest.mark.parametrize("case", FALSE_CLAIMS.values(), ids=FALSE_CLAIMS)
def test_a_false_claim_falls_back_to_whole_documents(case: Case) -> None:
    """A pipeline that looks across cuts is run over whole documents, and the report says so where it would not be."""
    notes: list[str] = []
    recognized = recognize(case.json)
    found_in_text = recognized is not None and recognized.effects is None
    documents = ["one two  三 four", "five six "]
    got = count(case, texts(*documents), report=lambda event: isinstance(event, Note) and notes.append(event.text))
    assert got == whole(case, documents)
    assert ["whole documents" in note for note in notes] == ([] if found_in_text else [True])


LITERAL = Case(None, p.Split("ice cream", "isolated"), "space")
"""Its claim is false, and only text of its own subject shows it."""


@pytest.mark.parametrize(
    "units",
    [[texts("no", "an ice cream")], [texts("no"), texts("an ice cream")], [texts("no"), texts("no", "an ice cream")]],
)
def test_a_claim_that_the_corpus_refutes_falls_back(monkeypatch: pytest.MonkeyPatch, units: list[Texts]) -> None:
    """Wherever text shows a claim to be false, at the beginning, in a later unit, or in a later chunk."""
    monkeypatch.setattr(groups, "ENOUGH", 1)
    notes: list[str] = []
    got = count(LITERAL, *units, report=lambda event: isinstance(event, Note) and notes.append(event.text))
    assert got == whole(LITERAL, [text for unit in units for documents in unit.batches for text in documents.texts])
    assert ["whole documents" in note for note in notes] == [True]


def test_weighted_rows_count_as_often_as_they_say() -> None:
    """A row with a count stands for itself that many times, beyond 2³¹ too."""
    weighted = Documents(Strings.of(["a b", "b"]), memoryview(array("q", [2**40, 3])))
    assert count(CASES["whitespace"], Texts([weighted])) == {"a": 2**40, "b": 2**40 + 3}


WAYS = [(name, kept) for name in ("gpt2", "bert", "prepend", "none") for kept in ("", "kept")]
"""Straight from the text, by kept chunks, without a kernel, and as whole documents."""


@dataclass
class Given:
    """A work unit of one batch, as it is."""

    documents: Documents
    fingerprint: str
    name: str = "given"
    size: int | None = None

    def read(self, tally: Tally) -> Iterator[Documents]:
        yield self.documents


@pytest.mark.parametrize("bad", [b"a \xff", b"a \xed\xa0\x80 b", b"\xc0\x80"], ids=["byte", "surrogate", "overlong"])
@pytest.mark.parametrize(("name", "kept"), WAYS)
def test_text_that_is_none_is_a_sentence(tmp_path, monkeypatch, name: str, kept: str, bad: bytes) -> None:
    """Bytes that are not UTF-8, a lone surrogate among them, end every way of counting in a clear error."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    documents = Documents(Strings(memoryview(array("q", [0, 2, 2 + len(bad)])), memoryview(b"ok" + bad)))
    with pytest.raises(CorpusError, match="cannot be counted"):
        count(CASES[name], Given(documents, kept))


@pytest.mark.parametrize(("name", "kept"), WAYS)
def test_counts_beyond_64_bits_are_a_sentence(tmp_path, monkeypatch, name: str, kept: str) -> None:
    """A sum over 2⁶³ - 1 is refused where it arises, and the largest that there is, is right."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    case, largest = CASES[name], 2**63 - 1

    def weighted(*counts: int) -> Given:
        documents = Documents(Strings.of(["word"] * len(counts)), memoryview(array("q", counts)))
        return Given(documents, kept and f"{kept} {counts}")

    assert set(count(case, weighted(largest - 1, 1)).values()) == {largest}
    with pytest.raises(CorpusError, match="over 2"):
        count(case, weighted(largest, 1))


def test_empty_documents_have_no_words() -> None:
    """An empty document counts nothing, an empty corpus neither."""
    assert count(CASES["gpt2"], texts("", "a")) == {"a": 1}
    assert count(CASES["gpt2"]) == {}


def test_progress_and_tally_follow_what_was_read() -> None:
    """The tally is the reader's, and the report hears of bytes after every batch."""
    events: list[Progress | Note] = []
    plan = CountingPlan(CASES["gpt2"].json, "space", 1)
    words, tally = Local().count([texts("a b"), texts("é")], plan, events.append)
    assert (tally.documents, tally.bytes) == (2, 5)
    assert events == [Progress("count", 3, None, "bytes"), Progress("count", 5, None, "bytes")]
    assert words.digest() == WordCounts.of({"a": 1, "Ġb": 1, "Ã©": 1}.items()).digest()
