"""Batches of windows of like length, in an order that a seed decides, the same for any number of processes.

lengths 9 2 8 3, batch size 2  →  [9 8] [2 3]       padding 2 tokens, where [9 2] [8 3] pads 12
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from tokbench.validation.windows import IGNORED, Window

POOL = 50
"""Batches that are drawn together, and sorted by length among themselves: enough to pad little, and to mix well."""
Tensors = dict[str, torch.Tensor]


def plan(lengths: Sequence[int], size: int, seed: int, epoch: int) -> list[list[int]]:
    """Return the batches of an epoch, as indices; the one with the longest window is first, so memory fails early."""
    rng = np.random.default_rng((seed, epoch))
    order = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), size * POOL):
        pool = sorted(order[start : start + size * POOL].tolist(), key=lambda index: -lengths[index])
        batches += [pool[place : place + size] for place in range(0, len(pool), size)]
    shuffled = [batches[place] for place in rng.permutation(len(batches))]
    return sorted(shuffled, key=lambda batch: lengths[batch[0]] != max(lengths))


def endless(lengths: Sequence[int], size: int, seed: int) -> Iterator[list[int]]:
    """Yield the batches of one epoch after the other."""
    for epoch in itertools.count():
        yield from plan(lengths, size, seed, epoch)


def by_length(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Return batches in which nothing is mixed, longest first: for predictions."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    return [order[start : start + size] for start in range(0, len(order), size)]


def shares(batch: Sequence[int], parts: int, processes: int, process: int) -> Iterator[list[int]]:
    """Yield what one process computes of a batch, part by part; every part is like long, and none is left out.

    `(0 1 2 3 4 5 6 7)` in two parts for two processes → `(0 2) (4 6)` and `(1 3) (5 7)`
    """
    size = -(-len(batch) // parts)
    for start in range(0, size * parts, size):
        yield list(batch[start : start + size][process::processes])


@dataclass(frozen=True)
class Padding:
    """How windows become tensors: the id of padding, the inputs that the model takes, and a width to round up to."""

    token: int
    type_ids: bool
    multiple: int = 1

    def inputs(self, windows: Sequence[Window]) -> Tensors:
        """Return `input_ids`, `attention_mask`, and `token_type_ids` where the model takes them: (windows, width)."""
        inputs = {
            "input_ids": self.stacked([window.ids for window in windows], self.token),
            "attention_mask": self.stacked([[1] * len(window.ids) for window in windows], 0),
        }
        if self.type_ids:
            inputs["token_type_ids"] = self.stacked([window.types for window in windows], 0)
        return inputs

    def labels(self, windows: Sequence[Window]) -> torch.Tensor:
        """Return the labels, padding ignored: (windows, width)."""
        return self.stacked([window.labels for window in windows], IGNORED)

    def stacked(self, rows: Sequence[Sequence[int]], filling: int) -> torch.Tensor:
        """Return rows of unlike length as a tensor (rows, width), filled up."""
        width = -(-max(map(len, rows)) // self.multiple) * self.multiple
        stacked: Any = np.full((len(rows), width), filling, dtype=np.int64)
        for row, values in zip(stacked, rows, strict=True):
            row[: len(values)] = values
        return torch.from_numpy(stacked)
