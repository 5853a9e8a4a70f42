"""Measuring streams text once past every metric, and leaves the tokenizer as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from tokbench import measuring
from tokbench.contracts import Note, Progress
from tokbench.errors import CorpusError
from tokbench.measuring import measure
from tokbench.metrics.compression import Compression
from tokbench.metrics.fertility import Fertility


def letters() -> Tokenizer:
    """Return a tokenizer of letters that puts special tokens around, pads and truncates."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1, "b": 2, "[S]": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.BertProcessing(("[S]", 3), ("[S]", 3))
    tokenizer.enable_padding(length=50)
    tokenizer.enable_truncation(3)
    return tokenizer


def test_special_tokens_padding_and_truncation_do_not_count() -> None:
    """Six letters are six tokens, and the tokenizer still pads and truncates afterwards."""
    tokenizer = letters()
    assert measure(tokenizer, ["abab", "ab"], {"c": Compression()})["c"]["characters_per_token"] == 1
    assert tokenizer.padding is not None
    assert tokenizer.truncation is not None


def test_a_wrapped_tokenizer_is_measured_as_the_one_inside() -> None:
    """What `transformers` gives is as good."""
    wrapped = PreTrainedTokenizerFast(tokenizer_object=letters())
    assert measure(wrapped, ["ab a"], {"f": Fertility()}) == measure(letters(), ["ab a"], {"f": Fertility()})


def test_the_size_of_batches_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are those of the whole, however the stream is cut, and progress is told at each batch."""
    texts = ["ab", "a", "bb b", "abab"] * 5
    metrics = {"f": Fertility(), "c": Compression()}
    whole = measure(letters(), texts, metrics)
    monkeypatch.setattr(measuring, "BATCH", 3)
    monkeypatch.setattr(measuring, "BATCH_CHARACTERS", 5)
    events: list[Progress | Note] = []
    assert measure(letters(), texts, metrics, events.append) == whole
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done)
    assert done[-1] == len(texts)
    assert len(done) > len(texts) // 3


def test_text_is_not_held() -> None:
    """The stream is read batch by batch: a metric sees the first before the last is made."""
    seen: list[int] = []

    def texts() -> Iterator[str]:
        for number in range(2 * measuring.BATCH):
            seen.append(number)
            yield "ab"

    first: list[int] = []
    measure(letters(), texts(), {}, lambda _: first.append(len(seen)))
    assert first == [measuring.BATCH, 2 * measuring.BATCH]


def test_no_text_is_an_error() -> None:
    """An empty corpus has no figures, and says so."""
    with pytest.raises(CorpusError, match="there is no text to measure on"):
        measure(letters(), [], {"c": Compression()})
