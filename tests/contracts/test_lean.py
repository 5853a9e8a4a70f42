"""What counting must not import: Arrow and NumPy take more memory, and longer to come, than counting a small corpus."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pyarrow", "numpy", "pandas", "datasets", "transformers", "torch", "rich", "huggingface_hub", "pydantic")
PROGRAM = """
import sys
from pathlib import Path
from tokenizers import Tokenizer
from tokbench.contracts import CountingPlan, silent
from tokbench.corpora.files import Files
from tokbench.corpora.python import from_python
from tokbench.corpora.source import Source
from tokbench.corpora.stream import work_units
from tokbench.engines.local import Local

path, pipeline, memory = sys.argv[1:4]
for _ in range(2):  # the second time from what was kept
    part = Files(Path(path)) if path else from_python(["a text", "another text, and é"])
    units = work_units([Source(part)])
    words, tally = Local().count(units, CountingPlan(pipeline, "space", 2, int(memory)), silent)
print(len(words), tally.documents, *(name for name in {heavy} if name in sys.modules))
"""


@pytest.mark.parametrize("memory", [0, 1], ids=["in memory", "spilled"])
@pytest.mark.parametrize("name", ["text.txt", "text.jsonl", "text.json", "text.md", ""])
@pytest.mark.parametrize("split", ["gpt2", "bert"])
def test_counting_plain_text_imports_nothing_heavy(tmp_path: Path, split: str, name: str, memory: int) -> None:
    """Files and strings are read, counted, kept, spilled and found again by kernels and the standard library alone."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if split == "bert":
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    texts = ["a text", "another text, and é"]
    lines = [json.dumps({"text": text}) if "json" in name else text for text in texts]
    path = tmp_path / name
    if name:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    program = PROGRAM.format(heavy=HEAVY)
    command = [sys.executable, "-c", program, str(path) if name else "", tokenizer.to_str(), str(memory)]
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found, documents, *heavy = done.stdout.split()
    assert (int(found) > 3, int(documents), heavy) == (True, 1 if name == "text.md" else 2, [])


BUILD = """
import sys
from tokbench.cli.main import main
main([*sys.argv[1:], "--no-checks"], standalone_mode=False)
print(*(name for name in {heavy} if name in sys.modules))
"""


@pytest.mark.parametrize("name", ["bpe", "wordpiece", "unigram"])
def test_a_piped_build_imports_nothing_heavy(tmp_path: Path, name: str) -> None:
    """The recipe, its parts, notes, the card and the manifest need none of it where nothing is wrong or unusual."""
    recipe = Path(__file__).parents[2] / "corpora" / f"{name}.toml"
    command = [sys.executable, "-c", BUILD.format(heavy=HEAVY), "build", str(recipe), "-o", "built"]
    environment = {"XDG_CACHE_HOME": str(tmp_path), "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    summary, heavy = done.stdout.splitlines()
    assert (summary.startswith("built: "), heavy) == (True, "")
