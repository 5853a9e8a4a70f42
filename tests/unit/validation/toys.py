"""A task that a small model learns in seconds: names of people and places in made-up sentences."""

from __future__ import annotations

import random
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from tokbench.labelled.sentences import LabelledSet, Sentence
from tokbench.validation.settings import ModelSettings, Settings, TrainingSettings

PEOPLE = ["Ada", "Grace", "Alan", "Edsger", "Barbara"]
PLACES = ["Turku", "Zuse Park", "Bergen", "Menlo Park"]
PLAIN = "the went to see river and slept in a house by old mill with nobody there".split()  # noqa: SIM905
LABELS = ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")


def sentences(count: int, seed: int) -> list[Sentence]:
    """Return sentences of six to thirty words with a person and a place each."""
    rng = random.Random(seed)
    return [_sentence(rng, number) for number in range(count)]


def _sentence(rng: random.Random, document: int) -> Sentence:
    spans = [([rng.choice(PEOPLE)], "PER"), (rng.choice(PLACES).split(), "LOC")]
    words: list[str] = []
    tags: list[str] = []
    for span, label in spans:
        plain = rng.choices(PLAIN, k=rng.randint(2, 14))
        words += [*plain, *span]
        tags += ["O"] * len(plain) + [f"B-{label}"] + [f"I-{label}"] * (len(span) - 1)
    return Sentence(tuple(words), tuple(tags), document)


def labelled_set(train: int = 48, dev: int = 12) -> LabelledSet:
    """Return a set without a test split, so that dev is scored."""
    return LabelledSet(sentences(train, 1), sentences(dev, 2), [], LABELS)


def word_piece(vocabulary: int = 110, texts: list[str] | None = None) -> PreTrainedTokenizerFast:
    """Return a WordPiece tokenizer, as BERT's, that knows the words of the toys."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    roles = {role: f"[{role.upper()}]" for role in ("pad", "unk", "cls", "sep", "mask")}
    made = trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=list(roles.values()), show_progress=False)
    tokenizer.train_from_iterator(texts or TEXTS, made)
    ends = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, **{f"{role}_token": token for role, token in roles.items()}
    )


TEXTS = [" ".join(sentence.words) for sentence in sentences(60, 0)]


def saved(folder: Path, vocabulary: int = 110) -> str:
    """Save the WordPiece tokenizer, and return its folder."""
    word_piece(vocabulary).save_pretrained(folder)
    return str(folder)


def settings(**training: object) -> Settings:
    """Return a new BERT of two layers without dropout, so that only the arithmetic differs between machines."""
    told: dict[str, object] = {
        "epochs": 8,
        "batch_size": 8,
        "learning_rate": 3e-3,
        "window": 32,
        "stride": 4,
        **training,
    }
    return Settings(ModelSettings(dropout=0.0), training=TrainingSettings(**told))  # type: ignore[arg-type]
