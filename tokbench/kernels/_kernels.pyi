"""The compiled core, as Python sees it."""

import enum
from collections.abc import Callable, Sequence

from tokbench.strings import Numbers

# What was learned: tokens, merges, sizes, how many tokens no merge made, and the fields of a checkpoint.
_Learned = tuple[list[str], memoryview, memoryview, int, tuple[memoryview, Numbers, Numbers, memoryview, int] | None]

# ---------------------------------------------------------------- counting

# Offsets of shape (n + 1,), the bytes of n strings, and their n counts.
_Counts = tuple[Numbers, memoryview, Numbers]

class InvalidText(ValueError): ...
class CountOverflow(OverflowError): ...
class Stopped(RuntimeError): ...

PARTS: int

def split_lines(
    before: bytes, text: bytes, size: int, longest: int
) -> tuple[int, tuple[Numbers, memoryview], bool]: ...
def is_utf8(text: bytes, portable: bool = False) -> bool: ...
def count_lines(text: bytes) -> int: ...
def json_lines(
    before: bytes, text: bytes, size: int, field: str, longest: int
) -> tuple[int, tuple[Numbers, memoryview] | None]: ...
def moved(offsets: Numbers, by: int) -> Numbers: ...
def is_clean(offsets: Numbers, data: memoryview, longest: int) -> bool: ...
def give_back() -> None: ...

class Cut(enum.Enum):
    never = 0
    space = 1
    ascii_space = 2

def joined(offsets: Numbers, data: memoryview, counts: Numbers, where: Cut, size: int) -> _Counts: ...

class ChunkCounter:
    bytes: int
    def __init__(self, where: Cut) -> None: ...
    def add(
        self,
        offsets: Numbers,
        data: memoryview,
        weights: Numbers | None,
    ) -> None: ...
    def absorb(self, other: ChunkCounter) -> None: ...
    def dump(
        self,
        first: int,
        last: int,
    ) -> tuple[
        Numbers,
        memoryview,
        Numbers,
        memoryview,
        Numbers,
    ]: ...
    def add_counted(
        self,
        offsets: Numbers,
        data: memoryview,
        counts: Numbers,
        flags: memoryview | None,
        split: int = 0,
        splits: int = 1,
    ) -> None: ...
    def stop(self) -> None: ...
    def sorted(self, first: bool, split: int = 0, splits: int = 1) -> _Counts: ...
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
        offsets: Numbers,
        data: memoryview,
        weights: Numbers | None,
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
    offsets: Numbers,
    text: memoryview,
    counts: Numbers,
    report: Callable[[int], None],
    *,
    vocab_size: int,
    reserved: list[str],
    min_frequency: int,
    initial_alphabet: list[int],
    limit_alphabet: int | None,
    max_token_length: int | None,
    prefix: str,
    suffix: str,
    by_likelihood: bool,
    first_threshold: int = 0,
    checkpoint: bool = False,
) -> _Learned: ...
def resume_merges(
    unmerged: list[str],
    ids: memoryview,
    symbols: memoryview,
    ends: Numbers,
    counts: Numbers,
    spelled: memoryview,
    threshold: int,
    report: Callable[[int], None],
    *,
    vocab_size: int,
    reserved: list[str],
    min_frequency: int,
    max_token_length: int | None,
    prefix: str,
) -> _Learned | None: ...
def learn_unigram(
    offsets: Numbers,
    text: memoryview,
    counts: Numbers,
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
    entered: Callable[[str], None] | None = None,
) -> tuple[list[int], dict[str, float]]: ...
