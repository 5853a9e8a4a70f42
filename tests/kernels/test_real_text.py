"""Merges equal HF's on real text."""

from __future__ import annotations

import io
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tokenizers import Tokenizer, models, trainers
from tokenizers.pre_tokenizers import ByteLevel, WhitespaceSplit

from tokbench.counting.words import WordCounts
from tokbench.kernels import training
from tokbench.kernels.training import MergeOptions

CHARACTERS = 1_500_000


def documents(shared: Path, name: str) -> Iterator[str]:
    """Yield documents, cut to 20,000 characters, until there are CHARACTERS of them."""
    left = CHARACTERS
    with pa.input_stream(shared / "data" / "corpora" / f"{name}.jsonl.zst", compression="zstd") as stream:
        for line in itertools.islice(io.BufferedReader(stream), 0, None, 11):
            text = json.loads(line)["text"][:20_000]
            left -= len(text)
            if left < 0:
                return
            yield text


@pytest.mark.parametrize("name", ["en", "python", "multilingual"])
@pytest.mark.parametrize(
    "pre_tokenizer", [ByteLevel(add_prefix_space=False), WhitespaceSplit()], ids=["bytes", "words"]
)
def test_merges_equal_hugging_face(shared: Path, name: str, pre_tokenizer: Any) -> None:
    """Vocabulary and merges are those of HF's train_from_iterator, for bytes and for characters."""
    texts = list(documents(shared, name))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(vocab_size=8000, special_tokens=["[UNK]", "<s>"], show_progress=False)  # type: ignore[call-arg]
    tokenizer.train_from_iterator(texts, trainer)
    saved = json.loads(tokenizer.model.__getstate__())

    counts = Counter(word for text in texts for word, _ in pre_tokenizer.pre_tokenize_str(text))
    options = MergeOptions(vocab_size=8000, reserved=("[UNK]", "<s>"))
    trained = training.learn_merges(WordCounts.of(counts.items()), options, lambda tokens: None)
    assert {token: index for index, token in enumerate(trained.tokens)} == saved["vocab"]
    assert [list(pair) for pair in trained.spelled()] == saved["merges"]
