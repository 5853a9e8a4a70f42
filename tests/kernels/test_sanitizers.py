"""The kernel tests pass under the address and undefined-behavior sanitizers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNELS = ROOT / "tokbench" / "kernels"
WITHIN = "TOKBENCH_SANITIZED"


def library(name: str) -> str:
    """Return the path of one of the compiler's libraries, or skip where it has none."""
    found = subprocess.run(["g++", f"-print-file-name={name}"], capture_output=True, text=True, check=True)
    path = found.stdout.strip()
    if not Path(path).is_absolute():
        pytest.skip(f"g++ has no {name}")
    return path


@pytest.mark.skipif(WITHIN in os.environ, reason="this is the run under the sanitizers")
@pytest.mark.skipif(sys.platform != "linux", reason="the sanitizers are preloaded as Linux does it")
def test_kernels_under_sanitizers(tmp_path: Path) -> None:
    """No kernel reads or writes where it must not, overflows or shifts too far, whatever the tests feed it."""
    for tool in ("cmake", "g++"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    preload = " ".join(library(name) for name in ("libasan.so", "libubsan.so", "libstdc++.so"))
    build = tmp_path / "build"
    choices = ["-DTOKBENCH_SANITIZE=ON", f"-DPython_EXECUTABLE={sys.executable}"]
    subprocess.run(["cmake", "-S", KERNELS, "-B", build, *choices], check=True, capture_output=True)
    subprocess.run(["cmake", "--build", build, "--parallel", "2"], check=True, capture_output=True)

    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "tokbench", copy / "tokbench", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for module in build.glob("_kernels*.so"):
        shutil.copy(module, copy / "tokbench" / "kernels")
    environment = {
        **os.environ,
        WITHIN: "1",
        "LD_PRELOAD": preload,
        "ASAN_OPTIONS": "detect_leaks=0",  # the interpreter itself never frees all
        "PYTHONPATH": os.pathsep.join([str(copy), *sys.path]),
        "TOKBENCH_SHARED": str(copy),  # real text adds time, and no case
    }

    def python(*arguments: str) -> str:
        # With -S, no .pth file puts an installed tokbench before the copy.
        run = subprocess.run(
            [sys.executable, "-S", *arguments], cwd=copy, env=environment, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
        return run.stdout

    assert python("-c", "from tokbench.kernels import _kernels; print(_kernels.__file__)").startswith(str(copy))
    # How fast Ctrl-C stops a kernel is no matter of memory, and a sanitizer is slow.
    python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", "-k", "not interrupt", "tests/kernels")
