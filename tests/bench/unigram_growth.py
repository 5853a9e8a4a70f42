"""Time and memory of Unigram training against the number of distinct words; `unigram.py --generated` prints them.

Words are made up: `▁`, a root of its own for each, and an ending of two to four syllables, of which few are frequent;
so they have endings in common, as words of languages do. The n-th most frequent has a count near their number over n
(Zipf's law).
"""

from __future__ import annotations

import time
from typing import Any

from memory import peak_memory

LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
SYLLABLES = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "ai", "en", "ir")]
LONGEST = 4
"""Syllables of an ending."""


def made_up(size: int) -> Any:
    """Return so many words with their counts."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute

    from tokbench.counting.words import WordCounts

    chance = np.random.default_rng(1)
    lengths = chance.integers(2, LONGEST + 1, size)
    parts = []
    for place in range(LONGEST):
        # Small numbers are the most frequent.
        column = chance.zipf(1.3, size).clip(max=len(SYLLABLES)) - 1
        indices = pa.array(np.where(lengths > place, column, len(SYLLABLES)), pa.int32())
        parts.append(pa.DictionaryArray.from_arrays(indices, [*SYLLABLES, ""]).cast(pa.large_string()))
    begin, nothing = (pa.scalar(text, pa.large_string()) for text in ("▁", ""))
    words = compute.binary_join_element_wise(begin, roots(size), *parts, nothing)
    counts = pa.array(size // (chance.permutation(size) + 1) + 1, pa.int64())
    return WordCounts.of_arrow(words.take(compute.sort_indices(words)), counts)


def roots(size: int) -> Any:
    """Return the numbers below `size`, written in letters, all equally long."""
    import numpy as np
    import pyarrow as pa

    width = 1
    while len(LETTERS) ** width < size:
        width += 1
    letters = np.frombuffer(LETTERS.encode(), np.uint8)
    written = np.empty((size, width), np.uint8)
    numbers = np.arange(size)
    for place in range(width):
        written[:, place] = letters[numbers % len(LETTERS)]
        numbers //= len(LETTERS)
    offsets = np.arange(0, size * width + 1, width, dtype=np.int64)
    return pa.LargeStringArray.from_buffers(size, pa.py_buffer(offsets), pa.py_buffer(written))


def measure(size: int, vocab_size: int, threads: int) -> dict[str, float]:
    """Train on made-up words, and return seconds and memory."""
    from pyarrow import compute

    from tokbench.kernels.unigram import UnigramOptions, learn_unigram

    words = made_up(size)
    before = peak_memory()
    wall, cpu = time.perf_counter(), time.process_time()
    learn_unigram(words, UnigramOptions(vocab_size=vocab_size), lambda pieces: None, threads)
    figures = {"wall s": time.perf_counter() - wall, "CPU s": time.process_time() - cpu}
    characters = compute.sum(compute.utf8_length(words.words.arrow())).as_py()
    return {**figures, "MB": peak_memory(), "MB before": before, "characters": characters}


def show(size: int, found: dict[str, float]) -> None:
    """Print a row."""
    cells = [f"{found['wall s']:10.1f}{found['CPU s']:10.1f}{found['MB']:10.0f}{found['MB before']:18.0f}"]
    print(f"{size:>15,}{found['characters']:>15,}{cells[0]}", flush=True)


def show_header() -> None:
    """Print what the columns are."""
    print(f"{'distinct words':>15}{'characters':>15}{'wall s':>10}{'CPU s':>10}{'MB':>10}{'MB before that':>18}")
