"""Counting words, measured beside Hugging Face `tokenizers` on the same text, in one run.

    python tests/bench/count.py --corpora ../shared/data/corpora --splits gpt2 bert --repeat 3

Each measurement is a process of its own that is given the text as an Arrow file: `hf` runs its normalizer, its
pre-tokenizer and its count of words, all of it compiled (`WordLevelTrainer`); `tokbench` runs the engine `local`, with
an empty cache, and `kept` runs it a second time. The words found must be the same. Printed are medians: CPU and wall
seconds of the counting, megabytes of text for each second and core, peak memory of the whole process, and ratios, with
what they are to be where they are not.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.memory import peak_memory  # noqa: E402
from tests.bench.ratios import ratio  # noqa: E402
from tokbench.documents import Documents  # noqa: E402

SUBJECTS = ("hf", "tokbench", "kept")
TARGETS = {("en", "no-kernel", 1): {"cpu": 3, "peak": 1}, ("en", "no-kernel", 2): {"wall": 3}}
"""How many times tokbench's share HF is to take, at least: of a corpus, a split, and a number of threads."""


def pipeline(split: str) -> tuple[str, str]:
    """Return the JSON of a tokenizer with that pre-tokenizer, and where text may be cut before it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    from tokbench.pre_tokenizers import named

    published = {"cl100k": named.Cl100k, "o200k": named.O200k, "qwen2": named.Qwen2, "deepseek-v3": named.DeepseekV3}
    tokenizer = Tokenizer(models.BPE())
    if split == "bert":
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    elif split == "no-kernel":
        tokenizer.normalizer = normalizers.Prepend("_")
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        tokenizer.pre_tokenizer = published.get(split, named.Gpt2)().build()
    return tokenizer.to_str(), "space"


@dataclass(frozen=True)
class ArrowFile:
    """A work unit: the documents of an Arrow file."""

    name: str
    fingerprint: str = "benchmark"
    size: int | None = None

    def read(self, tally: Any) -> Iterator[Documents]:
        """Yield its batches."""
        with pa.OSFile(self.name) as file:  # whose pages, mapped, would count as memory of the process
            reader = pa.ipc.open_file(file)
            for index in range(reader.num_record_batches):
                documents = Documents.of_arrow(reader.get_batch(index))
                tally.documents += len(documents)
                tally.bytes += documents.texts.size
                yield documents


def digest_of(words: list[str]) -> str:
    """Return what tells one set of words from another."""
    return hashlib.sha256("\n".join(sorted(words)).encode()).hexdigest()


def count_by_hf(path: str, split: str) -> list[str]:
    """Count with `tokenizers`, which keeps the words to itself but for its vocabulary."""
    from tokenizers import Tokenizer, models, trainers

    from tokbench.contracts import Tally

    tokenizer = Tokenizer.from_str(pipeline(split)[0])
    tokenizer.model = models.WordLevel()
    texts = (list(documents.texts) for documents in ArrowFile(path).read(Tally()))
    tokenizer.train_from_iterator(texts, trainers.WordLevelTrainer(vocab_size=2**31, show_progress=False))
    return list(tokenizer.get_vocab())


def count_by_tokbench(path: str, split: str, threads: int) -> Any:
    """Count with the engine `local`."""
    from tokbench.contracts import CountingPlan, silent
    from tokbench.engines.local import Local

    json_, cut = pipeline(split)
    return Local().count([ArrowFile(path)], CountingPlan(json_, cut, threads), silent)[0]  # type: ignore[arg-type,list-item]


def measure(subject: str, path: str, split: str, threads: int) -> dict[str, Any]:
    """Count once in this process, and return what it took, imports left out."""
    importlib.import_module("tokbench.engines.local" if subject != "hf" else "tokenizers")
    pipeline(split)
    cpu, wall = time.process_time(), time.perf_counter()
    found = count_by_hf(path, split) if subject == "hf" else count_by_tokbench(path, split, threads)
    took = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    peak = peak_memory()
    words = found if subject == "hf" else list(found.words)
    return {**took, "peak": peak, "words": len(words), "digest": digest_of(words)}


def write_corpus(source: Path, target: Path, limit: int) -> int:
    """Write the texts of a JSON lines file as an Arrow file, and return their bytes."""
    written = 0
    schema = pa.schema({"text": pa.large_string()})
    with pa.input_stream(str(source), compression="zstd") as stream, pa.ipc.new_file(str(target), schema) as writer:
        documents: list[str] = []
        for line in io.TextIOWrapper(stream, "utf-8"):
            documents.append(json.loads(line)["text"])
            written += len(documents[-1].encode())
            if len(documents) == 500 or written >= limit:
                writer.write_batch(pa.record_batch([pa.array(documents, pa.large_string())], schema=schema))
                documents = []
            if written >= limit:
                break
        if documents:
            writer.write_batch(pa.record_batch([pa.array(documents, pa.large_string())], schema=schema))
    return written


def run(subject: str, path: Path, split: str, threads: int, cache: Path) -> dict[str, Any]:
    """Measure in a process of its own, with or without what was kept."""
    if subject == "tokbench":
        for entry in cache.rglob("*.counts"):
            entry.unlink()
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(cache),
        "RAYON_NUM_THREADS": str(threads),
        "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, __file__, "--one", subject, str(path), split, str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return dict(json.loads(done.stdout))


def compare(path: Path, size: int, split: str, threads: int, repeat: int) -> None:
    """Measure all subjects in turn, and print their medians and how they compare."""
    runs: dict[str, list[dict[str, Any]]] = {subject: [] for subject in SUBJECTS}
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(repeat):
            for subject in SUBJECTS:
                runs[subject].append(run(subject, path, split, threads, Path(cache)))
    if len({taken["digest"] for all_runs in runs.values() for taken in all_runs}) != 1:
        sys.exit(f"{path.stem}, {split}: the words differ")
    medians = {
        subject: {key: statistics.median(taken[key] for taken in runs[subject]) for key in ("cpu", "wall", "peak")}
        for subject in SUBJECTS
    }
    targets = TARGETS.get((path.stem, split, threads), {})
    for subject, median in medians.items():
        aims = targets if subject == "tokbench" else {}
        rate = size / 1e6 / median["cpu"]
        compared = {key: ratio(medians["hf"][key], median[key], aims.get(key, 0)) for key in median}
        ratios = "  ".join(f"{key} {found:>7}" for key, found in compared.items())
        print(
            f"{path.stem:13} {split:12} {threads} {subject:9} cpu {median['cpu']:7.2f} s  wall {median['wall']:7.2f} s"
            f"  {rate:6.1f} MB/s  peak {median['peak']:6.0f} MB   {ratios}",
            flush=True,
        )


def main() -> None:
    """Read the command line."""
    if sys.argv[1:2] == ["--one"]:
        subject, path, split, threads = sys.argv[2:]
        print(json.dumps(measure(subject, path, split, int(threads))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "data" / "corpora")
    parser.add_argument("--names", nargs="+", default=["en", "multilingual", "python"])
    parser.add_argument("--splits", nargs="+", default=["gpt2", "cl100k", "bert", "no-kernel"])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--megabytes", type=float, default=1000, help="read no more of each corpus")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names:
            path = Path(folder) / f"{name}.arrow"
            size = write_corpus(options.corpora / f"{name}.jsonl.zst", path, int(options.megabytes * 1e6))
            for split in options.splits:
                for threads in options.threads:
                    compare(path, size, split, threads, options.repeat)


if __name__ == "__main__":
    main()
