"""The trainer: BPE whose merges serve all languages alike, from the counts of each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import Tokenizer, models

from tokbench.contracts import Note, Report
from tokbench.errors import TrainingError
from tokbench.kernels.training import MergeOptions, Merges
from tokbench.trainers import checks
from tokbench.trainers.bpe import filled, learn
from tokbench_parity.languages import Integers, Languages
from tokbench_parity.published import Rule
from tokbench_parity.weighing import SCALE, fairest, search

if TYPE_CHECKING:
    from tokbench.contracts import TrainingCorpus
    from tokbench.counting.words import WordCounts


@dataclass(frozen=True)
class ParityBPETrainer:
    """Merge pairs so that equal content takes equally many tokens in every language, at a price that is set.

    After Foroutan et al. (2025), "Parity-Aware Byte-Pair Encoding", whose own rule is there too. Every [[corpus]] must
    say its language.

    vocab_size: how many tokens in all
    ratio: how many bytes (characters, where the model is not byte-level) a language takes for the content that others
        say in one; 1.0 where nothing is said
    rule: "weighted": the pairs of each language count as often as makes costs even, see `price`; "base" and "window":
        the paper's, where each merge is for the language that is compressed worst, or for the worst but lately served
    price: how many tokens more than plain BPE's the text of all languages may take, as a share ("weighted")
    rounds: how often weights are tried ("weighted"); each trains once
    global_share: the share of merges, from the first, that are plain BPE's ("base" and "window")
    min_frequency: pairs that occur less often are not merged
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    """

    makes: ClassVar[tuple[str, ...]] = ("bpe",)

    vocab_size: int = 64_000
    ratio: dict[str, float] = field(default_factory=dict)
    rule: Literal["weighted", "base", "window"] = "weighted"
    price: float = 0.03
    rounds: int = 12
    global_share: float = 0.5
    min_frequency: int = 0
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        checks.check_sizes(self)
        if not 0 <= self.global_share <= 1:
            raise ValueError("global_share must be between 0 and 1")
        if not 0 <= self.price <= 1:
            raise ValueError("price must be between 0 and 1")
        if wrong := [tag for tag, ratio in self.ratio.items() if not ratio > 0]:
            raise ValueError(f"ratio of {', '.join(wrong)} must be above 0")

    def train_corpus(self, corpus: TrainingCorpus, model: Any, reserved: Sequence[str], report: Report) -> models.BPE:
        """Return the trained model; raises `TrainingError` where there are less than two languages, or no room."""
        empty = checks.empty_model(model, models.BPE)
        languages = corpus.languages()
        self._require(languages)
        if self.rule != "weighted":
            alphabet = checks.initial_characters(self.initial_alphabet)
            rule = Rule(self.rule, self.vocab_size, self.ratio, self.global_share, self.min_frequency, alphabet)
            return rule.train(languages, empty, reserved, report)
        return self._weighted(Languages.of(languages, self.ratio), list(languages), empty, reserved, report)

    def _weighted(
        self, languages: Languages, tags: Sequence[str], empty: models.BPE, reserved: Sequence[str], report: Report
    ) -> models.BPE:
        options = MergeOptions(
            vocab_size=self.vocab_size,
            reserved=tuple(reserved),
            min_frequency=self.min_frequency * SCALE,
            initial_alphabet=checks.initial_characters(self.initial_alphabet),
            prefix=empty.continuing_subword_prefix or "",
            suffix=empty.end_of_word_suffix or "",
        )

        def train(weights: Integers) -> tuple[Merges, Integers]:
            (merges,) = learn(languages.weighted(weights), options, [self.vocab_size], report)
            return merges, languages.tokens(Tokenizer(filled(empty, merges)))

        done = search(languages.content, train, allowed=self.price, rounds=self.rounds)
        best = fairest(done, self.price)
        checks.require_fit(len(best.trained.tokens), self.vocab_size, reserved, report, "no pair is left to merge")
        weights = ", ".join(f"{tag} {weight / SCALE:.2f}" for tag, weight in zip(tags, best.weights, strict=True))
        report(
            Note(
                f"trainer: the Gini coefficient over languages is {best.gini:.4f}, plain BPE's {done[0].gini:.4f};"
                f" tokens {best.growth:+.1%}; weights: {weights}"
            )
        )
        return filled(empty, best.trained)

    def _require(self, languages: Mapping[str, WordCounts]) -> None:
        if len(languages) < 2:
            raise TrainingError("trainer: parity is between languages; give corpora of at least two")
        if empty := [tag for tag, words in languages.items() if not len(words)]:
            raise TrainingError(f"trainer: there are no words in {', '.join(empty)}; look at the corpora and filters")
        if unknown := sorted(set(self.ratio) - set(languages)):
            raise TrainingError(
                f"trainer.ratio: no corpus is in {', '.join(unknown)}; there are {', '.join(languages)}"
            )
