"""Tokenizers of every kind from real corpora: built, proved, and loaded in a new process by stock transformers."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tokbench
from tokbench.recipe import presets

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECIPES = Path(__file__).parent / "recipes"
CORPORA = {
    "bpe-english": "en",
    "bpe-python": "python",
    "bpe-multilingual": "multilingual",
    "wordpiece-english": "en",
    "unigram-english": "en",
    "unigram-python": "python",
    "unigram-multilingual": "multilingual",
    "wordlevel-english": "en",
    "char-english": "en",
}
WHOLE = bool(os.environ.get("TOKBENCH_WHOLE"))
UNIGRAM_FAMILIES = {"t5": "en", "xlm-r": "multilingual", "albert": "python"}
"""Presets, and the corpus that each is proved on; with `TOKBENCH_WHOLE=1` it is every one."""
PAIRS = list(itertools.product(UNIGRAM_FAMILIES, UNIGRAM_FAMILIES.values()) if WHOLE else UNIGRAM_FAMILIES.items())
TEXT = "The naïve café sold 3 👩‍👩‍👧 tickets, 数学!"
LOAD = """
import json, sys
from transformers import AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
print(json.dumps(tokenizer(sys.argv[2])["input_ids"]))
"""


def settings(name: str, shared: Path) -> list[str]:
    """Return the overrides that name the corpus: a part of it, or with `TOKBENCH_WHOLE=1` all of it."""
    corpus = [f"corpus.path={shared}/data/corpora/{CORPORA[name]}.jsonl.zst"]
    if WHOLE:
        return corpus
    size = [] if name == "char-english" else ["trainer.vocab_size=4000"]
    return [*corpus, *size, "corpus.take=300"]


@pytest.mark.parametrize("name", CORPORA)
def test_builds_passes_every_check_and_loads_elsewhere(name, shared, tmp_path):
    """A build holds every promise on real text, and stock transformers alone gives the same ids."""
    artifact = tokbench.build(RECIPES / f"{name}.toml", tmp_path / name, overrides=settings(name, shared))
    results = artifact.manifest["checks"]["results"]
    assert len(results) >= 15
    assert all(result["passed"] for result in results)
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", LOAD, str(artifact.path), TEXT], capture_output=True, text=True, check=True
    )
    assert json.loads(loaded.stdout) == artifact.tokenizer(TEXT)["input_ids"]


@pytest.mark.parametrize(("family", "corpus"), PAIRS)
def test_a_unigram_preset_passes_every_check(family, corpus, shared, tmp_path):
    """With the table of SentencePiece, as T5, XLM-R and ALBERT have it."""
    recipe = tomllib.loads(presets.text(family))
    kept = [stage for stage in recipe["normalizer"] if stage["use"] not in ("nmt", "nfkc")]
    recipe["normalizer"] = [*kept, {"use": "precompiled", "rule": "nmt_nfkc"}]
    recipe["corpus"] = [{"use": "files", "path": f"{shared}/data/corpora/{corpus}.jsonl.zst", "text": "text"}]
    changes = [] if WHOLE else ["trainer.vocab_size=4000", "corpus.take=300"]
    artifact = tokbench.build(recipe, tmp_path / family, overrides=changes)
    results = artifact.manifest["checks"]["results"]
    assert len(results) >= 15
    assert all(result["passed"] for result in results)


@pytest.mark.parametrize("name", ["bpe-english", "bpe-python", "bpe-multilingual"])
def test_bpe_is_what_hugging_face_makes_of_the_same_documents(name, shared, tmp_path):
    """Vocabulary and merges equal, token for token, those of `train_from_iterator`."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    from tokbench.contracts import Tally
    from tokbench.corpora.stream import texts, work_units

    changes = settings(name, shared)
    artifact = tokbench.build(RECIPES / f"{name}.toml", tmp_path / name, overrides=changes, checks=False)
    recipe = tokbench.load(RECIPES / f"{name}.toml", changes)
    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.trainer.part.vocab_size,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    theirs.train_from_iterator(texts(work_units([use.source() for use in recipe.corpora]), Tally()), trainer)
    ours = json.loads((artifact.path / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    expected = json.loads(theirs.to_str())["model"]
    assert ours["vocab"] == expected["vocab"]
    assert ours["merges"] == expected["merges"]
