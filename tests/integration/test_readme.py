"""What the README shows is what happens: its commands run, in order, and print what stands below them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub_stand_in import StandIn, User

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINES = r"((?:(?!```).*\n)*)"
SHOWN = re.compile(rf"^```sh\n{LINES}```\n\n```text\n{LINES}```$", re.MULTILINE)


HUB = "https://huggingface.co"
COMMIT = re.compile(r"(?<= as )[0-9a-f]{7}\b")
MODEL_TYPES = re.compile(r"\b\d+(?= model types)")
"""How many there are is up to `transformers`, which gains some with every version."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """Stand in for the Hub, with the user `me` logged in; what is printed tells of the real one, and of some commit."""
    with StandIn() as server, pytest.MonkeyPatch.context() as patch:
        server.store.users["hf_readme"] = User("me")
        home = str(tmp_path_factory.mktemp("home"))
        login = {"HF_ENDPOINT": server.address, "HF_TOKEN": "hf_readme", "HF_HOME": home, "HF_HUB_DISABLE_XET": "1"}
        for name, value in login.items():
            patch.setenv(name, value)
        yield server


@pytest.fixture(scope="module")
def desk(tmp_path_factory, hub):
    """Return a folder as a newcomer has it after the first command: the sample corpora, and what was built."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "corpora", folder / "corpora")
    run(folder, "tokbench build corpora/wordpiece.toml")
    return folder


def run(folder: Path, commands: str) -> str:
    """Return what a shell prints for the commands, as in a terminal of 100 columns."""
    environment = {**os.environ, "COLUMNS": "100", "TOKBENCH_PLUGINS": ""}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", commands], cwd=folder, env=environment, stdout=-1, stderr=-2, text=True, check=False
    )
    printed = COMMIT.sub("1f2e3d4", done.stdout.replace(os.environ["HF_ENDPOINT"], HUB))
    printed = MODEL_TYPES.sub("312", printed)
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def test_commands_print_what_is_shown(desk, request):
    """Each block of output is what the block of commands above it printed; `--update-golden` renews them."""
    text = README.read_text(encoding="utf-8")
    shown = list(SHOWN.finditer(text))
    assert len(shown) >= 4
    printed = []
    for block in shown:
        commands = block[1].removeprefix("pip install . && ")
        printed.append(
            run(desk, f"rm -rf wordpiece; {commands}" if "build corpora/wordpiece" in commands else commands)
        )
    if request.config.getoption("--update-golden"):
        for block, output in reversed(list(zip(shown, printed, strict=True))):
            text = f"{text[: block.start(2)]}{output}{text[block.end(2) :]}"
        README.write_text(text, encoding="utf-8")
    else:
        assert printed == [block[2] for block in shown]


def test_recipes_are_recipes(tmp_path):
    """Every recipe that is shown is checked as one."""
    import tokbench

    blocks = [found[2] for found in BLOCK.finditer(README.read_text(encoding="utf-8")) if found[1] == "toml"]
    recipes = [block for block in blocks if block.startswith("name")]
    assert len(recipes) >= 2
    for number, recipe in enumerate(recipes):
        (tmp_path / f"{number}.toml").write_text(recipe, encoding="utf-8")
        assert tokbench.load(tmp_path / f"{number}.toml").name


def test_python_runs(desk):
    """The programs that stand on their own run where the commands left their files."""
    blocks = [found[2] for found in BLOCK.finditer(README.read_text(encoding="utf-8")) if found[1] == "python"]
    programs = [block for block in blocks if not block.startswith("@")]
    assert len(programs) >= 2
    run(desk, "tokbench new recipe my.toml --like gpt2 --corpus corpora/samples/en.txt")
    for program in programs:
        subprocess.run([sys.executable, "-c", program], cwd=desk, check=True, capture_output=True)
