"""The Unigram trainer: what it promises of ids, scores, sizes and spellings, in stock `tokenizers`."""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models
from tokenizers.decoders import ByteFallback, Fuse, Sequence

from tests.unit.trainers.parts import Notes, Part, state
from tokbench.contracts import silent
from tokbench.counting.words import WordCounts
from tokbench.errors import TrainingError
from tokbench.models.tokens import BYTE_TOKENS
from tokbench.models.unigram import Unigram
from tokbench.trainers.unigram import UnigramTrainer

COURSE = WordCounts.of([("hug", 10), ("pug", 5), ("pun", 12), ("bun", 4), ("hugs", 5)])


def vocabulary(model: models.Model) -> list[tuple[str, float]]:
    """Return tokens and scores by id."""
    return [(token, score) for token, score in state(model)["vocab"]]


def made_up(size: int) -> WordCounts:
    """Return made-up words with counts as natural as they come."""
    chance = random.Random(5)
    syllables = ["".join(pair) for pair in itertools.product("bdklmnprst", "aeiouäö")]
    words = {"▁" + "".join(chance.choices(syllables, k=chance.randint(1, 5))) for _ in range(size)}
    return WordCounts.of((word, 1 + 100_000 // rank) for rank, word in enumerate(sorted(words), 1))


def spelled(model: models.Model, word: str) -> list[str]:
    """Return the tokens of a word."""
    return [token.value for token in model.tokenize(word)]  # type: ignore[attr-defined]


def test_reserved_tokens_come_first() -> None:
    """Reserved tokens take the first ids, each once; one that is a character of the words spells them, others never."""
    reserved = ["<s>", "<unk>", "hug", "u", "<s>"]
    trained = UnigramTrainer(vocab_size=20).train(COURSE, Unigram(), reserved, silent)
    tokens = [token for token, _ in vocabulary(trained)]
    assert tokens[:4] == ["<s>", "<unk>", "hug", "u"]
    assert len(set(tokens)) == len(tokens)
    assert state(trained)["unk_id"] == 1
    assert "hug" not in spelled(trained, "hugs")
    assert "".join(spelled(trained, "hugs")) == "hugs"
    assert spelled(trained, "u") == ["u"]


def test_special_tokens_do_not_come_from_text() -> None:
    """Text that looks like a reserved token is spelled with its characters."""
    words = WordCounts.of([("<unk>", 3), ("<0x41>", 2), ("A", 5)])
    trained = UnigramTrainer(vocab_size=280).train(words, Unigram(byte_fallback=True), ["<unk>", *BYTE_TOKENS], silent)
    assert len(spelled(trained, "<0x41>")) > 1
    assert len(spelled(trained, "<unk>")) > 1


def test_learned_pieces_come_by_score() -> None:
    """Learned pieces follow by falling score, equal scores by code point; scores are logarithms of probabilities."""
    trained = vocabulary(UnigramTrainer(vocab_size=300).train(made_up(800), Unigram(), ["<unk>"], silent))[1:]
    assert trained == sorted(trained, key=lambda piece: (-piece[1], piece[0]))
    assert 0.9 < sum(math.exp(score) for _, score in trained) <= 1.0


def test_unknown_token_is_added() -> None:
    """An unknown token that nobody reserved comes right after the reserved ones."""
    trained = UnigramTrainer(vocab_size=12).train(COURSE, Unigram(unk_token="?"), ["<s>"], silent)
    assert [token for token, _ in vocabulary(trained)][:2] == ["<s>", "?"]
    assert state(trained)["unk_id"] == 1


def test_model_without_an_unknown_token() -> None:
    """A model part that has none gets none."""
    part = Part(lambda: models.Unigram([("a", 0.0)], None, False))
    trained = UnigramTrainer(vocab_size=9).train(COURSE, part, [], silent)
    assert state(trained)["unk_id"] is None


def test_vocab_size_is_met() -> None:
    """Where the words suffice, the vocabulary has exactly the size asked for, and nothing is noted."""
    notes = Notes()
    for size in (40, 200, 555):
        assert len(vocabulary(UnigramTrainer(vocab_size=size).train(made_up(500), Unigram(), ["<unk>"], notes))) == size
    assert notes.texts == []


def test_smaller_vocabulary_is_a_note() -> None:
    """Words that give too few pieces give a smaller vocabulary, and it is said."""
    notes = Notes()
    trained = UnigramTrainer(vocab_size=1000).train(COURSE, Unigram(), ["<unk>"], notes)
    assert notes.texts == [
        "trainer.vocab_size: 1,000 tokens were asked for, and the words make "
        f"{len(vocabulary(trained))}: there are no more pieces"
    ]


def test_alphabet_larger_than_vocabulary() -> None:
    """A vocabulary without room for the characters is refused, with the numbers and what to do."""
    message = "trainer.vocab_size: 5 is too small for 2 reserved tokens and 7 characters; ask for 9 or more, or lower"
    with pytest.raises(TrainingError, match=message):
        UnigramTrainer(vocab_size=5).train(COURSE, Unigram(), ["<unk>", "<s>"], silent)


def test_vocabulary_larger_than_the_seed() -> None:
    """Fewer seeds than tokens that were asked for make a smaller vocabulary, and it is said."""
    notes = Notes()
    trained = UnigramTrainer(vocab_size=100, seed_size=3).train(made_up(500), Unigram(), ["<unk>"], notes)
    characters = [token for token, _ in vocabulary(trained) if len(token) == 1]
    assert len(vocabulary(trained)) == 1 + len(characters) + 3
    assert len(notes.texts) == 1
    assert "100 tokens were asked for" in notes.texts[0]


def test_word_of_a_megabyte() -> None:
    """A word of 1 MB is trained on, and stock `tokenizers` spells it with what was learned."""
    word = "".join(random.Random(2).choices("abcdefgh", k=2**20))
    trained = UnigramTrainer(vocab_size=100, seed_size=200).train(WordCounts.of([(word, 1)]), Unigram(), [], silent)
    assert "".join(spelled(trained, word)) == word


def test_all_characters_are_kept() -> None:
    """At full coverage every word comes back whole, however rare its characters."""
    words = WordCounts.of([(chr(0x4E00 + i) * 2, 1) for i in range(50)] + [("the", 10**6)])
    trained = UnigramTrainer(vocab_size=80).train(words, Unigram(), ["<unk>"], silent)
    for word, _ in words:
        assert "<unk>" not in [state(trained)["vocab"][token.id][0] for token in trained.tokenize(word)]


def test_coverage_leaves_rare_characters_to_bytes() -> None:
    """Characters outside the coverage become bytes, and come back."""
    words = WordCounts.of([("the", 1000), ("th中e", 1), ("hat", 500)])
    trainer = UnigramTrainer(vocab_size=265, character_coverage=0.999, initial_alphabet=("ß",))
    tokenizer = Tokenizer(trainer.train(words, Unigram(byte_fallback=True), ["<unk>", *BYTE_TOKENS], silent))
    tokenizer.decoder = Sequence([ByteFallback(), Fuse()])
    assert state(tokenizer.model)["byte_fallback"] is True
    assert "中" not in tokenizer.get_vocab()
    assert "ß" in tokenizer.get_vocab()
    encoding = tokenizer.encode("th中eß😀")
    assert [token for token in encoding.tokens if token.startswith("<")][:3] == ["<0xE4>", "<0xB8>", "<0xAD>"]
    assert tokenizer.decode(encoding.ids, skip_special_tokens=False) == "th中eß😀"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=12), st.text("abcz", max_size=14))
