"""Words of distinct chunks, counted by the word-level trainer of `tokenizers`, on as many threads as are asked for.

A trainer runs the normalizer and pre-tokenizer outside the interpreter's lock and makes no Python object of a word, and
its state, which is what pickling saves, has the words that it was fed and how often each came. So threads can feed one
trainer each:

    " a b" 2, " b" 2, " a" 3  →  fed " a b b", times 2: a 1, b 2;  fed " a", times 3: a 1  →  a 5, b 4
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterator

from tokenizers import Tokenizer, models, trainers

from tokbench.contracts import CountingPlan
from tokbench.counting.split_words import batches
from tokbench.counting.splitter import Splitter
from tokbench.counting.spread import count_batches
from tokbench.counting.word_total import WordTotal
from tokbench.counting.words import LARGEST
from tokbench.documents import Documents
from tokbench.kernels import _kernels

MARK = "zqxjkv"
"""How what stands before chunks begins, as `SOLID` does, in letters whose words no text is likely to have."""
CONSONANTS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
"""How a mark ends: with the checksum of the texts that it stands before, which hold it by no accident."""
LONGEST = 1 << 20
"""Bytes of the longest chunk that is counted here: what a trainer is at, Ctrl-C cannot end."""
PARALLEL = "TOKENIZERS_PARALLELISM"


def can_feed(chunks: Documents, plan: CountingPlan) -> bool:
    """Tell whether trainers are to count the words of these chunks: no part is Python, and no chunk has no end."""
    return not plan.classes and _kernels.is_clean(chunks.texts.offsets, chunks.texts.data, LONGEST)


def feed_joined(total: WordTotal, splitter: Splitter, chunks: Documents, plan: CountingPlan) -> None:
    """Add the words of chunks that other text precedes in their documents; raises `Crossing` where a cut is wrong."""
    feeders = [_Feeder(plan.pipeline, splitter) for _ in range(plan.threads)]

    def relieve(feeder: _Feeder) -> None:
        feeder.words = total.relieved(feeder.words)

    with _one_thread_each():
        count_batches(batches(chunks), feeders, relieve)
    total.add(feeder.words for feeder in feeders)


class _Feeder:
    """Counts the words of batches of chunks; it belongs to one thread."""

    def __init__(self, pipeline: str, splitter: Splitter) -> None:
        self.words = _kernels.WordCounter()
        self._splitter = splitter
        self._tokenizer = Tokenizer.from_str(pipeline)
        self._tokenizer.model = models.WordLevel()
        self._stopped = False

    def add(self, batch: Documents) -> None:
        """Add the words of chunks, each as often as it stands for itself."""
        for times, texts in _by_times(batch).items():
            if self._stopped:
                raise _kernels.Stopped
            words = self._fed(texts)
            if words is None:
                for text in texts:
                    self.words.add(self._splitter.words_inside(text), times)
            else:
                self._add(words, times)

    def stop(self) -> None:
        """Make an `add` that another thread is in raise within tenths of a second."""
        self._stopped = True

    def _fed(self, texts: list[str]) -> dict[str, int] | None:
        """Return the words of texts without those of the mark before each; None where these are not what they were."""
        trainer = trainers.WordLevelTrainer(vocab_size=0, show_progress=False)
        mark = marked(texts)
        self._tokenizer.train_from_iterator([[mark + text for text in texts]], trainer)
        words: dict[str, int] = json.loads(trainer.__getstate__())["WordLevelTrainer"]["words"]
        before = Counter(self._splitter.words(mark))
        for word, times in before.items():
            words[word] = words.get(word, 0) - times * len(texts)
        # No text has the mark's longest word, so each of them came from a mark that no word reached across.
        telling = max(before, key=len, default="")
        return words if min(words.values(), default=0) >= 0 and not words.get(telling) else None

    def _add(self, words: dict[str, int], times: int) -> None:
        by_count: dict[int, list[str]] = {}
        for word, count in words.items():
            by_count.setdefault(count * times, []).append(word)
        by_count.pop(0, None)
        if max(by_count, default=0) > LARGEST:
            raise _kernels.CountOverflow(f"the count of {by_count[max(by_count)][0]!r} is over 2⁶³ - 1")
        for count, some in by_count.items():
            self.words.add(some, count)


def marked(texts: list[str]) -> str:
    """Return what stands before each of these texts: ``[" a", " zqxjkv"] → "zqxjkvbrnpgllq"``."""
    return MARK + f"{zlib.crc32(''.join(texts).encode()):08x}".translate(CONSONANTS)


def _by_times(batch: Documents) -> dict[int, list[str]]:
    """Return texts by how often they are counted; those of too many counts under the powers of two that make these.

    ``{"a": 5, "b": 4} → {4: ["a", "b"], 1: ["a"]}`` takes two feedings and not a feeding for each count.
    """
    texts: dict[int, list[str]] = {}
    counts = set(batch.counts or (1,))
    apart = len(counts) <= max(counts).bit_length()
    for text, count in batch:
        for times in (count,) if apart else _powers(count):
            texts.setdefault(times, []).append(text)
    return texts


def _powers(number: int) -> Iterator[int]:
    """Yield the powers of two that make a number: ``5 → 1, 4``."""
    return (1 << bit for bit in range(number.bit_length()) if number >> bit & 1)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let no trainer start threads of its own: `tokenizers` reads the variable at every call."""
    before = os.environ.get(PARALLEL)
    os.environ[PARALLEL] = "false"
    try:
        yield
    finally:
        del os.environ[PARALLEL]
        if before is not None:
            os.environ[PARALLEL] = before
