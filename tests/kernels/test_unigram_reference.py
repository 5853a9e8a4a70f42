"""The specification of Unigram training, held against mathematics, against HF's model, and against the paper."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models

from tests.kernels.strategies import Counts, counts
from tokbench.kernels.reference import unigram
from tokbench.kernels.reference.lattice import Model, add_expected, likeliest
from tokbench.kernels.reference.numbers import digamma, exponential, logarithm
from tokbench.kernels.reference.seeds import covered, parts, seeds, stretches
from tokbench.kernels.unigram import UnigramOptions

positive = st.floats(1e-300, 1e300)
pieces = st.dictionaries(st.text("ab", min_size=2, max_size=4), st.integers(1, 100), max_size=8)
texts = st.text("ab", min_size=1, max_size=9)


def model_of(weights: dict[str, int]) -> Model:
    """Return a model of pieces with these weights, and of the characters a and b."""
    weights = {"a": 1, "b": 1, **weights}
    chances = [weight / sum(weights.values()) for weight in weights.values()]
    return Model(list(weights), [math.log(chance) for chance in chances], chances)


def spellings(model: Model, text: str, start: int = 0) -> Iterator[list[int]]:
    """Yield all ways to spell a text, one by one."""
    if start == len(text):
        yield []
    for end, piece in model.edges(text, start):
        for rest in spellings(model, text, end):
            yield [piece, *rest]


@given(positive)
def test_logarithm(x: float) -> None:
    """The logarithm is right to the last bits, and undone by the exponential."""
    assert logarithm(x) == pytest.approx(math.log(x), rel=4e-16, abs=4e-16)
    assert exponential(logarithm(x)) == pytest.approx(x, rel=3e-13)


@given(st.floats(-700, 700))
def test_exponential(x: float) -> None:
    """The exponential is right to the last bits."""
    assert exponential(x) == pytest.approx(math.exp(x), rel=1e-15)


@given(st.floats(1e-3, 1e15))
def test_digamma(x: float) -> None:
    """ψ(x + 1) = ψ(x) + 1/x, and ψ(1) = -γ (Abramowitz and Stegun 6.3.2, 6.3.5)."""
    assert digamma(x + 1.0) == pytest.approx(digamma(x) + 1.0 / x, rel=1e-8, abs=1e-8)
    assert digamma(1.0) == pytest.approx(-0.5772156649015329, abs=1e-9)


@given(pieces, texts)
def test_expected_counts(weights: dict[str, int], text: str) -> None:
    """Forward and backward sums give what counting over all spellings gives."""
    model = model_of(weights)
    unit = 2.0**40
    found = [0] * len(model.pieces)
    add_expected(model, [(text, unit)], found)
    right = [0.0] * len(model.pieces)
    whole = 0.0
    for spelled in spellings(model, text):
        chance = math.prod(model.chances[piece] for piece in spelled)
        whole += chance
        for piece in spelled:
            right[piece] += chance
    assert [count / unit for count in found] == pytest.approx([count / whole for count in right], abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(pieces, st.text("ab", min_size=500, max_size=900))
def test_expected_counts_of_long_texts(weights: dict[str, int], text: str) -> None:
    """Texts whose probability no double holds are spelled out all the same: every character is somebody's."""
    model = model_of(dict.fromkeys(weights, 1) | {"never" * 5: 10**9})
    found = [0] * len(model.pieces)
    add_expected(model, [(text, 2.0**32)], found)
    spelled = sum(count * len(piece) for count, piece in zip(found, model.pieces, strict=True))
    assert spelled / 2**32 == pytest.approx(len(text), rel=1e-6)


@given(pieces, texts)
def test_likeliest_is_hugging_face(weights: dict[str, int], text: str) -> None:
    """The likeliest spelling is as likely as the one that HF's model takes."""
    model = model_of(weights)
    vocabulary = [("<unk>", -99.0), *zip(model.pieces, model.scores, strict=True)]
    score, spelled = likeliest(model, text)
    tokens = models.Unigram(vocabulary, 0, False).tokenize(text)  # type: ignore[attr-defined]
    assert score == pytest.approx(sum(vocabulary[token.id][1] for token in tokens))
    assert "".join(model.pieces[piece] for piece in spelled) == text
    assert score == pytest.approx(sum(model.scores[piece] for piece in spelled))


