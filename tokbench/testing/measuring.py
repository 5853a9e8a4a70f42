"""Proofs for metrics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tokenizers import Tokenizer, models, pre_tokenizers

from tokbench.checks.probes import WRITTEN
from tokbench.testing.proving import require, require_equal
from tokbench.testing.values import prove_value

if TYPE_CHECKING:
    from tokbench.contracts import MetricPart


def prove_metric(part: MetricPart) -> None:
    """Prove a metric: finite figures by name, none where nothing was seen, the same however text comes in batches."""
    prove_value(part, "metrics")
    tokenizer = _tokenizer()
    before = tokenizer.to_str()
    require_equal(dict(part.begin(tokenizer).result()), {}, "the figures where no text was seen")
    whole = _measured(part, tokenizer, [list(WRITTEN)])
    require(whole, "there are no figures on text in many scripts")
    for name, value in whole.items():
        require(isinstance(value, (int, float)) and math.isfinite(value), f"{name} is {value!r}, no finite number")
    apart = _measured(part, tokenizer, [[text] for text in WRITTEN])
    close = all(math.isclose(whole[name], apart.get(name, math.nan), rel_tol=1e-9) for name in whole)
    require(close and whole.keys() == apart.keys(), f"one batch gives {whole}, and one text a batch {apart}")
    require_equal(tokenizer.to_str(), before, "the tokenizer after it was measured")


def _measured(part: MetricPart, tokenizer: Tokenizer, batches: Sequence[list[str]]) -> dict[str, float]:
    measurement = part.begin(tokenizer)
    for batch in batches:
        measurement.observe(batch, tokenizer.encode_batch(batch, add_special_tokens=False))
    return dict(measurement.result())


def _tokenizer() -> Tokenizer:
    """Return a tokenizer that knows some words, and spells none."""
    known = sorted({word for text in WRITTEN[::2] for word in text.split()})
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, **{word: 1 + i for i, word in enumerate(known)}}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
