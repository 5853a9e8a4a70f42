"""Batches: of like length, each window once, the same for any number of processes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch", reason="pip install 'tokbench[validate]'")
from tokbench.validation.batching import Padding, by_length, plan, shares
from tokbench.validation.windows import IGNORED, Window

LENGTHS = st.lists(st.integers(2, 60), min_size=1, max_size=300)
SIZES = st.integers(1, 9)


def padded(batches: list[list[int]], lengths: list[int]) -> int:
    """Return the tokens that the batches take, padding included."""
    return sum(len(batch) * max(lengths[index] for index in batch) for batch in batches)


@given(LENGTHS, SIZES, st.integers(0, 3))
def test_an_epoch_has_every_window_once(lengths, size, epoch):
    """No batch is larger than asked, and the one with the longest window is first."""
    batches = plan(lengths, size, 7, epoch)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert max(map(len, batches)) <= size
    assert lengths[batches[0][0]] == max(lengths)


def test_epochs_differ_and_seeds_repeat():
    """The order is drawn from seed and epoch alone."""
    lengths = list(range(2, 60)) * 3
    assert plan(lengths, 4, 1, 0) == plan(lengths, 4, 1, 0)
    assert plan(lengths, 4, 1, 0) != plan(lengths, 4, 1, 1)
    assert plan(lengths, 4, 1, 0) != plan(lengths, 4, 2, 0)


@given(st.lists(st.integers(2, 60), min_size=100, max_size=300), st.integers(4, 9))
def test_batches_by_length_pad_less(lengths, size):
    """Than batches in the order of the windows."""
    plain = [list(range(start, min(start + size, len(lengths)))) for start in range(0, len(lengths), size)]
    assert padded(plan(lengths, size, 7, 0), lengths) <= padded(plain, lengths)
    assert padded(by_length(lengths, size), lengths) <= padded(plan(lengths, size, 7, 0), lengths)


@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 4))
def test_processes_share_a_batch(count, parts, processes):
    """Together they compute each row once, in as many parts each."""
    shared = [list(shares(range(count), parts, processes, process)) for process in range(processes)]
    assert sorted(row for of_process in shared for part in of_process for row in part) == list(range(count))
    assert {len(of_process) for of_process in shared} == {parts}


def test_padding_teaches_nothing():
    """Rows are filled with the padding token, attention stops, labels are ignored."""
    windows = [Window(0, [5, 6, 7], [0, 0, 0], [1, 2, 1], [0, 1, 2], []), Window(1, [8], [1], [0], [0], [])]
    inputs = Padding(9, type_ids=True, multiple=4).inputs(windows)
    assert inputs["input_ids"].tolist() == [[5, 6, 7, 9], [8, 9, 9, 9]]
    assert inputs["attention_mask"].tolist() == [[1, 1, 1, 0], [1, 0, 0, 0]]
    assert inputs["token_type_ids"].tolist() == [[0, 0, 0, 0], [1, 0, 0, 0]]
    assert Padding(9, type_ids=False).labels(windows).tolist() == [[1, 2, 1], [0, IGNORED, IGNORED]]
