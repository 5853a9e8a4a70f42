"""What the compiled Unigram trainer bears, and that it gives the same bits everywhere."""

from __future__ import annotations

import _thread
import hashlib
import itertools
import math
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from array import array
from pathlib import Path

import numpy as np
import pytest

from tokbench.counting.words import WordCounts
from tokbench.kernels import _kernels, reference, unigram
from tokbench.kernels.unigram import DECIMALS, Pieces, UnigramOptions
from tokbench.strings import Strings

KERNELS = Path(__file__).parents[2] / "tokbench" / "kernels"
GOLDEN = "582cece0c98ee060"
"""The beginning of the hash of what `fingerprint` trains; another one is another trainer."""


def learn(words: WordCounts, threads: int = 1, **options: object) -> Pieces:
    """Train with the compiled core."""
    return unigram.learn_unigram(words, UnigramOptions(**options), lambda pieces: None, threads)  # type: ignore[arg-type]


def made_up(size: int) -> WordCounts:
    """Return made-up words, some long and some of unusual characters, with counts as natural as they come."""
    chance = random.Random(1)
    syllables = ["".join(pair) for pair in itertools.product("bdklmnprst中文", "aeiouäö😀")]
    words = {"".join(chance.choices(syllables, k=300 // chance.randint(1, 300))) for _ in range(size)}
    return WordCounts.of((word, 1 + 100_000 // rank) for rank, word in enumerate(sorted(words), 1))


def fingerprint(threads: int) -> str:
    """Return the hash of tokens and of scores, to the last bit."""
    trained = learn(made_up(6000), threads, vocab_size=900, reserved=("<unk>",), user_defined=("ba中",))
    state = hashlib.sha256("\0".join(trained.tokens).encode())
    state.update(np.array(trained.scores).tobytes())
    return state.hexdigest()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_golden(threads: int) -> None:
    """The same bits come out on every machine, for any number of threads."""
    assert fingerprint(threads).startswith(GOLDEN)


@pytest.mark.parametrize("without", ["", "-AVX512F,-AVX2,-FMA,-AVX"])
def test_golden_with_other_libraries(without: str) -> None:
    """What the C library makes of the processor, hash seeds and addresses have no part in the result."""
    code = "from tests.kernels.test_unigram_robustness import fingerprint; print(fingerprint(2))"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    if without:
        environment["GLIBC_TUNABLES"] = f"glibc.cpu.hwcaps={without}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)
    assert done.stdout.startswith(GOLDEN)


@pytest.mark.skipif("TOKBENCH_SANITIZED" in os.environ, reason="this is about the usual build")
def test_wider_vectors(tmp_path: Path) -> None:
    """Compiled for processors with AVX2 and fused multiplications, the trainer gives the same bits as without."""
    if not shutil.which("g++") or "avx2" not in flags_of_processor():
        pytest.skip("it takes g++ and a processor with AVX2")
    numbers = [KERNELS / "unigram.cpp", KERNELS / "unigram_lattice.cpp"]
    others = [Path(__file__).parent / "unigram_program.cpp", *sorted({*KERNELS.glob("unigram*.cpp")} - {*numbers})]
    compile_to(tmp_path / "numbers.o", "-O3", "-march=x86-64-v3", "-r", *numbers)
    program = tmp_path / "program"
    compile_to(program, "-O0", *others, tmp_path / "numbers.o")
    words = made_up(6000)
    lines = "".join(f"{count}\t{word}\n" for word, count in words)
    done = subprocess.run([program, "900", "2"], input=lines, capture_output=True, check=True, text=True)
    rows = (line.split("\t") for line in done.stdout.splitlines())
    found = {piece: round(float.fromhex(score), DECIMALS) for score, piece in rows}
    trained = learn(words, vocab_size=900)
    assert found == dict(zip(trained.tokens, trained.scores, strict=True))


def compile_to(output: Path, *arguments: str | Path) -> None:
    """Compile for C++20, without contraction as CMakeLists.txt says."""
    options = ["-std=c++20", "-ffp-contract=off", "-pthread", f"-I{KERNELS}"]
    subprocess.run(["g++", *options, *arguments, "-o", output], check=True)


def flags_of_processor() -> set[str]:
    """Return what the processor can do, by the names that Linux gives it."""
    found = Path("/proc/cpuinfo")
    return set(found.read_text().split()) if found.exists() else set()


@pytest.mark.parametrize("length", [50, 400, 700])
def test_long_words_are_as_specified(length: int) -> None:
    """Words whose probability no double holds give what the specification gives."""
    chance = random.Random(length)
    words = WordCounts.of(("".join(chance.choices("abcdefgh" * 9 + "xyz", k=length)), 1 + i) for i in range(3))
    options = UnigramOptions(vocab_size=60)
    assert learn(words, vocab_size=60) == reference.learn_unigram(words, options)


def test_word_of_a_megabyte() -> None:
    """A word of 1 MB is a word."""
    word = "".join(random.Random(2).choices("abcdefgh", k=2**20))
    trained = learn(WordCounts.of([(word, 1)]), vocab_size=500, seed_size=10_000)
    assert len(trained.tokens) == 500
    assert all(math.isfinite(score) for score in trained.scores)


def test_one_letter_over_and_over() -> None:
    """A long run of one character is spelled with the longest pieces."""
    trained = learn(WordCounts.of([("a" * 100_000, 3)]), vocab_size=20)
    assert "a" * 16 in trained.tokens


@pytest.mark.parametrize("count", [2**32, 2**33 + 1, 2**48])
def test_large_counts(count: int) -> None:
    """Counts beyond 32 bits give what the specification gives, and no infinite score."""
    words = WordCounts.of([("low", 5 * count), ("lower", 2 * count + 1), ("newest", 6 * count - 1)])
    trained = learn(words, vocab_size=15)
    assert trained == reference.learn_unigram(words, UnigramOptions(vocab_size=15))
    assert all(math.isfinite(score) for score in trained.scores)


def test_counts_that_overflow() -> None:
    """More characters than can be counted are refused, with what to do."""
    with pytest.raises(ValueError, match=r"2\^55 characters or more in all; scale the counts down"):
        learn(WordCounts.of([("abc", 2**54)]), vocab_size=9)


@pytest.mark.parametrize("bad", [b"a\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe4\xb8", b"\x80"])
def test_not_utf8(bad: bytes) -> None:
    """Bytes that are not UTF-8 are refused, with their place."""
    words = Strings(memoryview(array("q", [0, 1, 1 + len(bad)])), memoryview(b"x" + bad))
    with pytest.raises(ValueError, match="word 1 is not UTF-8 at its byte"):
        learn(WordCounts(words, memoryview(array("q", [1, 1]))), vocab_size=9)


def test_no_words() -> None:
    """No words give the fixed tokens and the initial alphabet."""
    trained = learn(WordCounts.of([]), vocab_size=9, reserved=("<unk>",), initial_alphabet=("b", "a"))
    assert trained.tokens == ["<unk>", "a", "b"]


def test_many_characters() -> None:
    """Characters past 16 bits are told apart: 70,000 of them."""
    characters = [chr(point) for point in range(0x10000, 0x10000 + 70_000)]
    words = WordCounts.of((a + b, 2) for a, b in zip(characters[::2], characters[1::2], strict=True))
    trained = learn(words, vocab_size=70_100)
    assert len(trained.tokens) == 70_100
    assert set(characters) <= set(trained.tokens)


def test_progress() -> None:
    """The pieces that are left are reported, and never more than before."""
    seen: list[int] = []
    unigram.learn_unigram(made_up(20_000), UnigramOptions(vocab_size=1000), seen.append, 2)
    left = [pieces for pieces in seen if pieces]
    assert left == sorted(left, reverse=True)
    assert left


def test_phases() -> None:
    """Each phase is told where it begins, and what comes up there stops the training."""
    words, options, seen = made_up(500), UnigramOptions(vocab_size=200), list[str]()
    trained = unigram.learn_unigram(words, options, lambda pieces: None, 2, seen.append)
    assert trained == unigram.learn_unigram(words, options, lambda pieces: None, 2)
    assert seen[:5] == ["characters", "texts", "sorting", "strings", "seeds"]
    assert seen[-1] == "result"
    assert set(seen[5:-1:2]) == {"expectation"}
    assert set(seen[6:-1:2]) == {"pruning"}

    def refuse(phase: str) -> None:
        raise RuntimeError(f"not {phase}")

    with pytest.raises(RuntimeError, match="not characters"):
        unigram.learn_unigram(words, options, lambda pieces: None, 2, refuse)


def test_one_core_is_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that may use one core of many trains on one thread: others would wait for it, each with its sums."""
    asked: list[int] = []
    monkeypatch.setattr("tokbench.machine.os.sched_getaffinity", lambda process: {3}, raising=False)
    monkeypatch.setattr(_kernels, "learn_unigram", lambda *words, threads, **options: (asked.append(threads) or [], {}))
    unigram.learn_unigram(made_up(5), UnigramOptions(vocab_size=20), lambda pieces: None)
    assert asked == [1]


def test_errors_of_the_report_come_through() -> None:
    """What the report raises stops the training."""

    def refuse(pieces: int) -> None:
        raise RuntimeError(f"enough at {pieces}")

    with pytest.raises(RuntimeError, match="enough at"):
        unigram.learn_unigram(made_up(100), UnigramOptions(vocab_size=500), refuse, 3)


@pytest.mark.parametrize("threads", [1, 3])
def test_interrupt(threads: int) -> None:
    """Ctrl-C stops the training within a second."""
    chance = random.Random(3)
    words = WordCounts.of(("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=40)), 1) for _ in range(60_000))
    threading.Timer(0.3, _thread.interrupt_main).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        learn(words, threads, vocab_size=1000)
    assert time.monotonic() - begun < 1.5