@given(pieces, texts)
def test_likeliest_is_the_best(weights: dict[str, int], text: str) -> None:
    """No spelling has a higher score."""
    model = model_of(weights)
    best = max(sum(model.scores[piece] for piece in spelled) for spelled in spellings(model, text))
    assert likeliest(model, text)[0] == pytest.approx(best)


def test_hugging_face_course() -> None:
    """The HF course, chapter 6.7: under its 210 substrings, `unhug` is likeliest `un hug`, with 0.005442."""
    weights = {"h": 15, "u": 36, "g": 20, "hu": 15, "ug": 20, "p": 17, "pu": 17, "n": 16, "un": 16, "b": 4, "bu": 4}
    weights |= {"s": 5, "hug": 15, "gs": 5, "ugs": 5}
    chances = [weight / sum(weights.values()) for weight in weights.values()]
    assert sum(weights.values()) == 210
    model = Model(list(weights), [logarithm(chance) for chance in chances], chances)
    score, spelled = likeliest(model, "unhug")
    assert [model.pieces[piece] for piece in spelled] == ["un", "hug"]
    assert round(exponential(score), 6) == 0.005442


def log_likelihood(model: Model, counted: Counts) -> float:
    """Return the logarithm of the probability of all texts."""
    return sum(
        count * math.log(sum(math.prod(model.chances[piece] for piece in way) for way in spellings(model, text)))
        for text, count in counted.items()
    )


@settings(max_examples=50, deadline=None)
@given(pieces, st.dictionaries(texts, st.integers(1, 30), min_size=1, max_size=5))
def test_likelihood_never_falls(weights: dict[str, int], counted: Counts) -> None:
    """Where each piece takes its expected share, the likelihood never falls (Dempster, Laird and Rubin 1977)."""
    model = model_of(weights)
    before = log_likelihood(model, counted)
    for _ in range(4):
        found = unigram.expected(model, list(counted.items()))
        chances = [count / sum(found) for count in found]
        model = Model(model.pieces, [0.0] * len(chances), chances)
        after = log_likelihood(model, counted)
        assert after >= before - 1e-6 * abs(before) - 1e-6
        before = after


@settings(max_examples=50, deadline=None)
@given(pieces, st.dictionaries(texts, st.integers(1, 30), min_size=1, max_size=5))
def test_bound_never_falls(weights: dict[str, int], counted: Counts) -> None:
    """With the prior, what climbs is the likelihood less the distance of the posterior from the prior."""
    model, bits = model_of(weights), unigram.fraction_bits(list(counted.items()))
    before = -math.inf
    for _ in range(6):
        found = [max(count, 1) for count in unigram.expected(model, list(counted.items()))]
        shares = [count / 2**bits for count in found]
        whole = digamma(sum(shares))
        scores = [digamma(share) - whole for share in shares]
        distance = (
            math.lgamma(sum(shares))
            - sum(map(math.lgamma, shares))
            + sum(share * score for share, score in zip(shares, scores, strict=True))
        )
        model = Model(model.pieces, scores, [exponential(score) for score in scores])
        bound = log_likelihood(model, counted) - distance
        assert bound >= before - 1e-6 * abs(bound) - 1e-4
        before = bound


def test_seeds() -> None:
    """Strings that something different follows, or nothing: `hu` is always followed by g, and so `hug` stands for it.

    The words of the HF course, chapter 6.7 (which seeds all strings).
    """
    counted = [("hug", 10), ("pug", 5), ("pun", 12), ("bun", 4), ("hugs", 5)]
    assert seeds(counted, UnigramOptions(vocab_size=9)) == [
        ("u", 36), ("g", 20), ("p", 17), ("n", 16), ("h", 15), ("s", 5), ("b", 4),
        ("hug", 45), ("ug", 40), ("pun", 36), ("pu", 34), ("un", 32), ("hugs", 20), ("pug", 15), ("ugs", 15),
        ("bun", 12), ("gs", 10),
    ]  # fmt: skip


