"""What a build costs as its corpus grows, and what a second build, and several sizes, cost after the first.

    python tests/bench/scale.py --corpora ../shared/data/corpora --section growth second sizes

Every figure is of a whole process, `tokbench build --no-checks`, GPT-2's split and BPE: CPU seconds (user and system),
wall seconds, and peak memory, medians of `--repeat` runs. `growth` builds from 10, 25, 50 and 100 % of the English
corpus, and from ten times as much, salted; `second` builds a gigabyte of all three corpora, and then with half of
the vocabulary and with twice as much; `sizes` trains eight sizes in one run, and the largest alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.corpora import write_text
from tests.bench.ratios import ratio

ROOT = Path(__file__).parents[2]
NAMES = ("en", "multilingual", "python")
SHARES = (0.1, 0.25, 0.5, 1.0, 10.0)
LESS = 5
"""How many times less a second build is to take, at least."""
SIZES = tuple(range(4000, 32001, 4000))
RECIPE = """
name = "grown"
[[corpus]]
use = "files"
path = "{path}"
[[pre_tokenizer]]
use = "gpt2"
[trainer]
use = "bpe"
vocab_size = {size}
"""
Figures = dict[str, float]


class Bench:
    """A folder with a corpus, a cache of its own, and the options of the benchmark."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self.text = folder / "text.txt"
        # Compiled modules are kept, as where a package is installed.
        told = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(ROOT)}
        self.environment = {**os.environ, **told, "XDG_CACHE_HOME": str(folder / "cache")}

    def write(self, names: Sequence[str], size: float) -> int:
        """Write a corpus of so many megabytes."""
        return write_text([self.options.corpora / f"{name}.jsonl.zst" for name in names], self.text, int(size * 1e6))

    def forget(self) -> None:
        """Empty the cache."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def build(self, size: int, *more: str) -> Figures:
        """Build once, in a process of its own, and return what it took."""
        (self.folder / "recipe.toml").write_text(RECIPE.format(path=self.text, size=size), encoding="utf-8")
        command = [sys.executable, "-m", "tokbench", "build", "recipe.toml", "-o", "built", "--force", "--no-checks"]
        return measured([*command, "--threads", str(self.options.threads), *more], self.folder, self.environment)

    def repeated(self, run: Callable[[], Figures]) -> Figures:
        """Return the medians of several runs."""
        runs = [run() for _ in range(self.options.repeat)]
        return {key: statistics.median(taken[key] for taken in runs) for key in runs[0]}


def measured(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Figures:
    """Run a command and return its CPU seconds, wall seconds and peak memory in MB."""
    program = (
        "import json, resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]))"
    )
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    cpu, peak = json.loads(run.stdout)
    unit = 1 if sys.platform == "darwin" else 1024  # kilobytes on Linux, bytes on macOS
    return {"cpu": cpu, "wall": time.perf_counter() - started, "MB": peak * unit / 1e6}


def growth(bench: Bench) -> None:
    """Print what a build takes from more and more text."""
    whole = bench.options.megabytes or 63.9
    print("growth: a whole build, by the text that it reads")
    for share in SHARES:
        size = bench.write(NAMES[:1], whole * share)
        bench.forget()

        def run() -> Figures:
            bench.forget()
            return bench.build(bench.options.vocab_size)

        found = bench.repeated(run)
        words = manifest(bench)["words"]["distinct"]
        rate = size / 1e6 / found["cpu"]
        print(f"  {size / 1e6:8.1f} MB {words:10,} words  {shown(found)}  {rate:6.1f} MB a CPU second", flush=True)


def second(bench: Bench) -> None:
    """Print what a second build takes after the first: with half the vocabulary, and with twice as much."""
    size = bench.write(NAMES, bench.options.megabytes * 10 or 1000)
    asked = {"first": 1.0, "half": 0.5, "double": 2.0}
    runs: dict[str, list[Figures]] = {name: [] for name in asked}
    told: dict[str, Figures] = {}
    for _ in range(bench.options.repeat):
        bench.forget()
        for name, share in asked.items():
            runs[name].append(bench.build(int(bench.options.vocab_size * share)))
            told[name] = manifest(bench)["run"]["seconds"]
    found = {
        name: {key: statistics.median(run[key] for run in taken) for key in taken[0]} for name, taken in runs.items()
    }
    print(
        f"second build: {size / 1e6:.0f} MB, another vocabulary size than {bench.options.vocab_size:,}; target: {LESS}x"
    )
    for name, figures in found.items():
        print(f"  {name:7} {shown(figures)}  {ratios(found['first'], figures) if name != 'first' else ''}")
    for name, seconds in told.items():
        print(f"  {name:7} {'  '.join(f'{stage} {wall:.2f} s' for stage, wall in seconds.items())}, wall, the last run")
    sys.stdout.flush()


def sizes(bench: Bench) -> None:
    """Print what eight sizes take in one run, beside the largest alone."""
    size = bench.write(NAMES[:1], bench.options.megabytes or 63.9)
    swept = [number * bench.options.vocab_size // SIZES[-1] for number in SIZES]
    more = ["--sizes", ",".join(map(str, swept))]
    runs: list[tuple[Figures, Figures]] = []
    for _ in range(bench.options.repeat):
        bench.forget()
        one = {**bench.build(swept[-1]), **stages(bench, ["built"])}
        bench.forget()
        runs.append((one, {**bench.build(swept[-1], *more), **stages(bench, [f"built-{size}" for size in swept])}))
    one, eight = ({key: statistics.median(run[which][key] for run in runs) for key in runs[0][0]} for which in (0, 1))
    print(f"sizes: eight in one run, {size / 1e6:.0f} MB; target: 1.2x one, counting and training")
    print(f"  one    {shown(one)}  counting and training {one['trained']:.2f} s")
    found = "  ".join(
        f"{what} {eight[key]:.2f} s: {eight[key] / one['trained']:.2f}x"
        for key, what in (("trained", "counting and training"), ("made", "with a model of `tokenizers` for each"))
    )
    print(f"  eight  {shown(eight)}  {found}", flush=True)


def stages(bench: Bench, names: Sequence[str]) -> Figures:
    """Return the wall seconds of counting and training, and of these and of making the models of all sizes.

    The first of several artifacts says what counting, training and its own model took, each other one its own model.
    """
    taken = [manifest(bench, name)["run"]["seconds"] for name in names]
    return {
        "trained": taken[0]["count"] + taken[0]["train"],
        "made": taken[0]["count"] + sum(s["train"] for s in taken),
    }


def manifest(bench: Bench, name: str = "built") -> dict[str, dict[str, dict[str, float]]]:
    """Return what a build wrote down."""
    return dict(json.loads((bench.folder / name / "manifest.json").read_text(encoding="utf-8")))


def shown(found: Figures) -> str:
    """Return the figures of a process."""
    return f"cpu {found['cpu']:7.2f} s  wall {found['wall']:7.2f} s  peak {found['MB']:6.0f} MB"


def ratios(one: Figures, other: Figures) -> str:
    """Return how many times less the other takes, and the target where that is not reached."""
    return "  ".join(f"{key} {ratio(one[key], other[key], LESS)}" for key in ("cpu", "wall"))


SECTIONS = {"growth": growth, "second": second, "sizes": sizes}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "data" / "corpora")
    parser.add_argument("--section", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--megabytes", type=float, default=0, help="the whole of growth and sizes; a tenth of second")
    parser.add_argument("--vocab-size", type=int, default=32_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.corpora = options.corpora.resolve()
    for section in options.section:
        with tempfile.TemporaryDirectory() as folder:
            SECTIONS[section](Bench(Path(folder), options))


if __name__ == "__main__":
    main()
