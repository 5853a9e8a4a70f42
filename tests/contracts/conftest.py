"""Real text for the contracts of parts."""

from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import pyarrow as pa
import pytest


@pytest.fixture(scope="session")
def shared_texts(shared: Path) -> list[str]:
    """Return the first 500 characters of every so many documents of the shared corpora: 13 scripts, and code."""
    texts = []
    for name, step, limit in (("en", 200, 30), ("multilingual", 150, 120), ("python", 100, 20)):
        with pa.input_stream(shared / "data" / "corpora" / f"{name}.jsonl.zst", compression="zstd") as stream:
            lines = itertools.islice(io.TextIOWrapper(stream, "utf-8"), 0, step * limit, step)
            texts += [json.loads(line)["text"][:500] for line in lines]
    return texts
