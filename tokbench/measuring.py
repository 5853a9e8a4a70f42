"""Measure a tokenizer on text: every metric sees the same encodings, and text is encoded once.

measure(tokenizer, texts, {"fertility": Fertility(), "compression": Compression()})
    → {"fertility": {"fertility": 1.3}, "compression": {"bytes_per_token": 4.4, "characters_per_token": 4.3}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tokbench.carried.copying import unpadded
from tokbench.contracts import Measurement, MetricPart, Progress, Report, silent
from tokbench.errors import CorpusError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from tokbench.carried.copying import WholeTokenizer

BATCH = 1000
"""At most so many documents are encoded together, on all cores."""
BATCH_CHARACTERS = 4_000_000
"""And no further document where they have so many characters."""


def measure(
    tokenizer: Tokenizer | WholeTokenizer,
    texts: Iterable[str],
    metrics: Mapping[str, MetricPart],
    report: Report = silent,
) -> dict[str, dict[str, float]]:
    """Return the figures of each metric, by its name; a metric that saw nothing to measure gives none.

    Text is streamed, and encoded without special tokens, padding or truncation. The tokenizer stays as it is. Raises
    `CorpusError` where there is no text.
    """
    bare = unpadded(tokenizer)
    measurements = {name: metric.begin(bare) for name, metric in metrics.items()}
    encode = bare.encode_batch if any(map(_needs_offsets, metrics.values())) else bare.encode_batch_fast
    done = 0
    for batch in _batches(texts):
        encodings = encode(batch, add_special_tokens=False)
        for measurement in measurements.values():
            measurement.observe(batch, encodings)
        done += len(batch)
        report(Progress("measure", done, None, "documents"))
    if not done:
        raise CorpusError("there is no text to measure on; name a corpus that has some")
    return _results(measurements)


def _results(measurements: Mapping[str, Measurement]) -> dict[str, dict[str, float]]:
    return {name: dict(measurement.result()) for name, measurement in measurements.items()}


def _needs_offsets(metric: MetricPart) -> bool:
    return bool(getattr(metric, "offsets", False))


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    characters = 0
    for text in texts:
        batch.append(text)
        characters += len(text)
        if len(batch) == BATCH or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
