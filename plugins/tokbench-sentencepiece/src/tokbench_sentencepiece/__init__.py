"""SentencePiece for tokbench: a trainer, the normalizer, an importer and an exporter."""

from tokbench_sentencepiece.exporter import SentencePieceExporter
from tokbench_sentencepiece.importer import SentencePieceImporter
from tokbench_sentencepiece.normalizer import SentencePieceNormalizer
from tokbench_sentencepiece.trainers import SentencePieceTrainer

__all__ = [
    "SentencePieceExporter",
    "SentencePieceImporter",
    "SentencePieceNormalizer",
    "SentencePieceTrainer",
]
