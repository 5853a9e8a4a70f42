"""What training must not import: it would cost more than the training."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from tokenizers import models
from tokbench.contracts import silent
from tokbench.counting.words import WordCounts
from tokbench.trainers.bpe import BPETrainer
from tokbench.trainers.wordlevel import WordLevelTrainer

class Part:
    def __init__(self, build):
        self.build = build

words = WordCounts.of([("ab", 2)])
BPETrainer().train(words, Part(models.BPE), [], silent)
WordLevelTrainer().train(words, Part(models.WordLevel), [], silent)
print(*{"pyarrow", "numpy", "pandas", "torch", "transformers", "datasets", "rich"} & set(sys.modules))
"""


def test_training_imports_little() -> None:
    """Training from counts leaves Arrow and NumPy (50 MB), pandas (0.2 s), transformers and datasets alone."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_source_without_its_core_says_so(tmp_path: Path) -> None:
    """Where tokbench is installed elsewhere, and its source lies in the folder in which Python is started."""
    source = Path(__file__).parents[2] / "tokbench"
    shutil.copytree(source, tmp_path / "tokbench", ignore=shutil.ignore_patterns("_kernels.*"))
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from tokbench.kernels import _kernels"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("install the source in place: pip install -e .")
