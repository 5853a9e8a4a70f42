"""Parity-aware BPE: what is written little of is not split into more tokens for it."""

import pytest
from tokbench_parity import ParityBPETrainer
from tokbench_parity.trainer import BETWEEN, repeated

import tokbench
from tokbench.errors import CorpusError, TrainingError

MUCH = "the quick brown fox jumps over the lazy dog and runs through the wide green valley behind the old mill\n" * 60
LITTLE = (
    "nopea ruskea kettu hyppii laiskan koiran yli ja juoksee leveän vihreän laakson läpi vanhan myllyn taakse\n" * 2
)


@pytest.fixture
def recipe(tmp_path):
    """Return a recipe with much English and little Finnish."""
    (tmp_path / "en.txt").write_text(MUCH, encoding="utf-8")
    (tmp_path / "fi.txt").write_text(LITTLE, encoding="utf-8")
    corpora = [{"use": "files", "path": str(tmp_path / f"{tag}.txt"), "language": tag} for tag in ("en", "fi")]
    return {"name": "fair", "corpus": corpora, "pre_tokenizer": {"use": "gpt2"}, "special_tokens": {"eos": "<|end|>"}}


def per_byte(artifact, text):
    return len(artifact.tokenizer(text)["input_ids"]) / len(text.encode())


def test_little_text_is_not_split_more(recipe, tmp_path):
    """At the same size: plain BPE gives its merges to what there is much of."""
    trainer = {"vocab_size": 310, "initial_alphabet": "byte-level"}
    plain = tokbench.build({**recipe, "trainer": {"use": "bpe", **trainer}}, tmp_path / "plain", checks=False)
    options = {"use": "parity-bpe", "global_share": 0.0, **trainer}
    fair = tokbench.build({**recipe, "trainer": options}, tmp_path / "fair", checks=False)
    assert len(fair.tokenizer) == len(plain.tokenizer) == 310
    assert per_byte(plain, LITTLE) > 1.2 * per_byte(plain, MUCH)
    assert per_byte(fair, LITTLE) == pytest.approx(per_byte(fair, MUCH), rel=0.1)
    again = tokbench.build({**recipe, "trainer": options}, tmp_path / "again", checks=False)
    assert (again.path / "tokenizer.json").read_bytes() == (fair.path / "tokenizer.json").read_bytes()


def test_all_global_is_plain_bpe_in_what_it_merges(recipe, tmp_path):
    """With a share of 1 no language is looked at."""
    trainer = {"vocab_size": 300, "initial_alphabet": "byte-level"}
    plain = tokbench.build({**recipe, "trainer": {"use": "bpe", **trainer}}, tmp_path / "plain", checks=False)
    options = {"use": "parity-bpe", "global_share": 1.0, **trainer}
    same = tokbench.build({**recipe, "trainer": options}, tmp_path / "same", checks=False)
    assert per_byte(same, MUCH) == pytest.approx(per_byte(plain, MUCH), rel=0.02)


def test_every_corpus_must_say_its_language(recipe, tmp_path):
    """And there must be two."""
    recipe["trainer"] = {"use": "parity-bpe", "vocab_size": 300}
    with pytest.raises(TrainingError, match="at least two"):
        tokbench.build({**recipe, "corpus": recipe["corpus"][:1]}, tmp_path / "out", checks=False)
    wrong = {**recipe, "trainer": {**recipe["trainer"], "ratio": {"sv": 2.0}}}
    with pytest.raises(TrainingError, match="no corpus is in sv; there are en, fi"):
        tokbench.build(wrong, tmp_path / "out", checks=False)
    del recipe["corpus"][0]["language"]
    with pytest.raises(CorpusError, match="must know the language"):
        tokbench.build(recipe, tmp_path / "out", checks=False)


def test_words_are_handed_over_as_often_as_they_occur():
    """In strings that are not too long."""
    strings = list(repeated([("a", 2), ("b", 2500)]))
    assert [string.count(BETWEEN) + 1 for string in strings] == [2, 1000, 1000, 500]


def test_shares_beyond_the_whole_are_refused():
    """When the part is made."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        ParityBPETrainer(global_share=1.5)
