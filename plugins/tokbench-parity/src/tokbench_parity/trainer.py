"""The trainer: merges for the language that is compressed worst, from the counts of each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from tokbench.contracts import Report
from tokbench.errors import TrainingError
from tokbench.trainers import checks

if TYPE_CHECKING:
    from tokbench.contracts import TrainingCorpus
    from tokbench.counting.words import WordCounts

BETWEEN = "\uffff"
"""Stands between words that are handed to `tokenizers`; it is no character, and in no text."""
AT_ONCE = 1000
"""How often a word stands in one string at most."""


@dataclass(frozen=True)
class ParityBPETrainer:
    """Merge the most frequent pair of the language that is compressed worst, again and again.

    From Foroutan et al. (2025), "Parity-Aware Byte-Pair Encoding"; trained by `ParityBpeTrainer` of `tokenizers`. Every
    [[corpus]] must say its language.

    vocab_size: how many tokens in all
    global_share: the share of merges, from the first, that are plain BPE's
    ratio: how many units (bytes, of a byte-level tokenizer) a token of a language should have, beside the others'; by
        default all are alike
    variant: "base", or "window", where a language that was just served waits
    min_frequency: pairs that occur less often are not merged
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    """

    makes: ClassVar[tuple[str, ...]] = ("bpe",)

    vocab_size: int = 64_000
    global_share: float = 0.5
    ratio: dict[str, float] = field(default_factory=dict)
    variant: Literal["base", "window"] = "base"
    min_frequency: int = 0
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)
        if not 0 <= self.global_share <= 1:
            raise ValueError("global_share must be between 0 and 1")

    def train_corpus(self, corpus: TrainingCorpus, model: Any, reserved: Sequence[str], report: Report) -> models.BPE:
        """Return the trained model; raises `TrainingError` where there are less than two languages, or no room."""
        empty = checks.empty_model(model, models.BPE)
        languages = corpus.languages()
        self._require(languages)
        alphabet = checks.initial_characters(self.initial_alphabet)
        seen = (character for words in languages.values() for word, _ in words for character in word)
        characters = len({*seen, *alphabet})
        checks.require_room(self.vocab_size, len(set(reserved)), characters, "character")
        merges = self.vocab_size - len(set(reserved)) - characters
        tokenizer = Tokenizer(empty)
        tokenizer.pre_tokenizer = pre_tokenizers.CharDelimiterSplit(BETWEEN)
        trainer = trainers.ParityBpeTrainer(
            num_merges=merges,
            global_merges=round(merges * self.global_share),
            variant=self.variant,
            ratio=[self.ratio.get(language, 1.0) for language in languages],
            min_frequency=self.min_frequency,
            special_tokens=list(reserved),
            initial_alphabet=list(alphabet),
            show_progress=False,
        )
        trainer.train_from_iterator(tokenizer, train_iterators=[repeated(words) for words in languages.values()])
        checks.note_size(tokenizer.get_vocab_size(), self.vocab_size, report, "no pair is left to merge")
        return tokenizer.model  # type: ignore[return-value]

    def _require(self, languages: Mapping[str, WordCounts]) -> None:
        if len(languages) < 2:
            raise TrainingError("trainer: parity is between languages; give corpora of at least two")
        if unknown := sorted(set(self.ratio) - set(languages)):
            raise TrainingError(
                f"trainer.ratio: no corpus is in {', '.join(unknown)}; there are {', '.join(languages)}"
            )


def repeated(words: WordCounts) -> Iterator[str]:
    """Yield each word as often as it occurs, which `tokenizers` counts again."""
    for word, count in words:
        whole, rest = divmod(count, AT_ONCE)
        for times in (*[AT_ONCE] * whole, rest):
            if times:
                yield BETWEEN.join([word] * times)
