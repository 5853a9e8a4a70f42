"""A new plugin of each kind is installed beside tokbench, and passes its own tests as it stands."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tokbench import scaffold
from tokbench.errors import UserError
from tokbench.registry import KINDS

OFFLINE = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
NAMES = {kind: f"my-{singular}" for kind, singular in KINDS.items()}


def run(*arguments, cwd, path):
    """Run Python beside the packages that were installed at `path`."""
    environment = {**os.environ, "PYTHONPATH": str(path), "XDG_CACHE_HOME": str(path / "cache")}
    environment.pop("TOKBENCH_PLUGINS", None)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Write a plugin of each kind by the command line, and install them all into a folder of their own."""
    folder, target = tmp_path_factory.mktemp("packages"), tmp_path_factory.mktemp("installed")
    for kind, name in NAMES.items():
        written = run("-m", "tokbench", "new", "plugin", name, "--kind", KINDS[kind], cwd=folder, path=target)
        assert written.returncode == 0, written.stderr
    found = sorted(path for path in folder.iterdir())
    installed = run(
        "-m", "pip", "install", *OFFLINE, "--target", str(target), *map(str, found), cwd=folder, path=target
    )
    assert installed.returncode == 0, installed.stderr
    return folder, target


def test_every_kind_passes_its_own_tests(packages):
    """All of the packages' tests pass, none is skipped, and there are tests for each kind."""
    folder, target = packages
    tests = [str(path) for path in sorted(folder.glob("*/tests"))]
    assert len(tests) == len(KINDS)
    options = ("-q", "-W", "error", "-p", "no:cacheprovider", "--import-mode=importlib", "-c", os.devnull)
    done = run("-m", "pytest", *options, f"--rootdir={folder}", *tests, cwd=folder, path=target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


def test_the_parts_are_listed(packages):
    """`tokbench parts` has a line for each of the new parts."""
    folder, target = packages
    shown = run("-m", "tokbench", "parts", cwd=folder, path=target)
    assert [name for name in NAMES.values() if name not in shown.stdout] == []


@pytest.mark.parametrize("tool", [("check", "--select=E,F,I,B,UP"), ("format", "--check")], ids=["lint", "format"])
def test_the_code_is_clean(packages, tool):
    """What a newcomer is given has no fault that a linter finds, and is formatted."""
    folder, target = packages
    for package in folder.iterdir():
        done = run("-m", "ruff", *tool, "--isolated", "--line-length=120", ".", cwd=package, path=target)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "said"), [("FinnishFold", "try 'finnish-fold'"), ("class", "kebab-case"), ("-", "try 'my-part'")]
)
def test_a_name_that_cannot_be(tmp_path, name, said):
    """A name that no package or class can have is refused with one that can."""
    with pytest.raises(UserError, match=said):
        scaffold.write(name, "normalizers", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    """A plugin that is there already stays as it is."""
    page = scaffold.write("tokbench-fold", "normalizers", tmp_path) / "README.md"
    page.write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="tokbench-fold: exists already; choose another name"):
        scaffold.write("fold", "normalizers", tmp_path)
    assert page.read_text(encoding="utf-8") == "mine"
