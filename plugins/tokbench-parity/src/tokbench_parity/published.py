"""The paper's rule: merge for the language that is compressed worst, by `ParityBpeTrainer` of `tokenizers`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from tokbench.contracts import Report
from tokbench.trainers import checks

if TYPE_CHECKING:
    from tokbench.counting.words import WordCounts
    from tokbench_parity.trainer import ParityBPETrainer

BETWEEN = "\uffff"
"""Stands between words that are handed to `tokenizers`; it is no character, and in no text."""
AT_ONCE = 1000
"""How often a word stands in one string at most."""


def trained(
    options: ParityBPETrainer,
    languages: Mapping[str, WordCounts],
    empty: models.BPE,
    reserved: Sequence[str],
    report: Report,
) -> models.BPE:
    """Return the model that the options ask for; raises `TrainingError` where there is no room for the alphabet."""
    alphabet = checks.initial_characters(options.initial_alphabet)
    seen = (character for words in languages.values() for word, _ in words for character in word)
    characters = len({*seen, *alphabet})
    checks.require_room(options.vocab_size, len(set(reserved)), characters, "character")
    merges = options.vocab_size - len(set(reserved)) - characters
    tokenizer = Tokenizer(empty)
    tokenizer.pre_tokenizer = pre_tokenizers.CharDelimiterSplit(BETWEEN)
    trainer = trainers.ParityBpeTrainer(
        num_merges=merges,
        global_merges=round(merges * options.global_share),
        variant=options.rule,
        ratio=[options.ratio.get(language, 1.0) for language in languages],
        min_frequency=options.min_frequency,
        special_tokens=list(reserved),
        initial_alphabet=list(alphabet),
        show_progress=False,
    )
    trainer.train_from_iterator(tokenizer, train_iterators=[repeated(words) for words in languages.values()])
    checks.note_size(tokenizer.get_vocab_size(), options.vocab_size, report, "no pair is left to merge")
    return tokenizer.model  # type: ignore[return-value]


def repeated(words: WordCounts) -> Iterator[str]:
    """Yield each word as often as it occurs, which `tokenizers` counts again."""
    for word, count in words:
        whole, rest = divmod(count, AT_ONCE)
        for times in (*[AT_ONCE] * whole, rest):
            if times:
                yield BETWEEN.join([word] * times)
