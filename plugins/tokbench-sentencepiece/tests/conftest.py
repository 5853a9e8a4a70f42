"""Small SentencePiece tokenizers, built with tokbench, and slices of real corpora where they are."""

import io
import itertools
import json
import os
from pathlib import Path

import pytest

import tokbench

TEXTS = [
    "the quick brown fox jumps over the lazy dog, and it's 12345 days since the fox slept",
    "a naïve café served crème brûlée to the dog; the dog didn't pay, and the café slept",
    "天地玄黄，宇宙洪荒。 Съешь ещё этих мягких французских булок, да выпей чаю",
    "words and words and more words make a vocabulary of words, over and over",
] * 8


def recipe(model, **options):
    """Return a recipe whose trainer is SentencePiece's."""
    return {
        "name": model,
        "normalizer": {"use": "sentencepiece"},
        "pre_tokenizer": {"use": "metaspace", "prepend_scheme": "never"},
        "model": {"use": model} | ({"fuse_unk": True} if model == "bpe" else {}),
        "trainer": {"use": "sentencepiece", "vocab_size": 150, "character_coverage": 1.0, **options},
        "special_tokens": {"unk": "<unk>", "bos": "<s>", "eos": "</s>"},
    }


@pytest.fixture(scope="session", params=["unigram", "bpe"])
def artifact(request, tmp_path_factory):
    """Return the folder of a tokenizer that was trained by SentencePiece."""
    folder = tmp_path_factory.mktemp("built") / request.param
    return tokbench.build(recipe(request.param), folder, corpus=TEXTS, checks=False).path


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


@pytest.fixture(scope="session")
def texts():
    """Return what the small tokenizers are trained on."""
    return TEXTS


@pytest.fixture(scope="session")
def recipe_for():
    """Return the function that makes recipes."""
    return recipe
