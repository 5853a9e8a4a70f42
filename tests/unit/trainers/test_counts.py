"""The trainers that start from word counts."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from tokenizers import Tokenizer, models
from tokenizers.decoders import ByteFallback, Fuse, Sequence
from tokenizers.pre_tokenizers import ByteLevel, Metaspace

from tests.unit.trainers.parts import Notes, Part, state, tokens
from tokbench import registry
from tokbench.contracts import silent
from tokbench.counting.words import WordCounts
from tokbench.errors import TrainingError
from tokbench.trainers.bpe import BPETrainer
from tokbench.trainers.char import CharTrainer
from tokbench.trainers.wordlevel import WordLevelTrainer
from tokbench.trainers.wordpiece import WordPieceTrainer

SENNRICH = WordCounts.of([("low", 5), ("lower", 2), ("newest", 6), ("widest", 3)])
BPE = Part(models.BPE)
WORDPIECE = Part(lambda: models.WordPiece(unk_token="[UNK]"))
WORDLEVEL = Part(lambda: models.WordLevel(unk_token="[UNK]"))
BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
TRAINERS: list[tuple[Any, Part]] = [
    (BPETrainer(), BPE),
    (WordPieceTrainer(), WORDPIECE),
    (WordPieceTrainer(scoring="likelihood"), WORDPIECE),
    (WordLevelTrainer(), WORDLEVEL),
    (CharTrainer(), BPE),
]


@pytest.mark.parametrize(("trainer", "model"), TRAINERS)
def test_reserved_tokens_come_first(trainer: Any, model: Part) -> None:
    """Reserved tokens take the first ids, in their order, each once, whatever the words hold."""
    trained = trainer.train(SENNRICH, model, ["[UNK]", "zz", "low", "[UNK]", "w"], silent)
    assert tokens(trained)[:4] == ["[UNK]", "zz", "low", "w"]
    assert len(set(tokens(trained))) == len(tokens(trained))


@pytest.mark.parametrize(("trainer", "model"), TRAINERS)
def test_no_words(trainer: Any, model: Part) -> None:
    """An empty corpus is refused: it would train an empty model."""
    with pytest.raises(TrainingError, match="there are no words to train on; look at the corpus"):
        trainer.train(WordCounts.of([]), model, ["[UNK]"], silent)


@pytest.mark.parametrize(("free", "said"), [(10, True), (2**50, False), (None, False)])
def test_too_little_memory_is_said_before_it_is_taken(
    monkeypatch: pytest.MonkeyPatch, free: int | None, said: bool
) -> None:
    """A note says what training may take, what there is, and what can be done, before the system ends the process."""
    monkeypatch.setattr("tokbench.machine.free_memory", lambda: free)
    notes = Notes()
    BPETrainer(vocab_size=20).train(SENNRICH, BPE, [], notes)
    assert any("4 distinct words may take 0.0 GB to train on" in note for note in notes.texts) == said


@pytest.mark.parametrize(("trainer", "model"), TRAINERS)
def test_wrong_model(trainer: Any, model: Part) -> None:
    """A model of another kind than the trainer makes is refused."""
    other = WORDPIECE if model is BPE else BPE
    with pytest.raises(TrainingError, match=r"trainer: it makes a \w+ model, and the recipe's model is a"):
        trainer.train(SENNRICH, other, [], silent)


@pytest.mark.parametrize(
    "name", ["bpe", "char", "hf-bpe", "hf-unigram", "hf-wordlevel", "hf-wordpiece", "unigram", "wordpiece"]
)
def test_declared(name: str) -> None:
    """Every trainer is a part, and names the models that it makes."""
    assert registry.load("trainers", name).makes  # type: ignore[attr-defined]


def test_bpe_keeps_the_options_of_its_model() -> None:
    """The trained model has the prefix, suffix, unknown token and switches of the model part."""
    options: dict[str, Any] = {
        "unk_token": "<unk>",
        "continuing_subword_prefix": "@@",
        "end_of_word_suffix": "</w>",
        "fuse_unk": True,
        "byte_fallback": True,
        "ignore_merges": True,
        "dropout": 0.5,
    }
    trained = BPETrainer(vocab_size=30).train(SENNRICH, Part(lambda: models.BPE(**options)), ["<unk>"], silent)
    assert {name: state(trained)[name] for name in options} == options
    assert {"w", "@@w", "@@w</w>"} <= set(tokens(trained))


def test_wordpiece_keeps_the_options_of_its_model() -> None:
    """Prefix, unknown token and longest word are the model's."""
    model = Part(
        lambda: models.WordPiece(unk_token="?", max_input_chars_per_word=7, continuing_subword_prefix="+")  # type: ignore[call-arg]
    )
    trained = WordPieceTrainer(vocab_size=25).train(SENNRICH, model, ["?"], silent)
    saved = state(trained)
    assert (saved["unk_token"], saved["max_input_chars_per_word"]) == ("?", 7)
    assert saved["continuing_subword_prefix"] == "+"
    assert "+w" in saved["vocab"]


@pytest.mark.parametrize("trainer", [BPETrainer(vocab_size=7), WordPieceTrainer(vocab_size=7)])
def test_alphabet_larger_than_vocabulary(trainer: Any) -> None:
    """Where HF would pass vocab_size in silence, we refuse, with both numbers and what to do."""
    model = BPE if isinstance(trainer, BPETrainer) else WORDPIECE
    characters = 10 if model is BPE else 18
    message = (
        rf"trainer.vocab_size: 7 is too small for 1 reserved tokens and {characters} characters;"
        rf" ask for {characters + 1} or more, or set limit_alphabet"
    )
    with pytest.raises(TrainingError, match=message):
        trainer.train(SENNRICH, model, ["[UNK]"], silent)


