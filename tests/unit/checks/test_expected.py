"""What the reference says of the probes, and for which of them nothing can be promised."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from tests.unit.shapes import SHAPES, byte_level, unigram, word_level, word_piece
from tokbench.checks.expected import Reference, digest
from tokbench.checks.probes import PROBES


def bpe(tokens: str, **options: object) -> Reference:
    """Return BPE over characters, each its own token."""
    return Reference(Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, [], **options)))


def outside(reference: Reference, text: str) -> bool:
    """Tell whether nothing is promised for the text."""
    return reference.probe([text])[0].outside


def test_unknown_tokens_are_outside() -> None:
    """A text that needs the unknown token, whichever model says so."""
    assert outside(Reference(word_level().tokenizer), "the zebra")
    assert outside(Reference(word_piece().tokenizer), "the дом")
    assert outside(Reference(unigram().tokenizer), "the дом")
    assert not outside(Reference(word_level().tokenizer), "the quick brown")


def test_dropped_characters_are_outside() -> None:
    """BPE without an unknown token drops what it does not know, and says nothing."""
    reference = bpe("ab")
    assert not outside(reference, "abba")
    assert outside(reference, "abc")


def test_bytes_are_never_outside() -> None:
    """With byte fallback or all byte tokens every text is inside the alphabet."""
    assert not outside(bpe("ab", byte_fallback=True), "abc")
    assert not any(probe.outside for probe in Reference(byte_level().tokenizer).probe(PROBES))


def test_affixes_belong_to_the_alphabet() -> None:
    """The symbols of `ab` are `a` and `##b</w>` where prefix and suffix say so."""
    vocabulary = {"a": 0, "##b</w>": 1}
    model = models.BPE(vocabulary, [], continuing_subword_prefix="##", end_of_word_suffix="</w>")
    reference = Reference(Tokenizer(model))
    assert not outside(reference, "ab")
    assert outside(reference, "aa")


@pytest.mark.parametrize(
    ("decoder", "text"),
    [
        (decoders.Metaspace(), "a▁a"),
        (decoders.WordPiece(), "a##a"),
        (decoders.BPEDecoder(), "a</w>a"),
        (decoders.Sequence([decoders.Fuse(), decoders.Replace("▁", " ")]), "a▁a"),
    ],
)
def test_the_decoders_own_signs_are_outside(decoder: decoders.Decoder, text: str) -> None:
    """What a decoder takes for a space or a joint cannot be told from the same sign in a text."""
    tokenizer = Tokenizer(models.BPE({token: number for number, token in enumerate("a▁#</w>")}, []))
    tokenizer.decoder = decoder
    assert outside(Reference(tokenizer), text)
    assert not outside(Reference(tokenizer), "aa")


@pytest.mark.parametrize("name", SHAPES)
def test_the_reference_is_left_as_it_was(name: str) -> None:
    """Asking how special tokens are split does not change what comes after."""
    tokenizer = SHAPES[name]().tokenizer
    reference = Reference(tokenizer)
    before = reference.framed(PROBES)
    reference.split(PROBES)
    assert reference.framed(PROBES) == before
    assert not tokenizer.encode_special_tokens


def test_the_digest_tells_tokenizers_apart() -> None:
    """Equal behavior gives equal digests, in every process; a merge more gives another."""
    digests = {name: digest(Reference(shape().tokenizer).probe(PROBES)) for name, shape in SHAPES.items()}
    assert len(set(digests.values())) == len(SHAPES)
    one = Reference(Tokenizer(models.BPE({"a": 0, "b": 1, "ab": 2}, [])))
    other = Reference(Tokenizer(models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")])))
    assert digest(one.probe(["aabb"])) != digest(other.probe(["aabb"]))
    assert digest(one.probe(["aabb"])) == digest(one.probe(["aabb"]))


def test_pre_tokenized_words_are_judged_without_a_pre_tokenizer_too() -> None:
    """The whole text is one word where nothing splits it."""
    tokenizer = Tokenizer(models.BPE({"a": 0}, []))
    assert outside(Reference(tokenizer), "a a")
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    assert not outside(Reference(tokenizer), "a a")
