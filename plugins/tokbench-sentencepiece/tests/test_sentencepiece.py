"""What SentencePiece trains, reads and writes encodes in tokenizers as it does there."""

import io

import pytest
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokbench_sentencepiece import SentencePieceNormalizer
from tokbench_sentencepiece.normalizer import settings_of
from transformers import AutoTokenizer

import tokbench
from tokbench import formats
from tokbench.artifact import Artifact
from tokbench.errors import TrainingError, UserError

STRANGE = ["", " ", "  a  b ", "▁a▁ ▁", "\ta\nb", "naïve\u0301 ﬁne Å", "ไทย 한국어 😀😀", "x" * 300, "a\u3000b", " ,"]


@pytest.fixture(scope="module")
def model(artifact, tmp_path_factory):
    """Return the .model of a tokenizer that tokbench built."""
    return formats.export(artifact, "sentencepiece", tmp_path_factory.mktemp("out") / "it").path / "spiece.model"


def test_the_model_gives_the_ids_of_the_tokenizer(artifact, model, texts):
    """On what it was trained on, and on what nobody trains on."""
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    tokenizer = Artifact.open(artifact).tokenizer
    for text in (*texts[:4], *STRANGE):
        ids = processor.encode(text)
        assert tokenizer(text, add_special_tokens=False)["input_ids"] == ids
        if text in texts:
            assert tokenizer.decode(ids) == processor.decode(ids) == text
    assert (processor.unk_id(), processor.bos_id(), processor.eos_id(), processor.pad_id()) == (0, 1, 2, -1)


def test_the_model_gives_the_ids_on_real_text(artifact, model, slice_of_corpus):
    """Slices of the shared corpora."""
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model))
    ours = Artifact.open(artifact).tokenizer(slice_of_corpus, add_special_tokens=False)["input_ids"]
    assert ours == processor.encode(slice_of_corpus)


def test_there_and_back_is_the_same_tokenizer(artifact, model, tmp_path):
    """Ids, roles and decoding."""
    formats.import_(model, "sentencepiece", tmp_path / "back")
    first, back = AutoTokenizer.from_pretrained(artifact), AutoTokenizer.from_pretrained(tmp_path / "back")
    assert back.get_vocab() == first.get_vocab()
    assert back.special_tokens_map == first.special_tokens_map
    assert back("the naïve  fox")["input_ids"] == first("the naïve  fox")["input_ids"]
    assert back.decode(back("the fox")["input_ids"]) == "the fox"


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
@pytest.mark.parametrize("rule", ["identity", "nmt_nfkc"])
@pytest.mark.parametrize("byte_fallback", [False, True])
def test_models_that_others_trained_are_read(tmp_path, texts, kind, rule, byte_fallback):
    """By SentencePiece with its own settings; `tokenizers` replaces by its tables nearly as it does, so not proved."""
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=written,
        model_type=kind,
        vocab_size=400 if byte_fallback else 140,
        byte_fallback=byte_fallback,
        normalization_rule_name=rule,
        hard_vocab_limit=False,
        minloglevel=2,
        character_coverage=1.0,
    )
    (tmp_path / "m.model").write_bytes(written.getvalue())
    formats.import_(tmp_path / "m.model", "sentencepiece", tmp_path / "out", proof=rule == "identity")
    processor = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    assert tokenizer(texts[:4], add_special_tokens=False)["input_ids"] == processor.encode(texts[:4])
    assert len(tokenizer) == processor.vocab_size()


def test_counts_teach_what_sentencepiece_learns_from_a_table(texts, recipe_for, tmp_path):
    """The pieces are those that SentencePiece itself finds in the TSV of the words."""
    recipe = recipe_for("unigram")
    built = tokbench.build(recipe, tmp_path / "out", corpus=texts, checks=False)
    words = tokbench.count(recipe, tmp_path / "w.parquet", corpus=texts)
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([f"{word}\t{count}" for word, count in words]),
        model_writer=written,
        input_format="tsv",
        vocab_size=148,
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        remove_extra_whitespaces=False,
        bos_id=-1,
        eos_id=-1,
        hard_vocab_limit=False,
        minloglevel=2,
        character_coverage=1.0,
        required_chars="</>knsu",
    )
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(written.getvalue())
    learned = {piece.piece for piece in proto.pieces if piece.type == 1}
    assert set(built.tokenizer.get_vocab()) - {"<unk>", "<s>", "</s>"} == learned


