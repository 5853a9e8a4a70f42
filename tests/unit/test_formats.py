"""Conversions are proved before they are there, and refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from transformers import AutoTokenizer

from tokbench import formats
from tokbench.errors import ArtifactError, CheckFailed, UserError

from .shapes import build, byte_level


@dataclass(frozen=True)
class Vocabulary:
    """Writes the tokenizer as it is, and reads it again; `shift` makes the reader wrong by so much."""

    shift: int = 0

    def export(self, tokenizer, folder):
        if tokenizer.backend_tokenizer.normalizer is not None:
            raise ValueError("no normalizer is known here")
        (folder / "it.json").write_text(tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
        return [folder / "it.json"]

    def read(self, path):
        from transformers import PreTrainedTokenizerFast

        return PreTrainedTokenizerFast(tokenizer_file=str(path))

    def encoder(self, path):
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(path / "it.json" if path.is_dir() else path))
        tokenizer.encode_special_tokens = True
        return lambda text: [index + self.shift for index in tokenizer.encode(text, add_special_tokens=False).ids]


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    monkeypatch.setattr(formats, "load", lambda kind, name: Vocabulary)


@pytest.fixture
def folder(tmp_path):
    """Return the folder of a byte-level tokenizer."""
    return build(byte_level(), tmp_path / "tokenizer")


def test_an_export_is_proved_and_put_in_its_place(folder, tmp_path):
    """On the probes, and on the texts of files."""
    (tmp_path / "more.txt").write_text("one\ntwo\nthree\n")
    alone = formats.export(folder, "it", tmp_path / "out")
    assert alone.files == ("it.json",)
    assert (tmp_path / "out" / "it.json").is_file()
    more = formats.export(folder, "it", tmp_path / "again", texts=[tmp_path / "more.txt"])
    assert (more.texts or 0) - (alone.texts or 0) == 3


def test_an_export_that_encodes_otherwise_is_not_there(folder, tmp_path):
    """The message shows where, and what both say."""
    with pytest.raises(CheckFailed, match=r"the encodings differ behind '', in .The quick.*by the other library"):
        formats.export(folder, "it", tmp_path / "out", options={"shift": 1})
    assert not (tmp_path / "out").exists()
    assert formats.export(folder, "it", tmp_path / "out", options={"shift": 1}, proof=False).texts is None


def test_an_import_loads(folder, tmp_path):
    """With stock transformers, and as the file says."""
    made = formats.import_(folder / "tokenizer.json", "it", tmp_path / "out")
    assert made.texts
    assert AutoTokenizer.from_pretrained(tmp_path / "out").get_vocab() == byte_level().tokenizer.get_vocab()


def test_what_the_part_refuses_is_said_with_the_place(folder, tmp_path):
    """So are options that it lacks, and folders that are none."""
    saved = json.loads((folder / "tokenizer.json").read_text())
    (folder / "tokenizer.json").write_text(json.dumps({**saved, "normalizer": {"type": "NFC"}}))
    with pytest.raises(UserError, match="tokenizer: no normalizer is known here"):
        formats.export(folder, "it", tmp_path / "out")
    with pytest.raises(UserError, match="the exporter 'it': --set shifd: no such option; did you mean 'shift'"):
        formats.export(folder, "it", tmp_path / "out", options={"shifd": 1})
    with pytest.raises(ArtifactError, match="there is no such folder"):
        formats.export(tmp_path / "nowhere", "it", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArtifactError, match="empty: transformers loads no tokenizer from it"):
        formats.export(tmp_path / "empty", "it", tmp_path / "out")
    with pytest.raises(UserError, match=r"nothing\.json: "):
        formats.import_(tmp_path / "nothing.json", "it", tmp_path / "out")


def test_a_tokenizer_with_python_code_is_not_exported(folder, tmp_path, monkeypatch):
    """Nothing of it runs, and nobody is asked on the terminal whether it may."""
    ran = tmp_path / "ran"
    (folder / "tokenization_mine.py").write_text(f"open({str(ran)!r}, 'w').close()\n")
    config = json.loads((folder / "tokenizer_config.json").read_text())
    named = {"AutoTokenizer": [None, "tokenization_mine.Mine"]}
    (folder / "tokenizer_config.json").write_text(json.dumps({**config, "auto_map": named}))
    monkeypatch.setattr("builtins.input", lambda _: "y")
    with pytest.raises(ArtifactError, match=r"carries Python code \(tokenization_mine\.Mine\), which the format of no"):
        formats.export(folder, "it", tmp_path / "out")
    assert not ran.exists()
