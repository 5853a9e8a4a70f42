"""Training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer, models

    from tokbench.contracts.progress import Report
    from tokbench.counting.words import WordCounts


class TrainerPart(Protocol):
    """Makes a vocabulary from word counts.

    `words` gives (word, count) when iterated, each word once, in an order that depends on nothing but the words, and
    spelled as the pre-tokenizer left them (byte-level: "Ġword"). The options of the model part are its attributes:
    `model.unk_token`. No words are a `tokbench.errors.TrainingError`; what the user should know is a `Note`.
    `makes` names the model parts that it trains, the first being the one a recipe gets when it names none.
    `reserved` are the tokens that take the first ids, in this order: the special tokens, then what the model
    requires. `len(result vocabulary)` is `vocab_size`, or the trainer says by `report` why it is smaller.

    Optional: `train_sizes(words, model, reserved, sizes, report)`, for a trainer that need not train each of several
    values of `vocab_size`: what `train` returns at each, in turn, best made when it is asked for, so that one model is
    in memory at a time.
    """

    makes: ClassVar[tuple[str, ...]]

    def train(self, words: WordCounts, model: Any, reserved: Sequence[str], report: Report) -> models.Model:
        """Return the trained model, of the options that the model part `model` has."""


class TextTrainerPart(Protocol):
    """Makes a vocabulary from running text, where counts of words do not tell enough."""

    makes: ClassVar[tuple[str, ...]]

    def train_text(
        self, texts: Iterable[str], tokenizer: Tokenizer, model: Any, reserved: Sequence[str], report: Report
    ) -> models.Model:
        """Return the trained model; `tokenizer` carries the recipe's normalizer and pre-tokenizer."""


class TrainingCorpus(Protocol):
    """The corpora of a build, for a trainer that needs more of them than the counts of all words.

    Nothing is read before it is asked for, and words that were counted before come from what was kept. Where the build
    starts from a file of counts there are `words` and nothing else, and asking for more is a `RecipeError`.
    """

    @property
    def words(self) -> WordCounts:
        """Return the counts of the words of all corpora."""

    @property
    def bytes(self) -> int:
        """Return how much text there is, in UTF-8."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Return a tokenizer with the normalizer and pre-tokenizer that made the words, and an empty model."""

    def languages(self) -> Mapping[str, WordCounts]:
        """Return the counts of the words of each language, sorted; a corpus without one is a `CorpusError`."""

    def texts(self) -> Iterator[str]:
        """Return the documents, streamed from the beginning at each call."""


class CorpusTrainerPart(Protocol):
    """Makes a vocabulary from more than word counts, or from other than all of them together.

    Optional, of any trainer: `finished(pre_tokenizer)`, which returns the pre-tokenizer of the finished tokenizer,
    where that is not the one whose words were counted.
    """

    makes: ClassVar[tuple[str, ...]]

    def train_corpus(self, corpus: TrainingCorpus, model: Any, reserved: Sequence[str], report: Report) -> models.Model:
        """Return the trained model, of the options that the model part `model` has."""
