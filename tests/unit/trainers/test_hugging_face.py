"""HF's own trainers as parts."""

from __future__ import annotations

import _thread
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tokenizers import Tokenizer, models
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import WhitespaceSplit

from tests.unit.trainers.parts import Notes, Part, state, tokens
from tokbench.contracts import silent
from tokbench.counting.words import WordCounts
from tokbench.errors import CorpusError, TrainingError
from tokbench.trainers.bpe import BPETrainer
from tokbench.trainers.hugging_face import HFBPETrainer, HFUnigramTrainer, HFWordLevelTrainer, HFWordPieceTrainer
from tokbench.trainers.wordlevel import WordLevelTrainer

TEXTS = ["Low low lower", "newest newest WIDEST low lower", "low newest widest wide new"]
COUNTS = WordCounts.of((word.lower(), 1) for text in TEXTS for word in text.split())
BPE = Part(models.BPE)
WORDLEVEL = Part(lambda: models.WordLevel(unk_token="[UNK]"))


@pytest.fixture
def pipeline() -> Tokenizer:
    """Return a tokenizer that carries a normalizer and a pre-tokenizer, and is not to be changed."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return tokenizer


def test_hf_bpe_and_bpe_agree(pipeline: Tokenizer) -> None:
    """From the same text, HF's trainer and the one from counts give the same model."""
    ours = BPETrainer(vocab_size=22).train(COUNTS, BPE, ["[UNK]"], silent)
    theirs = HFBPETrainer(vocab_size=22).train_text(TEXTS, pipeline, BPE, ["[UNK]"], silent)
    assert state(ours) == state(theirs)
    assert state(pipeline.model)["vocab"] == {}


def test_hf_wordlevel_and_wordlevel_agree(pipeline: Tokenizer) -> None:
    """From the same text, HF's trainer and the one from counts give the same model."""
    ours = WordLevelTrainer(vocab_size=5).train(COUNTS, WORDLEVEL, ["[UNK]"], silent)
    theirs = HFWordLevelTrainer(vocab_size=5).train_text(TEXTS, pipeline, WORDLEVEL, ["[UNK]"], silent)
    assert state(ours) == state(theirs)


def test_hf_wordpiece(pipeline: Tokenizer) -> None:
    """WordPiece takes the prefix of its model, and reserved tokens first."""
    model = Part(lambda: models.WordPiece(unk_token="?", continuing_subword_prefix="+"))  # type: ignore[call-arg]
    trained = HFWordPieceTrainer(vocab_size=40).train_text(TEXTS, pipeline, model, ["?"], silent)
    assert tokens(trained)[0] == "?"
    assert state(trained)["continuing_subword_prefix"] == "+"


def test_hf_unigram_keeps_byte_fallback(pipeline: Tokenizer) -> None:
    """HF's Unigram trainer turns byte fallback off; the part turns it on again."""
    reserved = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    model = Part(lambda: models.Unigram([("<unk>", 0.0)], 0, True), unk_token="<unk>")
    notes = Notes()
    trained = HFUnigramTrainer(vocab_size=300).train_text(TEXTS, pipeline, model, reserved, notes)
    saved = state(trained)
    assert saved["byte_fallback"] is True
    assert saved["unk_id"] == 0
    assert [piece for piece, _ in saved["vocab"]][: len(reserved)] == reserved
    assert len(saved["vocab"]) <= 300


def test_too_small(pipeline: Tokenizer) -> None:
    """What HF does in silence, a vocabulary larger than asked for, is refused."""
    with pytest.raises(TrainingError, match="3 is too small for 1 reserved tokens and 10 characters"):
        HFBPETrainer(vocab_size=3).train_text(TEXTS, pipeline, BPE, ["[UNK]"], silent)


def test_notes_and_progress(pipeline: Tokenizer) -> None:
    """Documents are counted as HF takes them, and a small vocabulary is noted."""
    notes = Notes()
    HFBPETrainer(vocab_size=500).train_text(TEXTS, pipeline, BPE, ["[UNK]"], notes)
    assert notes.progress[-1].done == len(TEXTS)
    assert "500 tokens were asked for" in notes.texts[0]


def test_no_text(pipeline: Tokenizer) -> None:
    """No text at all is refused."""
    with pytest.raises(TrainingError, match="there are no words"):
        HFBPETrainer().train_text([], pipeline, BPE, ["[UNK]"], silent)


def test_errors_of_the_corpus_come_through(pipeline: Tokenizer) -> None:
    """What reading raises is raised, and nothing is trained on half of the text."""

    def broken() -> Iterator[str]:
        yield from TEXTS
        raise CorpusError("b.txt: it is not UTF-8 at byte 7")

    with pytest.raises(CorpusError, match="not UTF-8 at byte 7"):
        HFBPETrainer().train_text(broken(), pipeline, BPE, [], silent)


def test_interrupt(pipeline: Tokenizer) -> None:
    """Ctrl-C ends the wait within a second, and the flow of text."""
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            time.sleep(0.001)
            yield "a b c"

    threading.Timer(0.3, _thread.interrupt_main).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        HFBPETrainer().train_text(endless(), pipeline, BPE, [], silent)
    assert time.monotonic() - begun < 1.3
    time.sleep(0.3)
    before: Any = taken
    time.sleep(0.2)
    assert taken == before
