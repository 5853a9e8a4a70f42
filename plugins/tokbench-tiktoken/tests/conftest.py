"""A small byte-level BPE artifact, and slices of real corpora where they are."""

import io
import itertools
import json
import os
from pathlib import Path

import pytest

import tokbench

RECIPE = {
    "name": "small",
    "pre_tokenizer": {"use": "cl100k"},
    "trainer": {"use": "bpe", "vocab_size": 600},
    "special_tokens": {"bos": "<|begin|>", "eos": "<|end|>", "extra": ["<|tool|>"]},
}
TEXTS = [
    "the quick brown fox jumps over the lazy dog, and it's 12345 days since the fox slept",
    "a naïve café served crème brûlée to the dog; the dog didn't pay",
    "天地玄黄，宇宙洪荒。 Съешь ещё этих мягких французских булок",
] * 5


@pytest.fixture(scope="session")
def artifact(tmp_path_factory):
    """Return the folder of a tokenizer that was built with tokbench."""
    return tokbench.build(RECIPE, tmp_path_factory.mktemp("built") / "small", corpus=TEXTS, checks=False).path


@pytest.fixture(scope="session", params=["en", "python", "multilingual"])
def slice_of_corpus(request):
    """Return the beginnings of some hundred documents of a shared corpus, or skip."""
    folder = Path(os.environ.get("TOKBENCH_SHARED", Path(__file__).parents[4] / "shared")) / "data" / "corpora"
    path = folder / f"{request.param}.jsonl.zst"
    if not path.is_file():
        pytest.skip(f"{path} is not there; TOKBENCH_SHARED says where the shared corpora are")
    import pyarrow as pa

    with pa.input_stream(str(path), compression="zstd") as stream:
        lines = itertools.islice(io.TextIOWrapper(stream, encoding="utf-8"), 0, 3000, 10)
        return [json.loads(line)["text"][:2000] for line in lines]
