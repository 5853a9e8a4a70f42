"""Words that the trainer of `tokenizers` counts are those that its normalizer and pre-tokenizer give, text by text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex
from tokenizers import pre_tokenizers as p

from tests.unit.counting.pipelines import CASES, Case
from tokbench.contracts import CountingPlan
from tokbench.counting import feeding, split_words
from tokbench.counting.feeding import LONGEST, MARK, can_feed, feed_joined, marked
from tokbench.counting.refuted import Crossing
from tokbench.counting.spill import Spill
from tokbench.counting.split_words import add_joined, joined
from tokbench.counting.splitter import Splitter
from tokbench.counting.word_total import WordTotal
from tokbench.documents import Documents
from tokbench.kernels import _kernels
from tokbench.strings import integers

NAMES = ("prepend", "replace", "metaspace-first", "metaspace-behind", "strip-accents", "bert", "none")
CHUNKS = st.dictionaries(
    st.text(st.sampled_from("aéx7'\n中_zqxjkv"), max_size=6).map(" ".__add__), st.integers(1, 70), max_size=40
)


@pytest.fixture(scope="module")
def spill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spill]:
    folder = tmp_path_factory.mktemp("spill")
    with closing(Spill(lambda: folder)) as spill:
        yield spill


def counted(add, chunks: dict[str, int], case: Case, spill: Spill, threads: int = 1, share: int = 1 << 30):
    documents = Documents.counted(sorted(chunks.items()))
    total = WordTotal(share, spill)
    inside = joined(documents.texts, documents.counts or integers(b""), "space")
    if add is feed_joined:
        feed_joined(total, Splitter.of(case.json), inside, CountingPlan(case.json, "space", threads))
    else:
        add_joined(total, Splitter.of(case.json), inside)
    return dict(total.words())


def outcome(*arguments) -> dict[str, int] | None:
    try:
        return counted(*arguments)
    except Crossing:
        return None


@given(chunks=CHUNKS, name=st.sampled_from(NAMES), threads=st.sampled_from([1, 2]), batch=st.sampled_from([1, 1 << 17]))
@settings(max_examples=150)
def test_fed_chunks_have_the_words_of_split_ones(
    spill: Spill, chunks: dict[str, int], name: str, threads: int, batch: int
) -> None:
    """Whatever their counts, the threads and how much is fed at a time; a false claim is found out both ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(split_words, "BATCH", batch)
        fed = outcome(feed_joined, chunks, CASES[name], spill, threads)
        assert fed == outcome(add_joined, chunks, CASES[name], spill)


def test_counts_on_disk_are_the_same(spill: Spill) -> None:
    """Threads whose words outgrow their share leave runs, which are summed."""
    chunks = {f" word{number}": number + 1 for number in range(300)}
    kept = counted(feed_joined, chunks, CASES["prepend"], spill, 2)
    assert counted(feed_joined, chunks, CASES["prepend"], spill, 2, share=1) == kept
    assert (kept["Ġword"], kept["299"]) == (sum(chunks.values()), 300)


@pytest.mark.parametrize("text", [MARK, f"{MARK} {MARK}"])
def test_text_that_has_the_mark_is_counted_too(spill: Spill, text: str) -> None:
    """It is a word like any other."""
    found = counted(feed_joined, {f" {text}": 3, " a": 1}, Case(None, p.WhitespaceSplit(), "space"), spill)
    assert found == {MARK: 3 * text.count(MARK), "a": 1}


def test_a_word_across_a_cut_is_found_out(spill: Spill) -> None:
    """As it is where each text is looked at."""
    case = Case(None, p.Split(Regex("j.*kv 9+"), "isolated"), "space")
    with pytest.raises(Crossing, match="looks across the cut before ' 99'"):
        counted(feed_joined, {" 99": 1, " 7": 2}, case, spill)


def test_text_that_has_the_mark_hides_no_word_across_a_cut(spill: Spill) -> None:
    """Were the mark always the same, its word in one chunk would stand for the one that another chunk has lost."""
    case = Case(None, p.Split(Regex(" (?!9)"), "isolated"), "space")
    for text in (MARK, marked([" 99"]), marked([f" {MARK}"])):
        with pytest.raises(Crossing, match="looks across the cut before ' 99"):
            counted(feed_joined, {" 99": 1, f" {text}": 1}, case, spill)


def test_a_count_that_is_too_large_is_refused(spill: Spill) -> None:
    """One word of two chunks, each of which a count can hold."""
    with pytest.raises(OverflowError, match=r"over 2(⁶³|\^63) - 1"):
        counted(feed_joined, {" a": 2**62, " a\n": 2**62}, Case(None, p.WhitespaceSplit(), "space"), spill)
    with pytest.raises(OverflowError, match="'Ġa' is over 2⁶³ - 1"):
        counted(feed_joined, {" a": 2**62, " a a": 2**62}, CASES["prepend"], spill)


def test_no_thread_of_tokenizers_is_asked_for(spill: Spill, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says so while trainers are fed, and afterwards what it said before."""
    for before in ("true", None):
        monkeypatch.delenv(feeding.PARALLEL, raising=False)
        if before:
            monkeypatch.setenv(feeding.PARALLEL, before)
        threads = len(list(Path("/proc/self/task").glob("*"))) if Path("/proc/self/task").exists() else 0
        counted(feed_joined, {" a": 1}, CASES["prepend"], spill)
        assert os.environ.get(feeding.PARALLEL) == before
        assert not threads or len(list(Path("/proc/self/task").glob("*"))) == threads


def test_what_is_not_fed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts in Python, which take turns, and a chunk so long that Ctrl-C would have to wait."""
    plan = CountingPlan(CASES["prepend"].json, "space", 2)
    assert can_feed(Documents.of([" a"]), plan)
    assert not can_feed(Documents.of([" " + "a" * LONGEST]), plan)
    assert not can_feed(Documents.of([" a"]), CountingPlan(plan.pipeline, "space", 2, 0, {"a:Part": object}))


def test_a_thread_that_is_stopped_ends_before_it_is_fed_again() -> None:
    """So Ctrl-C waits for one feeding at most."""
    feeder = feeding._Feeder(CASES["prepend"].json, Splitter.of(CASES["prepend"].json))
    feeder.add(Documents.counted([(" a", 2)]))
    feeder.stop()
    with pytest.raises(_kernels.Stopped):
        feeder.add(Documents.counted([(" a", 2)]))
    assert len(feeder.words) == 1
