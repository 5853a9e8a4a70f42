"""Models: vocabularies transferred, heads, sizes, and what ends a fine-tuning early."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("accelerate", reason="pip install 'tokbench[validate]'")
import numpy as np
import torch
from transformers import AutoModelForTokenClassification, AutoTokenizer, RobertaConfig, RobertaForTokenClassification

from tests.unit.shapes import SHAPES
from tests.unit.validation import toys
from tokbench.errors import UserError
from tokbench.recipe.tables import Wrapper
from tokbench.tasks.words import NamedEntities
from tokbench.validation import loading, requirements
from tokbench.validation.distilling import word_loss, word_means
from tokbench.validation.failures import memory_explained, refuse_nan
from tokbench.validation.masking import hide
from tokbench.validation.outcome import Candidate, Run
from tokbench.validation.pieces import Spelling
from tokbench.validation.settings import ModelSettings, TrainingSettings, TransferSettings
from tokbench.validation.stepping import Stepper
from tokbench.validation.transfer import origins, transferred
from tokbench.validation.tuning import fine_tune
from tokbench.validation.windows import IGNORED, Window
from tokbench.wrapping import wrap

LABELS = list(toys.LABELS)
OLD_TEXTS = ["the old mill by the river", "she went to see nobody in the house", "Park Turku Bergen Ada Alan"] * 3


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of a small BERT with a vocabulary other than the toys'."""
    folder = tmp_path_factory.mktemp("checkpoint")
    tokenizer = toys.word_piece(80, OLD_TEXTS)
    torch.manual_seed(0)
    loading.load_model(ModelSettings(), ["x", "y"], tokenizer, 40).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of the toys' tokenizer."""
    return toys.saved(tmp_path_factory.mktemp("tokenizer"))


def tuned(folder: Path, tokenizer: str, model: ModelSettings, transfer: TransferSettings, **training: object) -> Run:
    """Fine-tune on a few sentences."""
    settings = dataclasses.replace(toys.settings(epochs=1, **training), model=model, transfer=transfer)
    return fine_tune(settings, Candidate("toy", tokenizer), toys.labelled_set(16, 4), NamedEntities(), 1, folder)


# ---------------------------------------------------------------- vocabulary transfer


def test_vectors_are_transferred(checkpoint, tokenizer):
    """A token that both have keeps its vector; a new one has the mean of its old pieces; a role keeps its own."""
    old, new = AutoTokenizer.from_pretrained(checkpoint), AutoTokenizer.from_pretrained(tokenizer)
    model = AutoModelForTokenClassification.from_pretrained(checkpoint)
    made, sources = transferred(model, old, new, "fvt", 0)
    before, after = (each.get_input_embeddings().weight for each in (model, made))
    ids = new.get_vocab()
    assert len(after) == len(ids) == made.config.vocab_size
    for role in ("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"):
        assert torch.equal(after[ids[role]], before[old.get_vocab()[role]])
    for token, number in ids.items():
        pieces = Spelling.of(old).cut(Spelling.of(new).read(token))
        if number not in sources.kept and pieces:
            assert torch.allclose(after[number], before[pieces].mean(dim=0))
    same = [token for token in ids if token in old.get_vocab()]
    assert all(torch.equal(after[ids[token]], before[old.get_vocab()[token]]) for token in same)
    assert {ids[token] for token in same} == set(sources.kept)
    others = [name for name in model.state_dict() if "word_embeddings" not in name]
    assert all(torch.equal(made.state_dict()[name], model.state_dict()[name]) for name in others)