def test_stretches() -> None:
    """Words are cut at characters that are not kept, and around user-defined pieces; they come by their ends, once."""
    words = [("abcd", 2), ("abab", 1), ("a中ab", 3), ("bcb", 4)]
    options = UnigramOptions(vocab_size=9, user_defined=("bc", "b", "bcb", "zz"))
    assert stretches(words, set("abcd"), options) == [("a", 10), ("d", 2)]
    plain = UnigramOptions(vocab_size=9)
    assert stretches(words, set("abcd"), plain) == [("a", 3), ("ab", 3), ("abab", 1), ("bcb", 4), ("abcd", 2)]


@pytest.mark.parametrize(
    ("word", "split"),
    [
        ("▁abя", "▁ab я"), ("▁3ab中\u0301x", "▁ 3 ab 中\u0301 x"), ("a▁b", "a▁b"), ("a▁▁я", "a ▁▁я"), ("▁", "▁"),
        ("12", "1 2"), ("a1", "a 1"), ("1▁a", "1 ▁a"), ("\u0301aя", "\u0301a я"), ("", ""),
    ],
)  # fmt: skip
def test_parts(word: str, split: str) -> None:
    """Texts are cut between characters of different sets, and around those that are alone."""
    options = UnigramOptions(vocab_size=9, apart=("abx", "я", "中"), alone="123")
    assert list(parts(word, options)) == split.split()


@given(pieces, st.lists(texts, min_size=1, max_size=6, unique=True))
def test_shared_ends_are_spelled_once(weights: dict[str, int], several: list[str]) -> None:
    """Expected counts of texts together are those of each alone, but for rounding."""
    model, unit = model_of(weights), 2.0**40
    together, apart = [0] * len(model.pieces), [0] * len(model.pieces)
    add_expected(model, [(text, unit) for text in several], together)
    for text in several:
        add_expected(model, [(text, unit)], apart)
    assert together == pytest.approx(apart, rel=1e-9, abs=100)


def test_blocks() -> None:
    """Blocks hold as many texts as have so many places; what a text shares with the one before it counts once."""
    counted = [(chr(0x4E00 + i) * 1000 + tail, 1) for i in range(3) for tail in ("", "ab", "cab")]
    ordered = stretches(counted, set("".join(text for text, _ in counted)), UnigramOptions(vocab_size=9))
    found = list(unigram.blocks(ordered))
    assert [len(block) for block in found] == [4, 4, 1]
    assert [text for block in found for text in block] == ordered


@pytest.mark.parametrize(
    ("coverage", "kept"), [(1.0, "abcd"), (0.99, "abcd"), (0.9, "abc"), (0.6, "ab"), (0.5, "a"), (0.1, "a")]
)
def test_coverage(coverage: float, kept: str) -> None:
    """The most frequent characters are kept until they make the share that is asked for; ties by code point."""
    options = UnigramOptions(vocab_size=9, character_coverage=coverage, initial_alphabet=("z",))
    assert covered([("a", 50), ("bc", 20), ("d", 10)], options) == {*kept, "z"}


@settings(max_examples=100, deadline=None)
@given(counts(largest=60), st.integers(8, 60))
def test_size_is_met(counted: Counts, size: int) -> None:
    """The vocabulary has the size that was asked for, or every character and seed is in it."""
    options = UnigramOptions(vocab_size=size, reserved=("<unk>",))
    trained = unigram.learn_unigram(counted.items(), options)
    most = len(seeds(list(counted.items()), options)) + 1
    assert len(trained.tokens) == max(min(size, most), trained.characters + 1)
    assert len(set(trained.tokens)) == len(trained.tokens)
