"""A pre-tokenizer written in Python: training and encoding, beside Hugging Face `tokenizers` with the same part.

    python tests/bench/python_part.py --corpora ../shared/data/corpora --megabytes 8 --repeat 3

Training: each peer in a process of its own; CPU seconds of counting and merging on one thread, wall seconds on two,
peak memory on both, with that of all worker processes. The merges must be the same. Encoding: in one process, batches
of the first megabytes by a tokenizer as tokbench ships it and by the component attached by hand, in turn; the ids must
be the same. Printed are medians, how many times tokbench's share HF takes, and what that is to be where it is not.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.memory import peak_memory, peak_with_workers  # noqa: E402
from tests.bench.ratios import ratio  # noqa: E402

WORDS = re.compile(r" ?[^\W\d_]+| ?[0-9]+| ?(?:[^\w\s]|_)+|\s+(?!\S)|\s+|\w")
VOCABULARY = 8000
BATCH = 256
ENCODED = 4_000_000
"""Characters that are encoded at most."""
CELLS = (("cpu", "CPU s", 1, 10), ("wall", "wall s", 2, 10), ("memory", "MB", 1, 1), ("memory", "MB", 2, 1))
"""What is compared of training: figure, unit, threads, and how many times tokbench's share HF is to take."""


@dataclass(frozen=True)
class Words:
    """Split text into words, numbers and signs, each with the space before it."""

    cut: ClassVar[str] = "space"

    def build(self) -> Words:
        """Return the part itself."""
        return self

    def pre_tokenize(self, text: Any) -> None:
        """Split every piece in place."""
        text.split(lambda _, piece: [piece[a:b] for a, b in map(re.Match.span, WORDS.finditer(str(piece.normalized)))])


