"""The compiled core, as Python sees it."""

import enum
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

# ---------------------------------------------------------------- counting

# Offsets of shape (n + 1,), the bytes of n strings, and their n counts.
_Counts = tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8], npt.NDArray[np.int64]]

class InvalidText(ValueError): ...
class CountOverflow(OverflowError): ...
class Stopped(RuntimeError): ...

PARTS: int

def split_lines(text: bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]: ...
def give_back() -> None: ...

class Cut(enum.Enum):
    never = 0
    space = 1
    ascii_space = 2

class ChunkCounter:
    bytes: int
    def __init__(self, where: Cut) -> None: ...
    def add(
        self,
        offsets: npt.NDArray[np.int32 | np.int64],
        data: npt.NDArray[np.uint8],
        weights: npt.NDArray[np.int64] | None,
    ) -> None: ...
    def absorb(self, other: ChunkCounter) -> None: ...
    def dump(
        self,
    ) -> tuple[
        npt.NDArray[np.int64],
        npt.NDArray[np.uint8],
        npt.NDArray[np.int64],
        npt.NDArray[np.uint8],
        npt.NDArray[np.int64],
    ]: ...
    def add_counted(
        self,
        offsets: npt.NDArray[np.int64],
        data: npt.NDArray[np.uint8],
        counts: npt.NDArray[np.int64],
        flags: npt.NDArray[np.uint8],
        split: int,
        splits: int,
    ) -> None: ...
    def stop(self) -> None: ...
    def sorted(self, first: bool) -> _Counts: ...
    def not_plain(self, first: bool, pipeline: Pipeline) -> _Counts: ...
    def __len__(self) -> int: ...

class Pipeline:
    def __init__(self, splits: Sequence[str], prefix: str, normalizer: Sequence[str] | None) -> None: ...

class WordCounter:
    bytes: int
    def __init__(self) -> None: ...
    def add(self, words: list[str], times: int) -> None: ...
    def add_text(self, text: str, pipeline: Pipeline, first: bool, times: int) -> None: ...
    def add_documents(
        self,
        offsets: npt.NDArray[np.int32 | np.int64],
        data: npt.NDArray[np.uint8],
        weights: npt.NDArray[np.int64] | None,
        pipeline: Pipeline,
        others: ChunkCounter,
    ) -> None: ...
    def add_chunks(self, chunks: ChunkCounter, pipeline: Pipeline, part: int, parts: int) -> None: ...
    def absorb(self, other: WordCounter) -> None: ...
    def stop(self) -> None: ...
    def sorted(self, as_bytes: bool) -> _Counts: ...
    def __len__(self) -> int: ...

# ---------------------------------------------------------------- training

def learn_merges(
    offsets: npt.NDArray[np.int64],
    text: npt.NDArray[np.uint8],
    counts: npt.NDArray[np.int64],
    report: Callable[[int], None],
    *,
    sizes: list[int],
    reserved: list[str],
    min_frequency: int,
    initial_alphabet: list[int],
    limit_alphabet: int | None,
    max_token_length: int | None,
    prefix: str,
    suffix: str,
    by_likelihood: bool,
    first_threshold: int = 0,
) -> tuple[list[str], list[tuple[int, list[tuple[int, int]]]]]: ...
def learn_unigram(
    offsets: npt.NDArray[np.int64],
    text: npt.NDArray[np.uint8],
    counts: npt.NDArray[np.int64],
    report: Callable[[int], None],
    *,
    vocab_size: int,
    reserved: list[str],
    user_defined: list[str],
    seed_size: int,
    shrinking_factor: float,
    max_piece_length: int,
    n_sub_iterations: int,
    character_coverage: float,
    initial_alphabet: list[int],
    apart: list[str],
    alone: str,
    threads: int,
) -> tuple[list[int], list[str], list[float]]: ...