def test_user_defined_pieces_are_never_split(words: list[str], text: str) -> None:
    """A user-defined piece is one token wherever it stands, whatever the pieces around it are."""
    counted = WordCounts.of((word, 1 + i * i) for i, word in enumerate(words))
    trainer = UnigramTrainer(vocab_size=40, user_defined_pieces=("abz", "cc"))
    trained = trainer.train(counted, Unigram(), ["<unk>"], silent)
    assert [token for token, _ in vocabulary(trained)][1:3] == ["abz", "cc"]
    tokens = spelled(trained, text)
    assert tokens.count("abz") == text.count("abz")
    assert tokens.count("cc") == text.count("cc")


@pytest.mark.parametrize("piece", ["<unk>", "<0x41>", "<s>"])
def test_user_defined_piece_that_collides(piece: str) -> None:
    """The unknown token, a byte token and a special token are refused alike, by one sentence."""
    message = f"user_defined_pieces: '{piece}' is a token that the vocabulary reserves; leave it out"
    trainer = UnigramTrainer(vocab_size=300, user_defined_pieces=("ab", piece))
    with pytest.raises(TrainingError, match=message):
        trainer.train(COURSE, Unigram(byte_fallback=True), ["<unk>", "<s>", *BYTE_TOKENS], silent)


