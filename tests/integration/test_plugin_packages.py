"""Each plugin in plugins/ is a package of its own: it installs beside tokbench, and its own tests pass."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
PACKAGES = sorted(path.name for path in PLUGINS.iterdir() if (path / "pyproject.toml").is_file())
OFFLINE = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")


@pytest.mark.parametrize("package", PACKAGES)
def test_a_plugin_installs_and_passes_its_tests(package, tmp_path):
    """As a third party's CI would see it: with no other plugin, and its own settings for pytest."""
    pip = [sys.executable, "-m", "pip", "install", *OFFLINE, "--target", str(tmp_path), str(PLUGINS / package)]
    subprocess.run(pip, check=True)
    settings = {**os.environ, "PYTHONPATH": str(tmp_path), "TOKBENCH_PLUGINS": package}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=PLUGINS / package, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
