"""How words fare: fertility and the proportion of continued words.

Both are defined by Rust et al. (2021), "How Good is Your Tokenizer? On the Monolingual Performance of Multilingual
Language Models", https://aclanthology.org/2021.acl-long.243; fertility goes back to Ács (2019), "Exploring BERT's
Vocabulary". They take the words of treebanks, where these take those of Unicode: see `tokbench.metrics.words`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from tokbench.metrics.words import pieces

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


@dataclass(frozen=True)
class Fertility:
    """Tokens per word, on average: "playing chess" in "play" "##ing" "chess" has 1.5; 1 is the least.

    Counted over the words of Unicode that have a letter or a digit.
    """

    offsets: ClassVar[bool] = True

    def begin(self, tokenizer: Tokenizer) -> _Words:  # noqa: ARG002
        """Return a measurement that has seen nothing yet."""
        return _Fertility()


@dataclass(frozen=True)
class ContinuedWords:
    """The share of words that take two tokens or more: 0.5 for "play" "##ing" "chess".

    Counted over the words of Unicode that have a letter or a digit.
    """

    offsets: ClassVar[bool] = True

    def begin(self, tokenizer: Tokenizer) -> _Words:  # noqa: ARG002
        """Return a measurement that has seen nothing yet."""
        return _Continued()


@dataclass
class _Words:
    """How many words take how many tokens; words that are dropped whole are left out, for nothing was split."""

    by_pieces: Counter[int] = field(default_factory=Counter)

    def observe(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:
        """Count the words of a batch."""
        for text, encoding in zip(texts, encodings, strict=True):
            self.by_pieces.update(number for number in pieces(text, encoding) if number)

    def result(self) -> Mapping[str, float]:
        """Return the figure, if there was a word."""
        seen = self.by_pieces.total()
        return self.figures(seen) if seen else {}

    def figures(self, seen: int) -> Mapping[str, float]:
        """Return the figure for a number of words above 0."""
        raise NotImplementedError


class _Fertility(_Words):
    def figures(self, seen: int) -> Mapping[str, float]:
        return {"fertility": sum(number * words for number, words in self.by_pieces.items()) / seen}


class _Continued(_Words):
    def figures(self, seen: int) -> Mapping[str, float]:
        return {"continued_words": 1 - self.by_pieces[1] / seen}
