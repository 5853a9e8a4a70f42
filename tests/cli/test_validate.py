"""`tokbench validate`, from labelled files to the card, with a model that learns in a moment."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tokbench.artifact import Artifact
from tokbench.card.validation import validation_of
from tokbench.cli.validate import Duration
from tokbench.validation.trials import is_first_process

NER = Path(__file__).parents[2] / "corpora" / "ner"
FILE = """
[validation]
task = "ner"
baselines = ["other"]

[validation.data]
train = "train.conll"
dev = "dev.conll"

[validation.training]
epochs = 1
batch_size = 8
"""
specification = importlib.util.spec_from_file_location("generate_ner", NER / "generate.py")
generate = importlib.util.module_from_spec(specification)
specification.loader.exec_module(generate)


@pytest.fixture(scope="module")
def desk(tmp_path_factory, recipe):
    """Return a folder with an artifact, a tokenizer to beat, labelled files and the file that names them."""
    import tokbench

    folder = tmp_path_factory.mktemp("desk")
    text = [" ".join(word for word, _ in sentence) for one in generate.documents(200, "text") for sentence in one]
    for name, size in (("mine", 400), ("other", 250)):
        changes = [f"trainer.vocab_size={size}", f'name="{name}"']
        tokbench.build(recipe, folder / name, overrides=changes, corpus=text, checks=False)
    for split, sentences in (("train", 64), ("dev", 24)):
        (folder / f"{split}.conll").write_text(generate.conll(sentences, split), encoding="utf-8")
    (folder / "ner.toml").write_text(FILE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def validated(desk):
    """Return the folder after a validation, and what it printed."""
    import torch
    from click.testing import CliRunner

    from tokbench.cli.main import main

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # more would wait for each other
    result = CliRunner().invoke(main, ["validate", str(desk / "mine"), str(desk / "ner.toml"), "--traceback"])
    assert result.exit_code == 0, result.output
    yield desk, result.output
    torch.set_num_threads(threads)


def test_it_prints_tables_and_a_verdict(validated):
    """A column for each tokenizer, and one sentence."""
    desk, output = validated
    assert "on dev                    mine" in output
    assert "F1 by pieces" in output
    verdict = json.loads((desk / "mine-validation" / "validation.json").read_text(encoding="utf-8"))["verdict"]
    assert verdict in output
    assert verdict.startswith("mine reaches F1 ")


def test_it_leaves_the_answer_the_figures_and_the_models(validated):
    """In the folder beside the tokenizer."""
    folder = validated[0] / "mine-validation"
    for name in ("validation.json", "learning-curve.svg", "labels.svg", "mine/seed-1/model", "other/seed-1/model"):
        assert (folder / name).exists(), name


def test_what_is_published_names_no_machine(validated):
    """Neither the folder of the models nor that of the data."""
    desk = validated[0]
    told = (desk / "mine" / "validation.json").read_text(encoding="utf-8")
    assert str(desk.parent) not in told
    assert str(desk.parent) not in Artifact.open(desk / "mine").card_text


def test_the_artifact_and_its_card_tell_of_it(validated):
    """And the artifact is whole: every file is in the manifest."""
    artifact = Artifact.open(validated[0] / "mine")
    assert artifact.changed() == []
    assert {"validation.json", "learning-curve.svg", "labels.svg"} <= artifact.manifest["files"].keys()
    section, results = validation_of(artifact.card_text)
    assert "mine reaches F1" in section
    assert results[0]["task"]["type"] == "token-classification"


def test_two_processes_on_a_cpu_give_the_answer_of_one(validated, tmp_path):
    """By the command that the documentation names; one of them prints and writes."""
    desk = validated[0]
    told = {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    command = ["--nproc-per-node", "2", "-m", "tokbench", "validate", "mine", "ner.toml", "-o", str(tmp_path), "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", *command, "--set", "validation.baselines=[]"],
        cwd=desk,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    two = json.loads(ran.stdout)
    one = json.loads((desk / "mine-validation" / "validation.json").read_text(encoding="utf-8"))
    ((first, *_), (alone, *_)) = ([trial["curve"] for trial in each["results"][0]["trials"]] for each in (two, one))
    assert [point["step"] for point in first] == [point["step"] for point in alone]
    # Dropout is drawn by each; without it they are equal, as the tests of fine-tuning show.
    assert [point["loss"] for point in first] == pytest.approx([point["loss"] for point in alone], rel=0.01)
    assert two["results"][0]["f1"]["mean"] == pytest.approx(one["results"][0]["f1"]["mean"], abs=0.02)


def test_one_process_in_place_of_several_is_told(validated, tokbench, monkeypatch):
    """`accelerate launch --cpu --num_processes 2` starts one, and leaves an address."""
    desk = validated[0]
    for name, value in {"ACCELERATE_USE_CPU": "True", "ACCELERATE_MIXED_PRECISION": "no"}.items():
        monkeypatch.setenv(name, value)
    assert "has started one process" not in tokbench("validate", desk / "mine", desk / "ner.toml").output
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    assert "has started one process" in tokbench("validate", desk / "mine", desk / "ner.toml").output


@pytest.mark.parametrize("name", ["RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK"])
def test_one_of_several_processes_prints(monkeypatch, name):
    """Whoever started them."""
    assert is_first_process()
    monkeypatch.setenv(name, "0")
    assert is_first_process()
    monkeypatch.setenv(name, "1")
    assert not is_first_process()


def test_ended_runs_are_not_repeated(validated, tokbench, monkeypatch):
    """A second time the answer comes from what is there, as JSON where that is asked for."""
    desk = validated[0]
    model = desk / "mine-validation" / "mine" / "seed-1" / "model" / "model.safetensors"
    before = model.stat().st_mtime_ns
    monkeypatch.setattr("tokbench.validation.tuning.prepare", None)  # what was measured once is kept
    told = (desk / "mine-validation" / "validation.json").read_text(encoding="utf-8")
    result = tokbench("validate", desk / "mine", desk / "ner.toml", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json.loads(told)
    assert model.stat().st_mtime_ns == before


def test_a_text_is_tried(validated, tokbench):
    """What the model finds stands in brackets with its label; nothing of the text is lost."""
    desk = validated[0]
    text = "Ada Lovelace moved from Ashford to Redbury in 1852 ."
    result = tokbench("validate", desk / "mine", "--try", text)
    assert result.exit_code == 0
    assert "".join(result.stdout.replace("[", "").replace("]", "").split()).startswith("Ada")
    found = json.loads(tokbench("validate", desk / "mine", "--try", text, "--json").stdout)
    for entity in found:
        assert f"[{text[entity['start'] : entity['end']]} {entity['label']}]" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none"], "error: 'none' has no recipe.toml; name a TOML file with a table [validation]"),
        (["mine"], 'recipe.toml: has no [validation]; write one, with task = "ner"'),
        (["mine", "none.toml"], "error: none.toml: cannot be read: No such file or directory; give a TOML file"),
        (["mine", "ner.toml", "--set", "validation.task=nerr"], "there is no task 'nerr'; did you mean 'ner'?"),
        (["mine", "ner.toml", "--set", "validation.sed=1"], "validation has no such key; did you mean 'seeds'?"),
        (
            ["mine", "ner.toml", "--set", "validation.training.epoch=1"],
            "validation.training.epoch: no such option; did you mean 'epochs'?",
        ),
        (["mine", "ner.toml", "--set", "validation.seeds=[1, 1]"], "validation.seeds: must name each once"),
        (["mine", "ner.toml", "--set", "validation.data.dev=x.conll"], "x.conll: there is no such file"),
        (["mine", "ner.toml", "--baseline", "mine"], "'mine' takes part twice; a tokenizer is no baseline of itself"),
        (
            ["mine", "ner.toml", "--baseline", "checkpoint"],
            "the baseline 'checkpoint' is the tokenizer of a checkpoint",
        ),
        (["mine", "ner.toml", "--baseline", "./none"], "no tokenizer can be loaded from './none'"),
        (["mine", "ner.toml", "--budget", "soon"], "'soon' is no time; write it as 10min, 90s or 1h30min"),
        (["other", "--try", "Ada"], "other-validation holds no validation; run 'tokbench validate' first"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(desk, tokbench, monkeypatch, arguments, sentence):
    """Before anything is trained."""
    monkeypatch.chdir(desk)
    result = tokbench("validate", *arguments)
    assert result.exit_code == 2
    assert sentence in result.output


@pytest.mark.parametrize(("text", "seconds"), [("10min", 600), ("90s", 90), ("1h30min", 5400), ("0.5 h", 1800)])
def test_times_are_written_as_people_write_them(text, seconds):
    """Hours, minutes, seconds."""
    assert Duration().convert(text, None, None) == seconds