@pytest.mark.parametrize("method", ["mean", "random"])
def test_other_starts_leave_what_is_known(checkpoint, tokenizer, method):
    """`mean` and `random` differ from FVT in new tokens alone."""
    old, new = AutoTokenizer.from_pretrained(checkpoint), AutoTokenizer.from_pretrained(tokenizer)
    model = AutoModelForTokenClassification.from_pretrained(checkpoint)
    made, sources = transferred(model, old, new, method, 0)
    fvt, _ = transferred(model, old, new, "fvt", 0)
    differs = (made.get_input_embeddings().weight != fvt.get_input_embeddings().weight).any(dim=1)
    single = {number for number, ids in enumerate(sources.old) if len(ids) == 1}
    assert differs.any()
    assert set(differs.nonzero().flatten().tolist()).isdisjoint(single)
    if method == "mean":
        new_rows = made.get_input_embeddings().weight[differs]
        assert torch.allclose(new_rows, model.get_input_embeddings().weight.mean(dim=0).expand_as(new_rows))


@pytest.mark.parametrize("old", sorted(SHAPES))
@pytest.mark.parametrize("new", sorted(SHAPES))
def test_any_vocabulary_meets_any_other(old, new):
    """Every new token has a source or is told to have none; special tokens meet by role."""
    wrapped = [
        wrap(made.tokenizer, made.special, (), Wrapper(), type_ids=False).in_transformers()
        for made in (SHAPES[old](), SHAPES[new]())
    ]
    sources = origins(*wrapped)
    assert len(sources.old) == len(wrapped[1])
    assert all(0 <= number < len(wrapped[0]) for ids in sources.old for number in ids)
    assert sources.old[wrapped[1].pad_token_id] == [wrapped[0].pad_token_id]
    assert f"{len(sources.old):,} tokens" in str(sources)


def test_positions_follow_the_padding(tokenizer):
    """RoBERTa counts positions from the id of padding: each keeps its vector where that id changes."""
    model = RobertaForTokenClassification(
        RobertaConfig(
            vocab_size=350, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
            max_position_embeddings=34, pad_token_id=1,
        )
    )  # fmt: skip
    shape = SHAPES["byte-level"]()
    old, new = (
        wrap(shape.tokenizer, shape.special, (), Wrapper(), type_ids=False).in_transformers(),
        AutoTokenizer.from_pretrained(tokenizer),
    )
    made, _ = transferred(model, old, new, "fvt", 0)
    assert new.pad_token_id == made.config.pad_token_id == 0
    positions = [each.roberta.embeddings.position_embeddings.weight for each in (model, made)]
    assert torch.equal(positions[0][2:], positions[1][1:])
    assert loading.longest_input(made, new, 512) == loading.longest_input(model, new, 512) == 32


# ---------------------------------------------------------------- training


def test_a_transferred_model_is_saved_whole(checkpoint, tokenizer, tmp_path):
    """After distillation, masked steps and fine-tuning, the folder loads with stock transformers, and its ids agree."""
    transfer = TransferSettings("distillation", distillation_steps=3, masked_steps=2)
    run = tuned(tmp_path, tokenizer, ModelSettings(checkpoint), transfer)
    model = AutoModelForTokenClassification.from_pretrained(run.model)
    loaded = AutoTokenizer.from_pretrained(run.model)
    assert model.config.id2label == dict(enumerate(LABELS))
    assert model.config.vocab_size == len(loaded) == len(model.get_input_embeddings().weight)
    assert (model.config.pad_token_id, loaded.model_max_length) == (loaded.pad_token_id, 32)
    assert run.costs.embedding_parameters == len(loaded) * 128


def test_distillation_moves_new_vectors_alone(checkpoint, tokenizer, tmp_path):
    """With a frozen encoder and nothing to learn but new tokens, the others are those of FVT."""
    transfer = TransferSettings("distillation", distillation_steps=2)
    run = tuned(tmp_path, tokenizer, ModelSettings(checkpoint, frozen=True), transfer)
    old, new = AutoTokenizer.from_pretrained(checkpoint), AutoTokenizer.from_pretrained(tokenizer)
    fvt, sources = transferred(AutoModelForTokenClassification.from_pretrained(checkpoint), old, new, "fvt", 1)
    learned = AutoModelForTokenClassification.from_pretrained(run.model).get_input_embeddings().weight
    moved = (learned != fvt.get_input_embeddings().weight).any(dim=1).nonzero().flatten().tolist()
    assert moved
    assert set(moved).isdisjoint(sources.kept)


