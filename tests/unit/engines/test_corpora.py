"""Counting real text: what the engine counts is what `tokenizers` finds in every document, one by one."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from tests.unit.counting.pipelines import CASES, Case
from tests.unit.engines.test_local import Texts
from tokbench.contracts import CountingPlan, silent
from tokbench.counting.splitter import Splitter
from tokbench.documents import Documents
from tokbench.engines.local import Local

DOCUMENTS = 24
LENGTH = 4000


def some(path: Path) -> list[str]:
    """Return pieces of documents from all over a corpus."""
    with pa.input_stream(str(path), compression="zstd") as stream:
        lines = [line for index, line in enumerate(io.TextIOWrapper(stream, "utf-8")) if index % 101 == 7]
    texts = [json.loads(line)["text"] for line in lines]
    chosen = texts[:: max(1, len(texts) // DOCUMENTS)]
    return [text[len(text) // 3 :][:LENGTH] for text in chosen]


@pytest.fixture(scope="module")
def documents(shared: Path) -> list[str]:
    """Return a slice of each of the shared corpora."""
    names = ("en", "multilingual", "python")
    return [text for name in names for text in some(shared / "data" / "corpora" / f"{name}.jsonl.zst")]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_real_text_counts_as_its_documents_do(case: Case, documents: list[str]) -> None:
    """Novels, 22 languages and Python code have the same words, chunk by chunk, as one by one."""
    splitter = Splitter.of(case.json)
    words, _ = Local().count([Texts([Documents.of(documents)])], CountingPlan(case.json, case.cut, 2), silent)
    assert dict(words) == Counter(word for text in documents for word in splitter.words(text))
