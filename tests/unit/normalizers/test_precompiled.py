"""The tables of SentencePiece, read from each place where they are found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers

from tokbench.normalizers.precompiled import Precompiled
from tokbench.options import make


@pytest.fixture(scope="module")
def table() -> bytes:
    """Return the table of nmt_nfkc, as SentencePiece's own reader of its models gives it."""
    import sentencepiece

    spec = sentencepiece.SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_normalizer_spec()
    # NormalizerSpec: field 1 is the name, field 2 the table with a length of three bytes.
    return spec[2 + len("nmt_nfkc") + 4 :]


def test_a_rule_replaces_as_t5_does() -> None:
    """Compatibility characters are written out, and odd spaces are plain."""
    assert Precompiled(rule="nmt_nfkc").build().normalize_str("①ﬁ") == "1fi"
    assert Precompiled(rule="nmt_nfkc").build().normalize_str("a\u200bb") == "a b"
    assert Precompiled(rule="nfkc_cf").build().normalize_str("ÉCOLE") == "école"


def test_a_table_is_the_same_wherever_it_is(tmp_path: Path, table: bytes) -> None:
    """A bare table, a model of SentencePiece, and a tokenizer.json give what the rule gives."""
    import sentencepiece

    (tmp_path / "bare").write_bytes(table)
    model = sentencepiece.SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_model_proto()
    (tmp_path / "spiece.model").write_bytes(model)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Precompiled(table)])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    parts = [
        Precompiled(path=tmp_path / "bare"),
        Precompiled(model=tmp_path / "spiece.model"),
        Precompiled(tokenizer=tmp_path / "tokenizer.json"),
    ]
    expected = Precompiled(rule="nmt_nfkc").build()
    assert all(part.build().__getstate__() == expected.__getstate__() for part in parts)


def test_a_trained_model_of_sentencepiece_is_read(tmp_path: Path) -> None:
    """The table is found among the pieces and settings of a whole model."""
    import sentencepiece

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["one two three four five six seven eight nine ten"] * 20),
        model_prefix=str(tmp_path / "spiece"),
        vocab_size=20,
        minloglevel=2,
    )
    assert Precompiled(model=tmp_path / "spiece.model").build().normalize_str("①ﬁ") == "1fi"


@pytest.mark.parametrize(
    ("content", "option"),
    [
        (b"", "path"),
        (b"not a table", "path"),
        (b"", "model"),
        (b"\x07", "model"),
        (b"\x1a\xff\x01", "model"),
        (b"\xff" * 20, "model"),
        (json.dumps({"normalizer": None}).encode(), "tokenizer"),
        (json.dumps({"normalizer": {"type": "NFC"}}).encode(), "tokenizer"),
    ],
)
def test_a_file_without_a_table_is_refused(tmp_path: Path, content: bytes, option: str) -> None:
    """The sentence says what the file is not."""
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match="SentencePiece"):
        make(Precompiled, {option: tmp_path / "file"}).build()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Nothing is read before the part is built, and then the file is named."""
    part = Precompiled(path=tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="absent"):
        part.build()


def test_one_place_is_wanted() -> None:
    """No place, or two, is refused when the options are read."""
    with pytest.raises(ValueError, match="give one of 'rule', 'model', 'tokenizer' and 'path'"):
        Precompiled()
    with pytest.raises(ValueError, match="give one of"):
        Precompiled(rule="nfkc", path=Path("table"))


def test_a_rule_names_the_package_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without sentencepiece, the sentence says how to get it."""
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    with pytest.raises(ValueError, match=r"needs the package sentencepiece; pip install 'tokbench\[sentencepiece\]'"):
        Precompiled(rule="nfkc").build()