def test_hidden_tokens_are_to_be_told():
    """About the share that was asked for; special tokens stay, and what is not hidden teaches nothing."""
    tokenizer = toys.word_piece()
    ids = [2, *range(10, 90), 3] * 20
    window = Window(0, ids, [0] * len(ids), [1] * len(ids), [0] * len(ids), [])
    hidden = hide(window, 4, tokenizer, 0.3, np.random.default_rng(0))
    told = [(label, new) for old, new, label in zip(ids, hidden.ids, hidden.labels, strict=True) if label != IGNORED]
    assert [label for label in hidden.labels if label != IGNORED] == [
        old for old, label in zip(ids, hidden.labels, strict=True) if label != IGNORED
    ]
    assert not {2, 3} & {label for label, _ in told}
    assert 0.25 < len(told) / len(ids) < 0.35
    assert 0.75 < sum(new == 4 for _, new in told) / len(told) < 0.85
    kept = [new == old for old, new, label in zip(ids, hidden.ids, hidden.labels, strict=True) if label == IGNORED]
    assert all(kept)


def test_words_are_the_means_of_their_tokens():
    """Tokens that belong to no word count for none."""
    hidden = torch.tensor([[[9.0], [1.0], [3.0], [5.0]]])
    means = word_means(hidden, torch.tensor([[-1, 0, 0, 2]]), 3)
    assert means[0, :, 0].tolist() == pytest.approx([2.0, float("nan"), 5.0], nan_ok=True)


def test_words_that_one_tokenizer_leaves_out_teach_nothing():
    """A word without tokens, in the old tokenizer or the new one, adds no loss, and no gradient that is no number."""
    vectors = torch.tensor([[[1.0], [3.0], [5.0]]], requires_grad=True)

    class Encoder(torch.nn.Module):
        def forward(self):
            return SimpleNamespace(last_hidden_state=vectors)

    owners = torch.tensor([[0, 0, 3]])  # the word 1 has tokens in neither, 2 in the old alone, 3 in the new alone
    loss = word_loss(Encoder(), {"owners": owners}, torch.tensor([[[4.0], [torch.nan], [1.0], [torch.nan]]]))
    loss.backward()
    assert loss.item() == 4.0
    assert vectors.grad is not None
    assert vectors.grad.flatten().tolist() == [-2.0, -2.0, 0.0]


def test_a_frozen_encoder_stays(checkpoint, tmp_path):
    """Linear probing trains the classifier alone."""
    run = tuned(tmp_path, checkpoint, ModelSettings(checkpoint, frozen=True), TransferSettings())
    before = AutoModelForTokenClassification.from_pretrained(checkpoint).bert.state_dict()
    after = AutoModelForTokenClassification.from_pretrained(run.model).bert.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("architecture", ["bert", "modernbert"])
def test_new_models(architecture):
    """A new model has the tokenizer's vocabulary and special ids."""
    tokenizer = toys.word_piece()
    model = loading.load_model(ModelSettings(architecture=architecture), LABELS, tokenizer, 64)
    assert model.config.vocab_size == len(tokenizer)
    assert model.config.pad_token_id == tokenizer.pad_token_id
    assert model(**tokenizer("went to see Ada", return_tensors="pt")).logits.shape[-1] == len(LABELS)


def test_early_stopping_keeps_the_best(tokenizer, tmp_path):
    """The weights that are kept are those of the best look at the dev split."""
    run = fine_tune(
        toys.settings(early_stopping=1, evaluate_every=2, epochs=5),
        Candidate("toy", tokenizer),
        toys.labelled_set(16, 4),
        NamedEntities(),
        1,
        tmp_path,
    )
    scores = {point.step: point.dev_score for point in run.curve if point.dev_score is not None}
    assert scores[run.best_step] == max(scores.values())
    assert max(scores) < 10


# ---------------------------------------------------------------- what goes wrong