def test_user_defined_piece_twice() -> None:
    """A piece that is defined twice is one token, and one that is a character too."""
    trainer = UnigramTrainer(vocab_size=20, user_defined_pieces=("hug", "u", "hug"))
    tokens = [token for token, _ in vocabulary(trainer.train(COURSE, Unigram(), ["<unk>"], silent))]
    assert tokens[:3] == ["<unk>", "hug", "u"]
    assert len(set(tokens)) == len(tokens)


def test_pieces_keep_to_one_script() -> None:
    """No piece has characters of two scripts; marks go with what they mark, kana are with Han."""
    words = WordCounts.of([("▁abяг", 9), ("▁ab中ひ!", 9), ("яг\u0301", 5), ("ab!", 5)])
    trained = UnigramTrainer(vocab_size=99, split_by_unicode_script=True).train(words, Unigram(), ["<unk>"], silent)
    learned = {token for token, _ in vocabulary(trained)[1:] if len(token) > 1}
    assert learned == {"▁ab", "ab", "яг", "яг\u0301", "г\u0301", "中ひ"}
    across = UnigramTrainer(vocab_size=99).train(words, Unigram(), ["<unk>"], silent)
    assert "▁abяг" in {token for token, _ in vocabulary(across)}


def test_digits_stand_alone() -> None:
    """No piece has a digit and anything else, and words with digits are still whole words elsewhere."""
    words = WordCounts.of([("▁1995", 50), ("▁ab12", 20), ("▁１２", 9)])
    trained = UnigramTrainer(vocab_size=99, split_digits=True).train(words, Unigram(), ["<unk>"], silent)
    learned = {token for token, _ in vocabulary(trained)[1:]}
    assert learned == {*"▁1995ab2１２", "▁ab", "ab"}


def test_progress() -> None:
    """The rounds of pruning are reported, with how many there will be."""
    notes = Notes()
    UnigramTrainer(vocab_size=500).train(made_up(20_000), Unigram(), ["<unk>"], notes)
    done = [event.done for event in notes.progress]
    assert done == sorted(done)
    assert all(0 <= event.done <= (event.total or 0) for event in notes.progress)


def test_counts_that_overflow() -> None:
    """What the compiled core refuses is one sentence."""
    with pytest.raises(
        TrainingError, match=r"trainer: the words have 2\^55 characters or more in all; scale the counts"
    ):
        UnigramTrainer().train(WordCounts.of([("abc", 2**60)]), Unigram(), ["<unk>"], silent)


def test_no_words() -> None:
    """An empty corpus is refused."""
    with pytest.raises(TrainingError, match="there are no words to train on"):
        UnigramTrainer().train(WordCounts.of([]), Unigram(), ["<unk>"], silent)


def test_wrong_model() -> None:
    """A model of another kind is refused."""
    with pytest.raises(TrainingError, match="it makes a Unigram model, and the recipe's model is a BPE"):
        UnigramTrainer().train(COURSE, Part(models.BPE), [], silent)


@pytest.mark.parametrize("word", ["a", "\x00", "\x00a\x00a", "\x01\x1b\x7f\x85\ufeff", "\n\r\t", "😀😀", "▁"])
def test_one_word(word: str) -> None:
    """A single word, whatever it is, is spelled and comes back."""
    trained = UnigramTrainer(vocab_size=9).train(WordCounts.of([(word, 2**40)]), Unigram(), ["<unk>"], silent)
    assert "".join(spelled(trained, word)) == word
    assert all(math.isfinite(score) for _, score in vocabulary(trained))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocab_size": 0}, "vocab_size: 0 is below 1"),
        ({"seed_size": 0}, "seed_size: 0 is below 1"),
        ({"n_sub_iterations": 0}, "n_sub_iterations: 0 is below 1"),
        ({"shrinking_factor": 1.0}, "shrinking_factor: 1.0 is not between 0 and 1"),
        ({"character_coverage": 0.0}, "character_coverage: 0.0 is not above 0 and at most 1"),
        ({"character_coverage": 1.5}, "character_coverage: 1.5 is not above 0 and at most 1"),
        ({"max_piece_length": 1000}, "max_piece_length: 1000 is above 127"),
        ({"initial_alphabet": ("ab",)}, "initial_alphabet: 'ab' is not one character"),
        ({"user_defined_pieces": ("",)}, "user_defined_pieces: '' is not a piece"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    """Options that types cannot check are refused when the part is made."""
    with pytest.raises(ValueError, match=message):
        UnigramTrainer(**options)
