"""The trainer: BPE within words from counts, then BPE across spaces from a sample of text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokenizers import Regex, models, pre_tokenizers

from tokbench.contracts import Report
from tokbench.errors import TrainingError
from tokbench.kernels.training import MergeOptions, Merges
from tokbench.trainers import checks
from tokbench.trainers.bpe import filled, learn, train_merges
from tokbench_superbpe.sample import Pieces, sampled, stretches

if TYPE_CHECKING:
    from tokbench.contracts import TrainingCorpus

PATTERN = r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]{2,}[\r\n/]*| +(?!\S)"
"""What still ends a word when spaces do not: digits, runs of punctuation, and spaces before other white space.

The expression of the authors' second stage (github.com/PythonNut/superbpe, scripts/extend_tokenizer.sh) and of the
tokenizers that they published.
"""


@dataclass(frozen=True)
class SuperBPETrainer:
    """Merge within words up to a size, then across spaces: "by the way" may become one token.

    From Liu et al. (2025), "SuperBPE: Space Travel for Language Models". Words are split as the recipe says, by a
    byte-level pre-tokenizer, for the first stage; the finished tokenizer splits by `pattern` alone.

    vocab_size: how many tokens in all
    transition_size: how many tokens the first stage makes; by default a quarter of all
    sample: how many bytes of text the second stage sees, spread over the corpora; 0 is all of it
    min_frequency: pairs that occur less often are not merged
    initial_alphabet: characters that are in the vocabulary whether they occur or not, or "byte-level" for all bytes
    pattern: what the finished tokenizer splits text by; its matches and what is between them are the words
    """

    makes: ClassVar[tuple[str, ...]] = ("bpe",)

    vocab_size: int = 128_000
    transition_size: int | None = None
    sample: int = 100_000_000
    min_frequency: int = 2
    initial_alphabet: tuple[str, ...] | Literal["byte-level"] = ()
    pattern: str = PATTERN

    def __post_init__(self) -> None:
        checks.check_alphabet(self)
        if self.sample < 0:
            raise ValueError("sample must not be negative")
        if not 0 < self.transition < self.vocab_size:
            raise ValueError("transition_size must be above 0 and below vocab_size")

    @property
    def transition(self) -> int:
        """How many tokens the first stage makes."""
        return self.vocab_size // 4 if self.transition_size is None else self.transition_size

    def finished(self, pre_tokenizer: Any) -> pre_tokenizers.PreTokenizer:
        """Return the split by `pattern`, and its words as bytes; raises `TrainingError` for words of another kind."""
        stage = json.loads(pre_tokenizer.__getstate__()) if pre_tokenizer is not None else {}
        steps = stage.get("pretokenizers", [stage])
        if steps[-1].get("type") != "ByteLevel" or steps[-1]["add_prefix_space"]:
            raise TrainingError(
                "pre_tokenizer: superbpe merges bytes, without a space before the text; use gpt2, cl100k, o200k or"
                " another that ends in byte-level with add_prefix_space = false"
            )
        return pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(self.pattern), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )

    def train_corpus(self, corpus: TrainingCorpus, model: Any, reserved: Sequence[str], report: Report) -> models.BPE:
        """Return the trained model; raises `TrainingError` where there are no words, or no room for the alphabet."""
        empty = checks.empty_model(model, models.BPE)
        splitter = self.finished(corpus.tokenizer.pre_tokenizer)
        alphabet = checks.initial_characters(self.initial_alphabet)
        first = MergeOptions(self.transition, tuple(reserved), self.min_frequency, alphabet)
        (within,) = train_merges(corpus.words, first, [self.transition], report)
        pieces = Pieces(filled(empty, within), corpus.tokenizer.normalizer, splitter)
        words, known = stretches(sampled(corpus, self.sample), pieces)
        second = MergeOptions(known + self.vocab_size - len(within.tokens), min_frequency=self.min_frequency)
        (across,) = learn(words, second, [second.vocab_size], report)
        joined = _joined(within, across)
        checks.note_size(len(joined.tokens), self.vocab_size, report, "no pair in the sample is left to merge")
        return filled(empty, joined)


def _joined(within: Merges, across: Merges) -> Merges:
    """Return the merges of both stages, one after the other; those of the second are of tokens of the first.

    A token of the second stage that is spelled as an earlier one is that token, as in `tokenizers`.
    """
    spelled = ["".join(within.tokens[Pieces.token(piece)] for piece in token) for token in across.tokens]
    ids = {token: index for index, token in enumerate(within.tokens)}
    for token in spelled:
        ids.setdefault(token, len(ids))
    merges = [(ids[spelled[left]], ids[spelled[right]]) for left, right in across.merges]
    return Merges.of(list(ids), [*within.merges, *merges])