def test_a_checkpoint_without_a_head_is_refused(tmp_path):
    """Its architecture is named, and what to take instead."""
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "vit"}), encoding="utf-8")
    with pytest.raises(UserError, match="'vit', for which transformers has no token-classification head"):
        loading.load_model(ModelSettings(str(tmp_path)), LABELS, toys.word_piece(), 32)


def test_a_checkpoint_that_is_not_there_is_told(tmp_path):
    """In a sentence, with the place."""
    with pytest.raises(UserError, match=f"no model can be loaded from '{tmp_path}'"):
        loading.load_model(ModelSettings(str(tmp_path)), LABELS, toys.word_piece(), 32)


def test_an_incomplete_checkpoint_is_refused(checkpoint, tmp_path):
    """An encoder that would start at random is no checkpoint."""
    config = json.loads((Path(checkpoint) / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}), encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes((Path(checkpoint) / "model.safetensors").read_bytes())
    with pytest.raises(UserError, match=r"lacks \d+ weights of a BertForTokenClassification"):
        loading.load_model(ModelSettings(str(tmp_path)), LABELS, toys.word_piece(), 32)


def test_processes_that_are_not_joined_are_refused(tokenizer, tmp_path, monkeypatch):
    """Each would train alone and write over the others; what to set is told."""
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(UserError, match=r"2 processes were started, .* set ACCELERATE_USE_CPU=true"):
        tuned(tmp_path, tokenizer, ModelSettings(), TransferSettings())


def test_a_loss_that_is_no_number_stops(tokenizer, tmp_path, monkeypatch):
    """The step is named; the last checkpoint from which training went on is kept, and no later one."""
    learn, steps = Stepper.learn, itertools.count(1)

    def poisoned(stepper, windows, padding):
        if next(steps) == 5:
            next(stepper.model.parameters()).data.fill_(float("nan"))
        return learn(stepper, windows, padding)

    monkeypatch.setattr(Stepper, "learn", poisoned)
    with pytest.raises(UserError, match=r"the loss of step 5 is nan; the last good checkpoint is '.*checkpoint-2'"):
        tuned(tmp_path, tokenizer, ModelSettings(), TransferSettings(), batch_size=2, checkpoint_every=2)
    assert [path.name for path in tmp_path.glob("checkpoint-*")] == ["checkpoint-2"]


def test_a_loss_is_told_before_there_is_a_checkpoint():
    """The first bad step of those that were fetched."""
    with pytest.raises(UserError, match="the loss of step 5 is inf; there is no good checkpoint yet"):
        refuse_nan([0.1, float("inf"), float("nan")], 4, TrainingSettings(), lambda _: None)


def test_no_memory_proposes_a_smaller_batch():
    """Of torch's own error; other errors stay what they are."""
    smaller = pytest.raises(UserError, match=r"try training\.batch_size=16, or training\.accumulation=2")
    with smaller, memory_explained(TrainingSettings()):
        torch.empty(2**50)
    shorter = pytest.raises(UserError, match=r"one window of 512 tokens; try training\.window=256")
    with shorter, memory_explained(TrainingSettings(batch_size=1)):
        torch.empty(2**50)
    with pytest.raises(RuntimeError, match="size"), memory_explained(TrainingSettings()):
        torch.zeros(2) @ torch.zeros(3)


def test_without_torch_the_line_that_installs_it_is_told(monkeypatch):
    """Every package that is missing is named."""
    monkeypatch.setattr(requirements, "PACKAGES", ("torch", "not_there"))
    with pytest.raises(UserError, match=r"not_there is not installed; pip install 'tokbench\[validate\]'"):
        requirements.require_torch()


def test_a_stride_must_leave_room(tokenizer, tmp_path):
    """A window that the model makes smaller than the stride is told."""
    settings = toys.settings(window=6, stride=4)
    with pytest.raises(UserError, match=r"training\.stride: 4 tokens leave no room in windows of 4"):
        fine_tune(settings, Candidate("toy", tokenizer), toys.labelled_set(4, 2), NamedEntities(), 1, tmp_path)
