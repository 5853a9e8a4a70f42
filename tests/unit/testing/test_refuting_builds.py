"""Parts whose faults a build alone shows are found out, installed as a package is."""

from __future__ import annotations

import sys

import pytest

from tokbench import registry, testing
from tokbench.testing import Refuted, building

ENTRIES = """\
[tokbench.decoders]
absent-minded = tokbench_faulty:AbsentMinded

[tokbench.trainers]
faulty-text = tokbench_faulty:FaultyText
"""
SOURCE = '''
import itertools
import sys
from dataclasses import dataclass
from typing import ClassVar

from tokenizers.models import WordLevel

CLOCK = itertools.count()


@dataclass(frozen=True)
class AbsentMinded:
    """Decode to other text where tokbench is not there."""

    def build(self):
        return self

    def decode_chain(self, tokens):
        return [*tokens, *([] if "tokbench" in sys.modules else ["?"])]


@dataclass(frozen=True)
class FaultyText:
    """Train a model of whole words from text, with one fault."""

    makes: ClassVar[tuple[str, ...]] = ("wordlevel",)

    fault: str = ""
    vocab_size: int = 20

    def train_text(self, texts, tokenizer, model, reserved, report):
        words = sorted({word for text in texts for word in text.split()})
        if self.fault == "clock":
            words = words[next(CLOCK) % 2 :]
        if self.fault == "last":
            reserved = ["a", *reserved]
        if self.fault == "one" and len(words) == 1:
            raise IndexError("list index out of range")
        tokens = list(dict.fromkeys([*reserved, *words]))[: self.vocab_size + (self.fault == "large")]
        return WordLevel({token: number for number, token in enumerate(tokens)}, unk_token="[UNK]")
'''
RECIPE = {"pre_tokenizer": [{"use": "whitespace-split"}], "checks": {"round_trip": "none"}}


@pytest.fixture
def faulty(monkeypatch, tmp_path):
    """Install the package for one test, and return its module."""
    info = tmp_path / "tokbench_faulty-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tokbench-faulty\nVersion: 1.0\n", encoding="utf-8")
    (info / "RECORD").write_text("tokbench_faulty.py,,\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(ENTRIES, encoding="utf-8")
    (tmp_path / "tokbench_faulty.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv(registry.SWITCH, raising=False)
    registry._scan.cache_clear()
    import tokbench_faulty

    yield tokbench_faulty
    del sys.modules["tokbench_faulty"]
    registry._scan.cache_clear()


def test_a_decoder_that_does_otherwise_elsewhere(faulty):
    """The artifact is loaded in a process without tokbench, and must decode there as here."""
    with pytest.raises(Refuted, match=r"a recipe with absent-minded cannot be built: (.|\n)*decoding"):
        testing.prove_decoder(faulty.AbsentMinded())


@pytest.fixture
def unchecked(monkeypatch):
    """Leave out the fresh process, which has its own test."""
    real = building.built
    monkeypatch.setattr(building, "built", lambda *args, **options: real(*args, **{**options, "checks": False}))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("last", r"'\[UNK\]' has the id 1, and must have the id 0"),
        ("large", "vocab_size: 20 tokens were asked for, and there are 21"),
        ("clock", "the tokenizer of a second build"),
    ],
)
def test_a_text_trainer_with_a_fault(faulty, fault, said):
    """Each is found by what builds with it give."""
    with pytest.raises(Refuted, match=said):
        testing.prove_text_trainer(faulty.FaultyText(fault), recipe=RECIPE)


@pytest.mark.usefixtures("unchecked")
def test_a_text_trainer_that_needs_two_words(faulty):
    """An error on a corpus of one word is told as such."""
    with pytest.raises(Refuted, match="a corpus of one word, 'cd': IndexError: list index out of range"):
        testing.prove_text_trainer(faulty.FaultyText("one"), recipe=RECIPE)


@pytest.mark.usefixtures("unchecked")
def test_a_text_trainer_that_is_right_passes(faulty):
    """The same trainer without a fault; one too small for what was asked says so by a note."""
    testing.prove_text_trainer(faulty.FaultyText(), recipe=RECIPE)
    with pytest.raises(Refuted, match="and no note says why"):
        testing.prove_text_trainer(faulty.FaultyText(vocab_size=1000), recipe=RECIPE)
