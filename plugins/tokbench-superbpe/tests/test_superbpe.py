"""SuperBPE by tokbench: the published procedure, in plain Python, gives the same merges; stock tokenizers runs them."""

import itertools
from collections import Counter
from types import SimpleNamespace

import pytest
from tokbench_superbpe.sample import Pieces, sampled
from tokbench_superbpe.trainer import PATTERN, SuperBPETrainer
from tokenizers import Regex, Tokenizer, pre_tokenizers

import tokbench
from tokbench import testing
from tokbench.errors import RecipeError, TrainingError

TEXTS = [
    "by the way, the fox ran by the old mill and by the way it slept",
    "in the end of the day, at the end of the year, it was the end of the road",
    "one of the dogs; two of the dogs... 1234 of the dogs\nby the way of the mill",
    "the end of the day is by the way of the end, and the naïve fox — it ran",
] * 3
SIZE, TRANSITION = 370, 300


def recipe(**options):
    return {
        "name": "super",
        "pre_tokenizer": {"use": "cl100k"},
        "trainer": {"use": "superbpe", "vocab_size": SIZE, "transition_size": TRANSITION, **options},
        "special_tokens": {"eos": "<|end|>"},
    }


@pytest.fixture(scope="module")
def artifact(tmp_path_factory):
    """Return a small SuperBPE tokenizer."""
    return tokbench.build(recipe(), tmp_path_factory.mktemp("built") / "super", corpus=TEXTS, checks=False)


def merges_of(tokenizer):
    import json

    return [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]


def test_tokens_reach_across_spaces(artifact):
    """After the transition, and not before."""
    tokenizer = artifact.tokenizer.backend_tokenizer
    merges = merges_of(tokenizer)
    inside = TRANSITION - 256 - 1
    assert not any("Ġ" in "".join(pair)[1:] for pair in merges[:inside])
    assert any("Ġ" in "".join(pair)[1:] for pair in merges[inside:])
    assert len(artifact.tokenizer) == SIZE
    assert any(token.count("Ġ") >= 2 for token in tokenizer.encode("it was by the way of the mill").tokens)


def test_the_first_stage_is_plain_bpe(artifact, tmp_path):
    """The same words, the same merges."""
    plain = {**recipe(), "trainer": {"use": "bpe", "vocab_size": TRANSITION, "min_frequency": 2}}
    built = tokbench.build(plain, tmp_path / "plain", corpus=TEXTS, checks=False)
    first = merges_of(built.tokenizer.backend_tokenizer)
    assert merges_of(artifact.tokenizer.backend_tokenizer)[: len(first)] == first


def test_the_second_stage_is_the_published_one(artifact):
    """Resume from the first stage's merges on text that is split by the second expression: counted naively."""
    merges = merges_of(artifact.tokenizer.backend_tokenizer)
    ids = artifact.tokenizer.get_vocab()
    inside = TRANSITION - 256 - 1
    words = [apply(word, merges[:inside]) for text in TEXTS for word in split(text)]
    for learned in merges[inside:]:
        counts = Counter(pair for word in words for pair in itertools.pairwise(word))
        # Overlapping pairs (aaa) count as often as they stand there, as in `tokenizers`.
        best = min(counts, key=lambda pair: (-counts[pair], ids[pair[0]], ids[pair[1]]))
        assert learned == best
        words = [apply(word, [best]) for word in words]


def split(text):
    """Return the words of the second stage, as bytes are written."""
    stages = [
        pre_tokenizers.Split(Regex(PATTERN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
    return [list(word) for word, _ in pre_tokenizers.Sequence(stages).pre_tokenize_str(text)]


def apply(word, merges):
    """Return the word with merges applied, each everywhere, in their order."""
    for left, right in merges:
        place = 0
        while place + 1 < len(word):
            if (word[place], word[place + 1]) == (left, right):
                word = [*word[:place], left + right, *word[place + 2 :]]
            place += 1
    return word


def test_stock_tokenizers_encodes_so(artifact):
    """From tokenizer.json alone: the merges in their order, on words that only `PATTERN` ends."""
    stock = Tokenizer.from_file(str(artifact.path / "tokenizer.json"))
    merges = merges_of(stock)
    for text in (*TEXTS, "unseen words by the way 12345 -- and the end of the, of the end"):
        expected = [token for word in split(text) for token in apply(word, merges)]
        assert stock.encode(text).tokens == expected
        assert stock.decode(stock.encode(text).ids) == text


def test_a_token_is_one_character_whatever_its_id():
    """Surrogates are passed over."""
    import numpy as np

    ids = [0, 1, 0xD7DF, 0xD7E0, 0xD7E1, 0xFFFF, 300_000]
    written = Pieces.characters(np.array(ids, np.uint32))
    assert len(written.encode()) > len(ids)
    assert [Pieces.token(character) for character in written] == ids


@pytest.mark.parametrize("size", [0, 500, 10_000, 10**9])
def test_a_sample_is_spread_over_the_corpus(size):
    """About as many bytes as were asked for, from everywhere."""
    texts = [f"{number:05d}" * (1 + number % 7) for number in range(2000)]
    whole = len("".join(texts))
    found = list(sampled(SimpleNamespace(bytes=whole, texts=lambda: iter(texts)), size))
    taken = len("".join(found))
    wanted = min(size or whole, whole)
    assert abs(taken - wanted) <= 35
    if 500 < wanted < whole:
        middle = sum(len(text) for text in found if int(text[:5]) < 1000)
        assert 0.4 < middle / taken < 0.6


def test_the_promises_of_a_trainer():
    """Its size, its special tokens, the same model again, a corpus of one word, and an artifact that reloads."""
    part = SuperBPETrainer(vocab_size=400, transition_size=330)
    testing.prove_text_trainer(part, recipe={"pre_tokenizer": [{"use": "cl100k"}]})


def test_words_that_are_not_bytes_are_refused(tmp_path):
    """With what to use."""
    other = {**recipe(initial_alphabet=[]), "pre_tokenizer": {"use": "metaspace"}, "special_tokens": {"unk": "<unk>"}}
    with pytest.raises(TrainingError, match="superbpe merges bytes"):
        tokbench.build(other, tmp_path / "out", corpus=TEXTS, checks=False)


def test_counts_alone_are_not_enough(tmp_path):
    """The second stage reads text."""
    tokbench.count(recipe(), tmp_path / "words.parquet", corpus=TEXTS)
    with pytest.raises(RecipeError, match="running text"):
        tokbench.build(recipe(), tmp_path / "out", counts=tmp_path / "words.parquet", checks=False)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [({"transition_size": 400}, "below vocab_size"), ({"transition_size": 0}, "above 0"), ({"sample": -1}, "negative")],
)
def test_sizes_that_cannot_be_are_refused(options, complaint):
    """When the part is made."""
    with pytest.raises(ValueError, match=complaint):
        SuperBPETrainer(vocab_size=370, **options)