def training_by_hf(texts: list[str]) -> Any:
    """Train as HF does it, with the part as its custom component."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.PreTokenizer.custom(Words())
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=VOCABULARY, show_progress=False))
    return tokenizer.model


def training_by_tokbench(texts: list[str], threads: int) -> Any:
    """Train as a build does it: count on the engine `local`, with an empty cache, and merge."""
    from tokbench.carried.stages import VERSION
    from tokbench.contracts import CountingPlan, silent
    from tokbench.corpora.python import from_python
    from tokbench.corpora.source import Mix, Source
    from tokbench.corpora.stream import work_units
    from tokbench.engines.local import Local
    from tokbench.models.bpe import BPE
    from tokbench.trainers.bpe import BPETrainer

    plan = CountingPlan(json.dumps(document() | {"version": VERSION}), "space", threads, 0, {"bench:Words": Words})
    words, _ = Local().count(work_units([Source(from_python(texts))], Mix()), plan, silent)
    return BPETrainer(vocab_size=VOCABULARY).train(words, BPE(), (), silent)


def document(model: Any = None) -> dict[str, Any]:
    """Return the JSON of a tokenizer with the part."""
    from tokenizers import Tokenizer, models

    stage = {"type": "Python", "class": "bench:Words", "options": {}, "sha256": ""}
    return {**json.loads(Tokenizer(model or models.BPE()).to_str()), "pre_tokenizer": stage}


def measure(subject: str, threads: int, path: Path) -> dict[str, Any]:
    """Train once in this process, and return what it took, imports and reading left out."""
    import tokenizers  # noqa: F401

    import tokbench.corpora.python
    import tokbench.corpora.stream
    import tokbench.engines.local
    import tokbench.models.bpe
    import tokbench.trainers.bpe  # noqa: F401

    texts = path.read_text(encoding="utf-8").split("\0")
    cpu, wall = cpu_seconds(), time.perf_counter()
    model = training_by_hf(texts) if subject == "hf" else training_by_tokbench(texts, threads)
    took = {"cpu": cpu_seconds() - cpu, "wall": time.perf_counter() - wall}
    return {**took, "memory": peak_memory(), "merges": document(model)["model"]["merges"]}


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of those it has waited for."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def compare_training(path: Path, repeat: int) -> None:
    """Train with both in turn, and print medians and ratios."""
    runs: dict[tuple[str, int], list[dict[str, Any]]] = {(who, n): [] for n in (1, 2) for who in ("hf", "tokbench")}
    for _ in range(repeat):
        for (subject, threads), found in runs.items():
            found.append(run(subject, threads, path))
    merges = runs["hf", 1][0]["merges"]
    if any(taken["merges"] != merges for found in runs.values() for taken in found):
        sys.exit("the merges differ")
    for column, unit, threads, target in CELLS:
        hf, ours = (statistics.median(taken[column] for taken in runs[who, threads]) for who in ("hf", "tokbench"))
        figures = f"hf {hf:8.2f}  tokbench {ours:8.2f}  {ratio(hf, ours, target)}"
        print(f"training  {unit:6} {threads} thread{'s'[: threads - 1]:1}  {figures}", flush=True)


def run(subject: str, threads: int, path: Path) -> dict[str, Any]:
    """Train once, in a process of its own with an empty cache."""
    environment = {
        **os.environ,
        "RAYON_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false",
    }
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, __file__, "--one", subject, str(threads), str(path)]
        settings = {**environment, "XDG_CACHE_HOME": cache}
        said = Path(cache) / "said.json"
        with said.open("w") as file, subprocess.Popen(command, stdout=file, text=True, env=settings) as process:
            with_workers = peak_with_workers(process)
        if process.returncode:
            sys.exit(f"{subject} failed")
        taken: dict[str, Any] = json.loads(said.read_text())
    return {**taken, "memory": max(taken["memory"], with_workers)}


def compare_encoding(path: Path, repeat: int) -> None:
    """Encode batches with both in turn, and print medians and their ratio."""
    from tokenizers import Tokenizer, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    from tokbench.carried.tokenizer import PythonTokenizerFast

    texts = _beginning(path.read_text(encoding="utf-8").split("\0"))
    described = document(training_by_hf(texts[: len(texts) // 4 + 1]))
    shipped = type("BenchTokenizerFast", (PythonTokenizerFast,), {"classes": {"bench:Words": Words}})
    ours = shipped(tokenizer_object=described).backend_tokenizer
    bare = Tokenizer.from_str(json.dumps({**described, "pre_tokenizer": None}))
    theirs = PreTrainedTokenizerFast(tokenizer_object=bare).backend_tokenizer
    theirs.pre_tokenizer = pre_tokenizers.PreTokenizer.custom(Words())
    if _encoded(ours, texts)[0] != _encoded(theirs, texts)[0]:
        sys.exit("the ids differ")
    seconds: dict[str, list[float]] = {"hf": [], "tokbench": []}
    for turn in range(2 * repeat):
        for name, tokenizer in (("hf", theirs), ("tokbench", ours))[:: -1 if turn % 2 else 1]:
            seconds[name].append(_encoded(tokenizer, texts)[1])
    hf, own = (statistics.median(found) for found in seconds.values())
    print(f"encoding  CPU s            hf {hf:8.2f}  tokbench {own:8.2f}  {hf / own:6.2f}x", flush=True)


def _beginning(texts: list[str]) -> list[str]:
    """Return the first texts, as many as have `ENCODED` characters: how long a text takes does not depend on others."""
    ends = itertools.accumulate(map(len, texts), initial=0)
    return [text for text, before in zip(texts, ends, strict=False) if before < ENCODED]


def _encoded(tokenizer: Any, texts: list[str]) -> tuple[list[list[int]], float]:
    """Return the ids of the texts, encoded in batches, and the CPU seconds that it took."""
    started = time.process_time()
    batches = (tokenizer.encode_batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH))
    ids = [encoding.ids for batch in batches for encoding in batch]
    return ids, time.process_time() - started


def main() -> None:
    """Read the command line."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "data" / "corpora")
    parser.add_argument("--megabytes", type=float, default=0, help="use only so much of the corpus (0: all)")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    from tests.bench.corpora import lines_of

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts"
        texts, size = [], 0
        for line in lines_of(options.corpora / "en.jsonl.zst"):
            if options.megabytes and size >= options.megabytes * 1e6:
                break
            texts.append(line.decode())
            size += len(line)
        path.write_text("\0".join(texts), encoding="utf-8")
        print(f"English, {size / 1e6:.1f} MB, {len(texts):,} documents, a pre-tokenizer in Python", flush=True)
        compare_training(path, options.repeat)
        compare_encoding(path, options.repeat)


if __name__ == "__main__":
    main()