def test_smaller_vocabulary_is_a_note() -> None:
    """A corpus with too few pairs, words or characters gives a smaller vocabulary and says so."""
    for trainer, model in TRAINERS[:4]:
        notes = Notes()
        trained = trainer.train(SENNRICH, model, [], notes)
        assert notes.texts[0].startswith(
            f"trainer.vocab_size: 30,000 tokens were asked for, and the words make {len(tokens(trained)):,}: "
        )


def test_vocab_size_is_met() -> None:
    """Where the words suffice, the vocabulary has exactly the size asked for, and nothing is noted."""
    words = WordCounts.of(("".join(letters), 1 + i) for i, letters in enumerate(itertools.permutations("abcdef")))
    notes = Notes()
    assert len(tokens(BPETrainer(vocab_size=200).train(words, BPE, ["[UNK]"], notes))) == 200
    assert len(tokens(WordPieceTrainer(vocab_size=200).train(words, WORDPIECE, ["[UNK]"], notes))) == 200
    assert len(tokens(WordLevelTrainer(vocab_size=200).train(words, WORDLEVEL, ["[UNK]"], notes))) == 200
    assert len(tokens(CharTrainer(vocab_size=4).train(words, BPE, ["[UNK]"], notes))) == 4
    assert notes.texts == []


def test_wordlevel_takes_the_most_frequent() -> None:
    """Words go by count, then by code point; those below min_frequency are left out."""
    words = WordCounts.of([("b", 2), ("a", 2), ("é", 2), ("z", 9), ("rare", 1)])
    trained = WordLevelTrainer(vocab_size=9, min_frequency=2).train(words, WORDLEVEL, ["[UNK]", "z"], silent)
    assert tokens(trained) == ["[UNK]", "z", "a", "b", "é"]
    with pytest.raises(TrainingError, match="2 is too small for 2 reserved tokens and 1 word; ask for 3 or more"):
        WordLevelTrainer(vocab_size=2).train(words, WORDLEVEL, ["[UNK]", "z"], silent)


def test_char_is_every_character() -> None:
    """Words fall to characters, and come back; a smaller vocabulary keeps the most frequent characters."""
    words = WordCounts.of([("▁aab", 3), ("▁ç😀", 1)])
    tokenizer = Tokenizer(CharTrainer().train(words, Part(lambda: models.BPE(unk_token="?")), ["?"], silent))
    tokenizer.pre_tokenizer = Metaspace()
    encoding = tokenizer.encode("ab ç😀z")
    assert encoding.tokens == ["▁", "a", "b", "▁", "ç", "😀", "?"]
    assert encoding.offsets[:3] == [(0, 1), (0, 1), (1, 2)]
    few = CharTrainer(vocab_size=3).train(words, BPE, ["?"], silent)
    assert tokens(few) == ["?", "a", "▁"]
    with pytest.raises(TrainingError, match="1 is too small for 1 reserved tokens and 1 character"):
        CharTrainer(vocab_size=1).train(words, BPE, ["?"], silent)


def test_byte_level_alphabet() -> None:
    """The 256 characters of ByteLevel are in the vocabulary, so that no text is lost."""
    words = WordCounts.of([("Ġlow", 2)])
    trained = BPETrainer(vocab_size=300, initial_alphabet="byte-level").train(words, BPE, ["<s>"], silent)
    assert set(ByteLevel.alphabet()) <= set(tokens(trained))
    assert len(tokens(trained)) == 1 + 256 + 3


def test_byte_fallback_round_trips() -> None:
    """With the byte tokens that the model requires, text outside the alphabet comes back."""
    model = Part(lambda: models.BPE(byte_fallback=True))
    tokenizer = Tokenizer(BPETrainer(vocab_size=280).train(SENNRICH, model, BYTES, silent))
    tokenizer.decoder = Sequence([ByteFallback(), Fuse()])
    assert set(BYTES) <= set(tokens(tokenizer.model))
    assert tokenizer.decode(tokenizer.encode("lowé😀").ids, skip_special_tokens=False) == "lowé😀"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocab_size": 0}, "vocab_size: 0 is below 1"),
        ({"min_frequency": -1}, "min_frequency: -1 is below 0"),
        ({"limit_alphabet": 0}, "limit_alphabet: 0 is below 1"),
        ({"initial_alphabet": ("ab",)}, "initial_alphabet: 'ab' is not one character"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    """Options that types cannot check are refused when the part is made."""
    with pytest.raises(ValueError, match=message):
        BPETrainer(**options)


@pytest.mark.parametrize(("trainer", "model"), TRAINERS[:3])
def test_several_sizes_are_learned_once_and_made_one_by_one(trainer: Any, model: Part, monkeypatch) -> None:
    """Each is what its own training gives, in the order of the sizes; learning is over before a model is asked for."""
    sizes = [22, 20, 25]
    alone = [state(replace(trainer, vocab_size=size).train(SENNRICH, model, ["[UNK]"], silent)) for size in sizes]
    made = trainer.train_sizes(SENNRICH, model, ["[UNK]"], sizes, silent)
    monkeypatch.setattr("tokbench.trainers.bpe.training.learn", None)
    assert len(tokens(first := next(made))) == sizes[0]
    assert [state(first), *map(state, made)] == alone
