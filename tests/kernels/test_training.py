"""What the compiled trainer bears: sizes, counts, odd words, interrupts; and that it gives the same every time."""

from __future__ import annotations

import _thread
import itertools
import os
import random
import subprocess
import sys
import threading
import time
from array import array

import numpy as np
import pytest

from tokbench.counting.words import WordCounts
from tokbench.kernels import _kernels, reference, training
from tokbench.kernels.training import MergeOptions, Merges
from tokbench.strings import Strings


def learn(words: WordCounts, first_threshold: int = 0, **options: object) -> Merges:
    """Train with the compiled core."""
    return training.learn_merges(words, MergeOptions(**options), lambda tokens: None, first_threshold)  # type: ignore[arg-type]


def zipf(size: int, seed: int = 1) -> WordCounts:
    """Return made-up words with counts as natural as they come."""
    chance = random.Random(seed)
    syllables = ["".join(pair) for pair in itertools.product("bdklmnprst", "aeiouäö")]
    words = {"".join(chance.choices(syllables, k=chance.randint(1, 5))) for _ in range(size)}
    return WordCounts.of((word, 1 + 100_000 // rank) for rank, word in enumerate(sorted(words), 1))


@pytest.mark.parametrize("count", [2**31 + 1, 2**32, 2**53 + 1, 2**54])
def test_large_counts(count: int) -> None:
    """Counts beyond 32 bits, and beyond what a float tells apart, order the pairs."""
    words = WordCounts.of([("ab", count), ("cd", count + 1), ("ef", count - 1)])
    assert list(learn(words, vocab_size=9).spelled()) == [("c", "d"), ("a", "b"), ("e", "f")]
    by_likelihood = list(learn(words, vocab_size=9, scoring="likelihood").spelled())
    assert by_likelihood == [("e", "f"), ("a", "b"), ("c", "d")]


def test_counts_that_overflow() -> None:
    """More characters than can be counted are refused, with what to do."""
    words = WordCounts.of([("abc", 2**56), ("de", 2**56)])
    with pytest.raises(ValueError, match=r"more than 2\^57 characters; scale the counts down"):
        learn(words, vocab_size=9)


@pytest.mark.parametrize("word", ["a", "", "\x00", "\x00\x00a", "é", "😀😀"])
def test_one_word(word: str) -> None:
    """A single word, whatever it is, gives what the specification gives."""
    words = WordCounts.of([(word, 3)])
    assert learn(words, vocab_size=9) == reference.learn_merges(words, MergeOptions(vocab_size=9))


def test_no_words() -> None:
    """No words give the reserved tokens and the initial alphabet."""
    trained = learn(WordCounts.of([]), vocab_size=9, reserved=("[UNK]",), initial_alphabet=("b", "a"))
    assert trained == Merges.of(["[UNK]", "a", "b"], [])


@pytest.mark.parametrize("scoring", ["frequency", "likelihood"])
@pytest.mark.parametrize("word", ["ab" * 500, "a" * 1000, "abc" * 400 + "a" * 300])
def test_long_tokens(word: str, scoring: str) -> None:
    """Tokens longer than a mark in 16 bits can tell are found all the same."""
    words = WordCounts.of([(word, 2), ("x" + word, 1)])
    options = MergeOptions(vocab_size=60, scoring=scoring)  # type: ignore[arg-type]
    assert learn(words, vocab_size=60, scoring=scoring) == reference.learn_merges(words, options)


def test_word_of_a_megabyte() -> None:
    """A word of 1 MB is a word."""
    word = "".join(random.Random(2).choices("abcdefgh", k=2**20))
    trained = learn(WordCounts.of([(word, 1)]), vocab_size=500)
    assert len(trained.tokens) == 500


def test_large_alphabet() -> None:
    """Tokens past 16 bits are told apart: 70,000 characters."""
    characters = [chr(point) for point in range(0x10000, 0x10000 + 70_000)]
    words = WordCounts.of(
        (a + b, 1 + i) for i, (a, b) in enumerate(zip(characters[::2], characters[1::2], strict=True))
    )
    trained = learn(words, vocab_size=70_010)
    assert trained.tokens[:70_000] == characters
    assert trained.tokens[70_000:] == list(words.words)[: -10 - 1 : -1]


def test_vocabulary_past_16_bits() -> None:
    """The width of symbols changes nothing: a larger vocabulary begins with the smaller one."""
    words = zipf(3000)
    wide = learn(words, vocab_size=100_000)
    narrow = learn(words, vocab_size=2000)
    assert wide.tokens[:2000] == narrow.tokens
    assert len(wide.tokens) < 100_000


@pytest.mark.parametrize("first_threshold", [1, 5, 1000, 10**6, 2**50])
def test_threshold_changes_nothing(first_threshold: int) -> None:
    """Where the index of places begins has no part in the result."""
    words = zipf(4000)
    assert learn(words, first_threshold, vocab_size=3000) == learn(words, vocab_size=3000)


@pytest.mark.parametrize("first_threshold", [0, 1, 4, 2**50])
@pytest.mark.parametrize(("prefix", "counted"), [("#", {"#bbb": 4}), ("a", {"a###": 3, "b#a": 2})])
def test_token_made_twice(prefix: str, counted: dict[str, int], first_threshold: int) -> None:
    """Where the prefix is a character too, a merge makes a token that words had before: all pairs must be known."""
    words = WordCounts.of(counted.items())
    options = MergeOptions(vocab_size=40, prefix=prefix)
    trained = learn(words, first_threshold, vocab_size=40, prefix=prefix)
    made = [left + right.removeprefix(prefix) for left, right in trained.spelled()]
    assert len(set(made)) < len(made)
    assert trained == reference.learn_merges(words, options)


def test_sliced_arrays() -> None:
    """Words that begin and end inside their buffers are read right."""
    words = zipf(200)
    part = WordCounts(words.words[50:150], words.counts[50:150])
    assert learn(part, vocab_size=150) == learn(WordCounts.of(part), vocab_size=150)


@pytest.mark.parametrize("bad", [b"a\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xb8", b"\x80"])
def test_not_utf8(bad: bytes) -> None:
    """Bytes that are not UTF-8 (overlong, surrogates, too high, cut short) are refused, with their place."""
    words = Strings(memoryview(array("q", [0, 1, 1 + len(bad)])), memoryview(b"x" + bad))
    with pytest.raises(ValueError, match="word 1 is not UTF-8 at its byte"):
        learn(WordCounts(words, memoryview(array("q", [1, 1]))), vocab_size=9)


@pytest.mark.parametrize(
    ("offsets", "counts", "message"),
    [
        ([0, 5], [1], "offsets must not pass the end"),
        ([0, 2, 1], [1, 1], "offsets must not fall"),
        ([-1, 2], [1], "offsets must not fall"),
        ([0, 1, 2], [1], "offsets must be one longer than counts"),
        ([0, 2], [0], "counts must be at least 1"),
        ([0, 2], [-5], "counts must be at least 1"),
    ],
)
def test_broken_buffers(offsets: list[int], counts: list[int], message: str) -> None:
    """Buffers that contradict each other are refused before they are read."""
    text = np.frombuffer(b"abc", np.uint8)
    with pytest.raises(ValueError, match=message):
        _kernels.learn_merges(
            np.array(offsets, np.int64),
            text,
            np.array(counts, np.int64),
            lambda tokens: None,
            vocab_size=9,
            reserved=[],
            min_frequency=0,
            initial_alphabet=[],
            limit_alphabet=None,
            max_token_length=None,
            prefix="",
            suffix="",
            by_likelihood=False,
        )


def test_progress() -> None:
    """The tokens so far are reported, rising, some twenty times a second."""
    seen: list[int] = []
    training.learn_merges(zipf(20_000), MergeOptions(vocab_size=15_000), seen.append)
    assert seen == sorted(seen)
    assert seen
    assert seen[-1] <= 15_000


def test_errors_of_the_report_come_through() -> None:
    """What the report raises stops the training."""

    def refuse(tokens: int) -> None:
        raise RuntimeError(f"enough at {tokens}")

    with pytest.raises(RuntimeError, match="enough at"):
        training.learn_merges(zipf(100), MergeOptions(vocab_size=500), refuse)


def test_interrupt() -> None:
    """Ctrl-C stops the training within a second."""
    word = "".join(random.Random(3).choices("abcdefghijklmnopqrstuvwxyz", k=2**22))
    words = WordCounts.of((word[i:], 1) for i in range(8))
    interrupted: list[float] = []

    def interrupt() -> None:
        interrupted.append(time.monotonic())
        _thread.interrupt_main()

    threading.Timer(0.2, interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        learn(words, vocab_size=60_000)
    # Also under a sanitizer, beside other work.
    assert time.monotonic() - interrupted[0] < 2


def test_pairs() -> None:
    """Merges read like a list of pairs, in ids and spelled, though they are only numbers."""
    trained = Merges.of(["l", "o", "lo"], [(0, 1), (2, 0), (2, 1)])
    spelled = [("l", "o"), ("lo", "l"), ("lo", "o")]
    assert list(trained.merges) == [(0, 1), (2, 0), (2, 1)]
    assert list(trained.spelled()) == [trained.spelled()[index] for index in range(3)] == spelled
    assert trained.spelled()[-1] == ("lo", "o")
    for cut in (slice(1, None), slice(-2, 9), slice(2, 1), slice(5, 9)):
        assert list(trained.spelled()[cut]) == spelled[cut]
    with pytest.raises(IndexError):
        trained.spelled()[3]


def test_same_in_every_process() -> None:
    """Hash seeds, addresses and runs have no part in the result."""
    code = (
        "import hashlib; from tests.kernels.test_training import learn, zipf\n"
        "for options in ({}, {'prefix': '##'}, {'scoring': 'likelihood'}, {'limit_alphabet': 8}):\n"
        "    trained = learn(zipf(2000), vocab_size=1500, **options)\n"
        "    print(hashlib.sha256(repr([trained.tokens, *trained.merges]).encode()).hexdigest())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1
    assert len(set(outputs.pop().split())) == 4
