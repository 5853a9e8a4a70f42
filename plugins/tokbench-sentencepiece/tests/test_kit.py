"""Every part of the plugin, proved by tokbench's kit."""

from tokbench_sentencepiece import (
    SentencePieceExporter,
    SentencePieceImporter,
    SentencePieceNormalizer,
    SentencePieceTrainer,
)

from tokbench import formats, testing
from tokbench.artifact import Artifact


def test_the_normalizer():
    """As its options are by default."""
    testing.prove_normalizer(SentencePieceNormalizer())


def test_the_trainer(recipe_for):
    """Of both models."""
    tables = {key: table for key, table in recipe_for("unigram").items() if key not in ("name", "model", "trainer")}
    trainer = SentencePieceTrainer(vocab_size=300, character_coverage=1.0)
    testing.prove_text_trainer(trainer, recipe=tables)


def test_the_exporter_and_the_importer(artifact, tmp_path):
    """On what the trainer made."""
    testing.prove_exporter(SentencePieceExporter(), Artifact.open(artifact).tokenizer)
    model = formats.export(artifact, "sentencepiece", tmp_path / "out").path / "spiece.model"
    testing.prove_importer(SentencePieceImporter(), model)