@pytest.mark.parametrize("kind", ["unigram", "bpe"])
def test_text_teaches_too(texts, recipe_for, tmp_path, kind):
    """Line by line; the same text, the same files."""
    recipe = recipe_for(kind, learn_from="text")
    first = tokbench.build(recipe, tmp_path / "a", corpus=texts, checks=False)
    again = tokbench.build(recipe, tmp_path / "b", corpus=texts, checks=False)
    assert (first.path / "tokenizer.json").read_bytes() == (again.path / "tokenizer.json").read_bytes()
    assert formats.export(first.path, "sentencepiece", tmp_path / "out").texts


def test_what_sentencepiece_refuses_is_a_sentence(texts, recipe_for, tmp_path):
    """Its last line, and where it comes from."""
    with pytest.raises(TrainingError, match="trainer: sentencepiece: "):
        tokbench.build(recipe_for("bpe", vocab_size=8), tmp_path / "out", corpus=texts, checks=False)


def test_the_normalizer_is_found_again():
    """Whatever it was told; another is refused."""
    import json

    for options in ({}, {"remove_extra_whitespaces": False}, {"add_dummy_prefix": False}, {"rule": "nfkc"}):
        part = SentencePieceNormalizer(**options)
        found = settings_of(json.loads(part.build().__getstate__()))
        assert found.remove_extra_whitespaces == part.remove_extra_whitespaces
        assert found.add_dummy_prefix == part.add_dummy_prefix
        assert bool(found.table) == (part.rule != "identity")
    with pytest.raises(ValueError, match="train with the normalizer 'sentencepiece'"):
        settings_of({"type": "NFC"})


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"normalizer": [], "pre_tokenizer": {"use": "gpt2"}, "model": {"use": "bpe"}}, "needs an unknown token"),
        ({"pre_tokenizer": {"use": "whitespace-split"}}, "splits at spaces alone"),
        ({"normalizer": {"use": "nfc"}}, "normalizes in a way of its own"),
    ],
)
def test_what_a_model_cannot_say_is_refused(texts, recipe_for, tmp_path, changes, complaint):
    """With the reason."""
    recipe = {**recipe_for("unigram"), **changes, "checks": {"round_trip": "none"}}
    if "model" in changes:
        recipe |= {"trainer": {"use": "bpe", "vocab_size": 300}, "special_tokens": {"bos": "<s>"}}
    built = tokbench.build(recipe, tmp_path / "it", corpus=texts, checks=False)
    with pytest.raises(UserError, match=complaint):
        formats.export(built.path, "sentencepiece", tmp_path / "out")


@pytest.mark.parametrize(("kind", "complaint"), [(4, "user-defined"), (5, "marked unused")])
def test_a_model_that_tokenizers_cannot_follow_is_refused(model, tmp_path, kind, complaint):
    """Pieces that are found before or not at all."""
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.read_bytes())
    proto.pieces[-1].type = kind
    (tmp_path / "it.model").write_bytes(proto.SerializeToString())
    with pytest.raises(UserError, match=complaint):
        formats.import_(tmp_path / "it.model", "sentencepiece", tmp_path / "out")
    (tmp_path / "it.model").write_bytes(b"no model")
    with pytest.raises(UserError, match="not a model of SentencePiece"):
        formats.import_(tmp_path / "it.model", "sentencepiece", tmp_path / "out")


def test_scores_are_summed_exactly(texts, recipe_for, tmp_path):
    """Every score is a multiple of 1/64, which 32 bits add without rounding."""
    import json

    built = tokbench.build(recipe_for("unigram"), tmp_path / "it", corpus=texts, checks=False)
    saved = json.loads((built.path / "tokenizer.json").read_text(encoding="utf-8"))
    assert all((score * 64).is_integer() for _, score in saved["model"]["vocab"])
