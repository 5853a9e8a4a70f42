"""A Hub for the tests, a user's machine that knows it, and artifacts to publish."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.hub_stand_in import StandIn, User

TOKEN = "hf_kQzVxJwTnBhYrLmP"
RECIPE = """
name = "finnish"

[card]
license = "apache-2.0"
language = ["fi"]

[[corpus]]
use = "files"
path = "text.txt"
license = "cc0-1.0"

[[normalizer]]
use = "lowercase"

[[pre_tokenizer]]
use = "whitespace"

[trainer]
use = "wordpiece"
vocab_size = 60

[special_tokens]
unk = "[UNK]"
pad = "[PAD]"
"""
TEXT = "kissa istuu ikkunalla ja katsoo ulos\nulkona sataa vettä, sanoi kissa\n" * 5


@dataclass(frozen=True)
class Ran:
    """What a command did on the user's machine."""

    code: int
    stdout: str
    stderr: str
    waits: list[float]
    """Seconds that it waited, each time that it did."""


@dataclass(frozen=True)
class Machine:
    """The user's machine."""

    process: subprocess.Popen[str]
    folder: Path

    def __call__(self, *arguments: str | Path, **options: Any) -> Ran:
        """Run a command of tokbench."""
        return self._ask(arguments=[str(argument) for argument in arguments], **options)

    def python(self, program: str) -> str:
        """Run a program and return what it prints."""
        return self._ask(program=program).stdout

    def _ask(
        self,
        arguments: list[str] | None = None,
        program: str = "",
        token: str = TOKEN,
        limit: int = 0,
        folder: Path | None = None,
    ) -> Ran:
        job = {"arguments": arguments, "program": program, "folder": str(folder or self.folder), "limit": limit}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({**job, "environment": {"HF_TOKEN": token}}), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return Ran(**answer)


@pytest.fixture(scope="session")
def server() -> Iterator[StandIn]:
    """Return the server."""
    with StandIn() as server:
        yield server


@pytest.fixture
def hub(server: StandIn) -> StandIn:
    """Return the Hub, on which there is nothing yet, and the user `me` of the organization `org`."""
    server.reset()
    server.store.users[TOKEN] = User("me", ("org",))
    server.store.large = 2100
    return server


@pytest.fixture(scope="session")
def machine(server: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """Return the process of the user's machine."""
    home = tmp_path_factory.mktemp("home")
    secrets = ("HF_TOKEN", "HF_HUB_OFFLINE")
    known = {name: value for name, value in os.environ.items() if name not in secrets}
    known |= {"HF_ENDPOINT": server.address, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
    known["PYTHONPATH"] = str(Path(__file__).parents[2])
    program = [sys.executable, str(Path(__file__).with_name("user.py"))]
    with subprocess.Popen(program, stdin=-1, stdout=-1, env=known, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def user(machine: subprocess.Popen[str], tmp_path: Path) -> Machine:
    """Return ``user("push", artifact, "me/finnish")``, which runs a command in an empty folder of the user's."""
    return Machine(machine, tmp_path)


@pytest.fixture(scope="session")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recipe that builds in a moment."""
    folder = tmp_path_factory.mktemp("recipe")
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    (folder / "finnish.toml").write_text(RECIPE)
    return folder / "finnish.toml"


@pytest.fixture(scope="session")
def build(
    machine: subprocess.Popen[str], recipe: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Return ``build("trainer.vocab_size=80")``, which builds an artifact, without its checks."""

    def built(*overrides: str) -> Path:
        folder = tmp_path_factory.mktemp("built")
        settings = [word for override in overrides for word in ("--set", override)]
        ran = Machine(machine, folder)("build", recipe, "--no-checks", "--no-push", *settings)
        assert ran.code == 0, ran.stderr
        return folder / "finnish"

    return built


@pytest.fixture(scope="session")
def artifact(build: Callable[..., Path]) -> Path:
    """Return an artifact."""
    return build()
