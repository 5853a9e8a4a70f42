"""What training must not import: it would cost more than the training."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
import numpy as np
import pyarrow as pa
from tokenizers import models
from tokbench.contracts import silent
from tokbench.counting.words import WordCounts
from tokbench.trainers.bpe import BPETrainer
from tokbench.trainers.wordlevel import WordLevelTrainer

class Part:
    def __init__(self, build):
        self.build = build

# Not by pa.array, which imports pandas itself.
texts = [None, pa.py_buffer(np.array([0, 2])), pa.py_buffer(b"ab")]
counts = [None, pa.py_buffer(np.array([2]))]
words = WordCounts(
    pa.Array.from_buffers(pa.large_string(), 1, texts), pa.Array.from_buffers(pa.int64(), 1, counts)
)
BPETrainer().train(words, Part(models.BPE), [], silent)
WordLevelTrainer().train(words, Part(models.WordLevel), [], silent)
print(*{"pandas", "torch", "transformers", "datasets", "rich"} & set(sys.modules))
"""


def test_training_imports_little() -> None:
    """Training from counts leaves pandas (0.2 s), transformers and datasets alone."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
