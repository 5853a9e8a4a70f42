"""Parity-aware BPE: what is written little of is not split into more tokens for it."""

import json

import pytest
from tokbench_parity import ParityBPETrainer
from tokbench_parity.published import BETWEEN, repeated

import tokbench
from tokbench import testing
from tokbench.contracts import Note
from tokbench.errors import CorpusError, TrainingError

ENGLISH = "the quick brown fox jumps over the lazy dog and runs through the wide green valley behind the old mill"
FINNISH = "nopea ruskea kettu hyppii laiskan koiran yli ja juoksee leveän vihreän laakson läpi vanhan myllyn taakse"


def lines(sentence, times):
    """Return text in which the first words are frequent and the last are rare, as in any language."""
    words = sentence.split()
    return "".join(" ".join(words[: 2 + turn % len(words)]) + "\n" for turn in range(times))


MUCH, LITTLE = lines(ENGLISH, 400), lines(FINNISH, 40)
SIZE = {"vocab_size": 310, "initial_alphabet": "byte-level"}


@pytest.fixture
def recipe(tmp_path):
    """Return a recipe with much English and little Finnish."""
    (tmp_path / "en.txt").write_text(MUCH, encoding="utf-8")
    (tmp_path / "fi.txt").write_text(LITTLE, encoding="utf-8")
    corpora = [{"use": "files", "path": str(tmp_path / f"{tag}.txt"), "language": tag} for tag in ("en", "fi")]
    return {"name": "fair", "corpus": corpora, "pre_tokenizer": {"use": "gpt2"}, "special_tokens": {"eos": "<|end|>"}}


@pytest.fixture
def build(recipe, tmp_path):
    """Return a function that builds with a trainer."""

    def build(name, use="parity-bpe", report=lambda event: None, **options):
        trainer = {"use": use, **SIZE, **options}
        return tokbench.build({**recipe, "trainer": trainer}, tmp_path / name, checks=False, report=report)

    return build


def per_byte(artifact, text):
    return len(artifact.tokenizer(text)["input_ids"]) / len(text.encode())


@pytest.mark.parametrize("options", [{"price": 1.0}, {"rule": "base", "global_share": 0.0}])
def test_little_text_is_not_split_more(build, options):
    """At the same size: plain BPE gives its merges to what there is much of."""
    plain, fair = build("plain", use="bpe"), build("fair", **options)
    assert len(fair.tokenizer) == len(plain.tokenizer) == 310
    assert per_byte(plain, LITTLE) > 1.2 * per_byte(plain, MUCH)
    assert per_byte(fair, LITTLE) == pytest.approx(per_byte(fair, MUCH), rel=0.1)
    again = build("again", **options)
    assert (again.path / "tokenizer.json").read_bytes() == (fair.path / "tokenizer.json").read_bytes()


def test_the_price_is_kept(build):
    """Of all text together, as plain BPE encodes it; with none to pay, nothing is lost."""

    def tokens(artifact):
        return len(artifact.tokenizer(MUCH)["input_ids"]) + len(artifact.tokenizer(LITTLE)["input_ids"])

    plain = tokens(build("plain", use="bpe"))
    for price in (0.0, 0.02, 0.2):
        assert tokens(build(f"at {price}", price=price)) <= plain * (1 + price)


def test_without_a_price_it_begins_as_plain_bpe(build):
    """Its first merges are the same."""
    plain, same = build("plain", use="bpe"), build("same", rounds=1, price=0.0)
    assert (
        json.loads(same.tokenizer.backend_tokenizer.to_str())["model"]["merges"][:20]
        == (json.loads(plain.tokenizer.backend_tokenizer.to_str())["model"]["merges"][:20])
    )


def test_ratio_says_what_is_equal_content(build):
    """A language that takes twice the bytes for the same must take half the tokens a byte."""
    even = build("even", price=1.0)
    wordy = build("wordy", price=1.0, ratio={"fi": 1.3})
    assert per_byte(wordy, LITTLE) < per_byte(even, LITTLE)
    assert per_byte(wordy, MUCH) > per_byte(even, MUCH)


def test_it_says_what_it_reached(build):
    """The coefficient beside plain BPE's, the price, and the weights."""
    notes = []
    build("fair", report=lambda event: notes.append(event.text) if isinstance(event, Note) else None, price=0.2)
    (said,) = [note for note in notes if "Gini" in note]
    assert "plain BPE" in said
    assert "weights: en " in said


def test_all_global_is_plain_bpe_in_what_it_merges(build):
    """With a share of 1 of the paper's rule no language is looked at."""
    plain, same = build("plain", use="bpe"), build("same", rule="base", global_share=1.0)
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


def test_it_keeps_the_promises_of_a_trainer(recipe):
    """Two builds give one model; its options come back from a recipe; what it builds reloads."""
    part = ParityBPETrainer(rounds=2, **SIZE)
    testing.prove_text_trainer(part, recipe={**recipe, "decoder": {"use": "byte-level"}})


def test_words_are_handed_over_as_often_as_they_occur():
    """In strings that are not too long."""
    strings = list(repeated([("a", 2), ("b", 2500)]))
    assert [string.count(BETWEEN) + 1 for string in strings] == [2, 1000, 1000, 500]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"global_share": 1.5}, "between 0 and 1"),
        ({"price": -0.1}, "price must be between 0 and 1"),
        ({"ratio": {"fi": 0.0}}, "ratio of fi must be above 0"),
        ({"rounds": 0}, "rounds: 0 is below 1"),
    ],
)
def test_options_that_cannot_be_are_refused(options, complaint):
    """When the part is made."""
    with pytest.raises(ValueError, match=complaint):
        ParityBPETrainer(**options)
