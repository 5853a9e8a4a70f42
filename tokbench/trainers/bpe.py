"""Byte-pair encoding from word counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import models

from tokbench.contracts import Progress, Report
from tokbench.errors import TrainingError
from tokbench.kernels import training
from tokbench.kernels.training import Learned, MergeOptions, Merges
from tokbench.trainers import checks

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts

BYTES_PER_BYTE = 8
"""Memory that merging takes for each byte of the distinct words, where they are tens of megabytes: 3 to 8, measured.

Words of 22 languages take 5 for 32,000 tokens and 8 for 128,000; random letters 8 for 32,000. Fewer words take more for
each byte, and little in all: 3 MB of random letters took 102 MB.
"""


@dataclass(frozen=True)
class BPETrainer:
    """Merge the most frequent pair of tokens, again and again: HF's `BpeTrainer`, merge for merge.

    From Sennrich, Haddow and Birch (2016), "Neural Machine Translation of Rare Words with Subword Units".
    Prefix and suffix are the model's.

    vocab_size: how many tokens in all
    min_frequency: pairs that occur less often are not merged
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    limit_alphabet: how many characters are kept, the most frequent
    max_token_length: merged tokens are shorter than this, in characters
    """

    makes: ClassVar[tuple[str, ...]] = ("bpe",)

    vocab_size: int = 30_000
    min_frequency: int = 0
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()
    limit_alphabet: int | None = None
    max_token_length: int | None = None

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> models.BPE:
        """Return the trained model; raises `TrainingError` where there are no words, or no room for the alphabet."""
        learned = self.train_sizes(words, model, reserved, [self.vocab_size], report)
        del words  # which nobody else may hold, before memory is taken for the model
        return next(learned)

    def train_sizes(
        self, words: WordCounts, model: Any, reserved: Sequence[str], sizes: Sequence[int], report: Report
    ) -> Iterator[models.BPE]:
        """Return what `train` returns at each of these values of `vocab_size`, learned once, now, at the largest."""
        empty = checks.empty_model(model, models.BPE)
        options = MergeOptions(
            vocab_size=max(sizes),
            reserved=tuple(reserved),
            min_frequency=self.min_frequency,
            initial_alphabet=checks.initial_characters(self.initial_alphabet),
            limit_alphabet=self.limit_alphabet,
            max_token_length=self.max_token_length,
            prefix=empty.continuing_subword_prefix or "",
            suffix=empty.end_of_word_suffix or "",
        )
        learned = train_merges(words, options, sizes, report)
        return (filled(empty, trained) for trained in learned)


def train_merges(words: WordCounts, options: MergeOptions, sizes: Sequence[int], report: Report) -> list[Merges]:
    """Learn merges once, and hold the vocabularies against the sizes that were asked for, the largest `vocab_size`."""
    learned = learn(words, options, sizes, report)
    for size, trained in zip(sizes, learned, strict=True):
        checks.require_fit(len(trained.tokens), size, options.reserved, report, "no pair is left to merge")
    return learned


def learn(words: WordCounts, options: MergeOptions, sizes: Sequence[int], report: Report) -> list[Merges]:
    """Return what is learned at each of these sizes, the largest `vocab_size`; merges that are kept are not learned.

    What the compiled core refuses is a `TrainingError`.
    """
    checks.require_words(len(words))
    learned = (_kept if words.beside else _learned)(words, options, report)
    merges = [learned.cut(size) for size in sizes]
    size = max(len(each.tokens) for each in merges)
    report(Progress("train", size, size, "tokens"))
    return merges


def _kept(words: WordCounts, options: MergeOptions, report: Report) -> Learned:
    """Return merges that are kept; where they are too few, go on from there, or learn them all, and keep them."""
    from tokbench.counting.kept_merges import KeptMerges

    kept = KeptMerges(words, options)
    found = kept.find()
    if found and found.reaches(options.vocab_size):
        return found
    resumed = training.resume(found, options, _tokens(options, report)) if found else None
    learned = resumed or _learned(words, options, report, checkpoint=True)
    kept.keep(learned, report)
    return learned


def _learned(words: WordCounts, options: MergeOptions, report: Report, *, checkpoint: bool = False) -> Learned:
    checks.note_memory(words, BYTES_PER_BYTE, report)
    try:
        return training.learn(words, options, _tokens(options, report), checkpoint=checkpoint)
    except ValueError as error:
        raise TrainingError(f"trainer: {error}") from error


def _tokens(options: MergeOptions, report: Report) -> Callable[[int], None]:
    return lambda tokens: report(Progress("train", tokens, options.vocab_size, "tokens"))


def filled(empty: models.BPE, trained: Merges) -> models.BPE:
    """Return a model with the options of the empty one, and the trained vocabulary."""
    return models.BPE(
        vocab=dict(zip(trained.tokens, range(len(trained.tokens)), strict=True)),
        merges=trained.spelled(),
        **checks.given(
            dropout=empty.dropout,
            unk_token=empty.unk_token,
            continuing_subword_prefix=empty.continuing_subword_prefix,
            end_of_word_suffix=empty.end_of_word_suffix,
            fuse_unk=empty.fuse_unk,
            byte_fallback=empty.byte_fallback,
            ignore_merges=empty.ignore_merges,
        ),
    )
