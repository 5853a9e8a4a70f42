"""There and back: a tokenizer of tokbench's in tiktoken, and one of tiktoken's in transformers."""

import json

import pytest
import tiktoken
import tiktoken.load
from tokbench_tiktoken import TiktokenExporter, TiktokenImporter
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from tokbench import formats, testing
from tokbench.artifact import Artifact
from tokbench.errors import UserError


@pytest.fixture(scope="module")
def exported(artifact, tmp_path_factory):
    """Return the folder of an export."""
    return formats.export(artifact, "tiktoken", tmp_path_factory.mktemp("exported") / "files").path


def test_tiktoken_gives_the_same_ids(artifact, exported, slice_of_corpus):
    """On slices of the shared corpora, from the two files alone."""
    told = json.loads((exported / "encoding.json").read_text(encoding="utf-8"))
    ranks = tiktoken.load.load_tiktoken_bpe(str(exported / "ranks.tiktoken"))
    encoding = tiktoken.Encoding(
        told["name"], pat_str=told["pat_str"], mergeable_ranks=ranks, special_tokens=told["special_tokens"]
    )
    ours = Artifact.open(artifact).tokenizer(slice_of_corpus, add_special_tokens=False)["input_ids"]
    assert encoding.encode_batch(slice_of_corpus, allowed_special="all") == ours


def test_the_promises_of_an_exporter(artifact):
    """The same bytes every time, and the same ids by tiktoken."""
    testing.prove_exporter(TiktokenExporter(name="mine"), AutoTokenizer.from_pretrained(artifact))


def test_the_promises_of_an_importer(exported):
    """The same tokenizer every time, the same ids by tiktoken, and no other file."""
    testing.prove_importer(TiktokenImporter(), exported)
    part = TiktokenImporter(pattern="o200k", special_tokens={"<|end|>": 1})
    testing.prove_importer(part, exported / "ranks.tiktoken")


def test_there_and_back_is_the_same_tokenizer(artifact, exported, tmp_path):
    """Ids, special tokens and their roles."""
    formats.import_(exported, "tiktoken", tmp_path / "back")
    first, back = AutoTokenizer.from_pretrained(artifact), AutoTokenizer.from_pretrained(tmp_path / "back")
    assert back.get_vocab() == first.get_vocab()
    assert back.special_tokens_map["eos_token"] == "<|end|>"
    text = "<|begin|>the naïve fox<|tool|><|end|>"
    assert back(text)["input_ids"] == first(text)["input_ids"]
    assert back.decode(back(text)["input_ids"]) == text


def test_a_file_alone_needs_a_pattern(exported, tmp_path):
    """What cannot be known is asked for."""
    with pytest.raises(UserError, match="set pattern=cl100k"):
        formats.import_(exported / "ranks.tiktoken", "tiktoken", tmp_path / "out")
    made = formats.import_(exported / "ranks.tiktoken", "tiktoken", tmp_path / "out", options={"pattern": "o200k"})
    assert made.texts


@pytest.mark.parametrize(
    ("line", "complaint"), [(b"!!! 3", "line 1 is no token"), (b"YQ== x", "line 1"), (b"YWI= 3", "256 of the 256")]
)
def test_a_file_that_is_none_is_refused(tmp_path, line, complaint):
    """With the line."""
    (tmp_path / "bad.tiktoken").write_bytes(line + b"\n")
    with pytest.raises(UserError, match=complaint):
        formats.import_(tmp_path / "bad.tiktoken", "tiktoken", tmp_path / "out", options={"pattern": "gpt2"})
    assert not (tmp_path / "out").exists()


def byte_level(**options):
    """Return a byte-level BPE tokenizer with one merge, `ab`, and what the options change."""
    vocabulary = {character: place for place, character in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    merges = options.pop("merges", [("a", "b")])
    for pair in merges:
        vocabulary["".join(pair)] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocabulary | options.pop("more", {}), merges, **options.pop("model", {})))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=options.pop("add_prefix_space", False))
    if options:
        tokenizer.normalizer = options["normalizer"]
    return tokenizer


@pytest.mark.parametrize(
    ("tokenizer", "complaint"),
    [
        (byte_level(normalizer=normalizers.NFC()), "no normalizer"),
        (byte_level(add_prefix_space=True), "space before the text"),
        (byte_level(more={"bc": 300}), "no merging makes|of other parts"),
        (byte_level(more={"▁": 300}), "not written in bytes"),
        (byte_level(merges=[("a", "b"), ("b", "c"), ("a", "bc")]), "of other parts"),
        (Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]")), "byte-level BPE"),
    ],
)
def test_what_tiktoken_would_do_otherwise_is_refused(tokenizer, complaint, tmp_path):
    """Each with its reason, and nothing is left behind."""
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path / "it")
    with pytest.raises(UserError, match=complaint):
        formats.export(tmp_path / "it", "tiktoken", tmp_path / "out")
    assert not (tmp_path / "out").exists()
