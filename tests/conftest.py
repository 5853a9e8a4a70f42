"""What every test may ask for: the shared corpora, and golden files renewed by one flag."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no fault of the code: properties are not timed.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`, which writes what the code says now over what the golden files say."""
    parser.addoption("--update-golden", action="store_true", help="renew the files below tests/golden")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep no counts in the user's cache, and use none from there; processes that a test starts inherit it."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """Let processes that a test starts hear Ctrl-C, also where the tests themselves were started to ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of the shared real data (`TOKBENCH_SHARED`, or beside the repository), or skip."""
    folder = Path(os.environ.get("TOKBENCH_SHARED", TESTS.parents[1] / "shared"))
    if not (folder / "data" / "corpora").is_dir():
        pytest.skip(f"the shared corpora are not at {folder}; TOKBENCH_SHARED says where they are")
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return ``golden("corpora/no-match", text)``, which holds a text against tests/golden/corpora/no-match.txt."""
    update = request.config.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        assert path.exists(), f"{path.relative_to(TESTS)} is missing; pytest --update-golden writes it"
        assert text.rstrip("\n") == path.read_text(encoding="utf-8").rstrip("\n")

    return compare
