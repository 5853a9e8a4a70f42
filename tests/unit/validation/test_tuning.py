"""Fine-tuning: the same with any number of processes, after a kill, and for anyone who loads what it leaves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.validation import toys

pytest.importorskip("accelerate", reason="pip install 'tokbench[validate]'")
ROOT = Path(__file__).parents[3]
SCRIPT = ["-m", "tests.unit.validation.tune_toy"]
LAUNCH = [
    "-m",
    "accelerate.commands.launch",
    "--num_machines",
    "1",
    "--mixed_precision",
    "no",
    "--dynamo_backend",
    "no",
]
ALONE = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "ACCELERATE_USE_CPU": "true"}


def started(*command: str) -> subprocess.Popen[str]:
    """Start a Python process at the root of the repository."""
    environment = {**os.environ, **ALONE}
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finished(*command: str) -> str:
    """Run a Python process to its end, and return what it printed."""
    process = started(*command)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def run_of(folder: Path, rank: int = 0) -> dict[str, Any]:
    """Return the run that a process wrote."""
    return dict(json.loads((folder / f"process-{rank}.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the folder of the toys' tokenizer."""
    return toys.saved(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture(scope="module")
def alone(tokenizer: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run in one process."""
    folder = tmp_path_factory.mktemp("alone")
    finished(*SCRIPT, str(folder), tokenizer, 'trackers=["tensorboard"]')
    return folder


def losses(run: dict[str, Any]) -> list[float]:
    """Return the curve of the loss."""
    return [point["loss"] for point in run["curve"]]


def agreement(one: list[list[str]], other: list[list[str]]) -> float:
    """Return the share of words that two runs tag alike."""
    pairs = [pair for tags in zip(one, other, strict=True) for pair in zip(*tags, strict=True)]
    return sum(a == b for a, b in pairs) / len(pairs)


def test_a_new_model_learns_the_task(alone):
    """The dev score rises to nearly all there is to find, and every word has a tag."""
    run = run_of(alone)
    assert run["curve"][-1]["dev_score"] > 0.9
    assert [len(tags) for tags in run["predictions"]] == [len(s.words) for s in toys.labelled_set().dev]


def test_two_processes_are_as_one(tokenizer, alone, tmp_path):
    """Two processes on a CPU, and parts of a batch, give the losses, scores and tags of one; all get the same."""
    two = [*LAUNCH, "--multi_gpu", "--num_processes", "2"]  # for processes, which ACCELERATE_USE_CPU keeps off GPUs
    finished(*two, *SCRIPT, str(tmp_path), tokenizer, 'trackers=["tensorboard"]', "accumulation=2")
    one, first, second = run_of(alone), run_of(tmp_path, 0), run_of(tmp_path, 1)
    assert losses(first) == pytest.approx(losses(one), rel=1e-3)
    assert [p["dev_score"] for p in first["curve"]] == pytest.approx([p["dev_score"] for p in one["curve"]], abs=0.02)
    assert agreement(one["predictions"], first["predictions"]) > 0.995
    assert first["predictions"] == second["predictions"]


def test_a_notebook_starts_two_processes(tokenizer, alone, tmp_path):
    """`notebook_launcher` runs the same function, in processes that are as one."""
    with socket.socket() as free:  # the usual port is that of other tests, which run meanwhile
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cells = f"""
        from accelerate import notebook_launcher
        from tests.unit.validation.tune_toy import tune
        given = ({str(tmp_path)!r}, {tokenizer!r}, 'trackers=["tensorboard"]')
        notebook_launcher(tune, given, num_processes=2, use_port="{port}")
    """
    finished("-c", textwrap.dedent(cells))
    one, first, second = run_of(alone), run_of(tmp_path, 0), run_of(tmp_path, 1)
    assert agreement(one["predictions"], first["predictions"]) > 0.995
    assert first["predictions"] == second["predictions"]


def test_a_killed_run_ends_as_if_it_had_not_been(tokenizer, alone, tmp_path):
    """SIGKILL after a checkpoint: the same command goes on from there, to the same tags and curve."""
    command = (*SCRIPT, str(tmp_path), tokenizer, 'trackers=["tensorboard"]')
    process = started(*command)
    while not list((tmp_path / "run").glob("checkpoint-*[0-9]")):
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "process-0.json").exists()
    finished(*command)
    again, whole = run_of(tmp_path), run_of(alone)
    assert again["predictions"] == whole["predictions"]
    assert losses(again) == losses(whole)


def test_a_run_that_ended_is_not_run_again(tokenizer, alone):
    """The same call returns the run that is there, and leaves no checkpoint behind."""
    before = (alone / "run" / "run.json").stat().st_mtime_ns
    assert not list((alone / "run").glob("checkpoint-*"))
    finished(*SCRIPT, str(alone), tokenizer, 'trackers=["tensorboard"]')
    assert (alone / "run" / "run.json").stat().st_mtime_ns == before


def test_trackers_are_written(alone):
    """Accelerate logs to TensorBoard, below the run's folder."""
    assert list((alone / "run" / "trackers").rglob("events.out.tfevents.*"))


def test_the_saved_model_works_in_a_pipeline(alone):
    """`pipeline("token-classification")` in a new process, which knows nothing of tokbench, finds the names."""
    code = (
        "import sys, json; from transformers import pipeline;"
        "find = pipeline('token-classification', sys.argv[1], aggregation_strategy='simple', device='cpu');"
        "print(json.dumps([(e['entity_group'], e['word']) for e in find('nobody went to see Ada by the Zuse Park')]))"
    )
    out = finished("-I", "-c", code, str(alone / "run" / "model"))
    assert json.loads(out.splitlines()[-1]) == [["PER", "Ada"], ["LOC", "Zuse Park"]]
