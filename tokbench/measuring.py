"""Measure a tokenizer on text: every metric sees the same encodings, and text is encoded once.

measure(tokenizer, texts, {"fertility": Fertility(), "compression": Compression()})
    → {"fertility": {"fertility": 1.3}, "compression": {"bytes_per_token": 4.4, "characters_per_token": 4.3}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from tokbench.carried.copying import unpadded
from tokbench.contracts import MetricPart, Progress, Report, silent
from tokbench.errors import CorpusError, MetricFailed

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from tokbench.carried.copying import WholeTokenizer

Given = TypeVar("Given")

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
    `CorpusError` where there is no text, and `MetricFailed` where a metric raises an error.
    """
    bare = unpadded(tokenizer)
    measurements = {name: _asked(name, metric.begin, bare) for name, metric in metrics.items()}
    encode = bare.encode_batch if any(map(_needs_offsets, metrics.values())) else bare.encode_batch_fast
    done = 0
    for batch in _batches(texts):
        encodings = encode(batch, add_special_tokens=False)
        for name, measurement in measurements.items():
            _asked(name, measurement.observe, batch, encodings)
        done += len(batch)
        report(Progress("measure", done, None, "documents"))
    if not done:
        raise CorpusError("there is no text to measure on; name a corpus that has some")
    return {name: dict(_asked(name, measurement.result)) for name, measurement in measurements.items()}


def _asked(name: str, method: Callable[..., Given], *arguments: object) -> Given:
    """Return what a metric gives; raises `MetricFailed` with its name where it raises."""
    try:
        return method(*arguments)
    except Exception as error:
        raise MetricFailed(name, error) from error


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
