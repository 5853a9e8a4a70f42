"""How the vocabulary fits the text: what it lacks, what of it is used, and how evenly."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer


@dataclass(frozen=True)
class Unknown:
    """The share of tokens that are the unknown token, and of documents that have one.

    A model without an unknown token has none of either; what it does not know it leaves out, or writes in bytes.
    """

    def begin(self, tokenizer: Tokenizer) -> _Unknowns:
        """Return a measurement that knows the unknown token."""
        return _Unknowns(_unknown_id(tokenizer))


@dataclass(frozen=True)
class VocabularyUse:
    """The share of the vocabulary that text uses: 0.75 where 3 of 4 tokens occur.

    least: how often a token must occur to be used
    """

    least: int = 1

    def __post_init__(self) -> None:
        """Refuse a number that every token reaches."""
        if self.least < 1:
            raise ValueError(f"least: must be 1 or more, not {self.least}")

    def begin(self, tokenizer: Tokenizer) -> _Use:
        """Return a measurement that knows how large the vocabulary is."""
        return _Use(tokenizer.get_vocab_size(), least=self.least)


@dataclass(frozen=True)
class RenyiEfficiency:
    """How evenly tokens are used: 1 where all are equally frequent, towards 0 where few make up the text.

    The Rényi entropy of the tokens, divided by the largest that so many tokens could have: all of the vocabulary, and
    those observed. From Zouhar et al. (2023), "Tokenization and the Noiseless Channel",
    https://aclanthology.org/2023.acl-long.284, who find 2.5 the order that tells most of translation quality.

    order: the order of the entropy, above 0; 1 is Shannon's
    """

    order: float = 2.5

    def __post_init__(self) -> None:
        """Refuse an order that Rényi's entropy does not have."""
        if not 0 < self.order < math.inf:
            raise ValueError(f"order: must be above 0 and finite, not {self.order}")

    def begin(self, tokenizer: Tokenizer) -> _Efficiency:
        """Return a measurement that knows how large the vocabulary is."""
        return _Efficiency(tokenizer.get_vocab_size(), order=self.order)


@dataclass
class _Unknowns:
    unknown: int | None
    tokens: int = 0
    unknown_tokens: int = 0
    documents: int = 0
    unknown_documents: int = 0

    def observe(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:
        """Count a batch."""
        self.documents += len(texts)
        for encoding in encodings:
            ids = encoding.ids
            found = 0 if self.unknown is None else ids.count(self.unknown)
            self.tokens += len(ids)
            self.unknown_tokens += found
            self.unknown_documents += found > 0

    def result(self) -> Mapping[str, float]:
        """Return the figures, if there was a token."""
        if not self.tokens:
            return {}
        return {
            "unknown": self.unknown_tokens / self.tokens,
            "documents_with_unknown": self.unknown_documents / self.documents,
        }


@dataclass
class _Frequencies:
    """How often each token occurs."""

    size: int
    """Tokens in the vocabulary, the added ones too."""
    tokens: Counter[int] = field(default_factory=Counter)

    def observe(self, texts: Sequence[str], encodings: Sequence[Encoding]) -> None:  # noqa: ARG002
        """Count a batch."""
        for encoding in encodings:
            self.tokens.update(encoding.ids)


@dataclass
class _Use(_Frequencies):
    least: int = 1

    def result(self) -> Mapping[str, float]:
        """Return the figure, if there was a token."""
        used = sum(count >= self.least for count in self.tokens.values())
        return {"vocabulary_use": used / self.size} if self.tokens else {}


@dataclass
class _Efficiency(_Frequencies):
    order: float = 2.5

    def result(self) -> Mapping[str, float]:
        """Return the figures, if there were two different tokens: one alone has no entropy to divide by."""
        if len(self.tokens) < 2:
            return {}
        entropy = renyi_entropy(self.tokens.values(), self.order)
        return {
            "renyi_efficiency": entropy / math.log2(self.size),
            "renyi_efficiency_observed": entropy / math.log2(len(self.tokens)),
        }


def renyi_entropy(counts: Iterable[int], order: float) -> float:
    """Return the Rényi entropy of a distribution given by counts, in bits: ``[1, 1, 1, 1] → 2.0`` of any order."""
    counts = sorted(counts)  # one order of summation, whatever the order of counting
    total = sum(counts)
    shares = [count / total for count in counts]
    if order == 1:
        return -math.fsum(share * math.log2(share) for share in shares)
    return math.log2(math.fsum(share**order for share in shares)) / (1 - order)


def _unknown_id(tokenizer: Tokenizer) -> int | None:
    """Return the id of the unknown token of the tokenizer's model."""
    from tokenizers import models

    model = tokenizer.model
    if isinstance(model, models.Unigram):  # which has no attribute for it
        unknown = json.loads(model.__getstate__())["unk_id"]
        return None if unknown is None else int(unknown)
    return None if model.unk_token is None else tokenizer.token_to_id(model.unk_token)
