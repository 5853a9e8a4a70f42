"""How fast many files are read and counted, by how many threads there are.

    python tests/bench/threads.py --corpora ../shared/data/corpora --threads 1 2 4 8

English is written to `--files` files of each format, every copy salted, and all of it is counted, in a process of its
own that has as many processors as threads: megabytes of text a second, and how many times that of the first number of
threads. The words must be the same however many there are, or the run fails. In the last row the counts are kept, as a
first build keeps them; in the others they are not.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.corpora import lines_of, salted, write_documents

ROOT = Path(__file__).parents[2]
FORMATS = ("txt", "jsonl", "jsonl.zst", "snappy.parquet")
KEPT = "jsonl.zst"


def main() -> None:
    """Read the command line, write the files, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "data" / "corpora")
    parser.add_argument("--threads", type=int, nargs="+", default=_doubling(len(os.sched_getaffinity(0))))
    parser.add_argument("--files", type=int, default=16)
    parser.add_argument("--megabytes", type=float, default=0, help="how much text a file has; by default all there is")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(count(**options.one)))
        return
    with tempfile.TemporaryDirectory() as folder:
        text = b"".join(lines_of(options.corpora / "en.jsonl.zst"))
        text = text[: text.rfind(b"\n", 0, int(options.megabytes * 1e6) or len(text)) + 1]
        with ProcessPoolExecutor() as pool:
            list(pool.map(functools.partial(write, folder, text), range(options.files)))
        table(Path(folder), len(text) * options.files, options)


def _doubling(most: int) -> list[int]:
    return [1 << power for power in range(most.bit_length())]


def write(folder: str, text: bytes, copy: int) -> None:
    """Write a salted copy of a text in each format."""
    documents = salted(text, copy).splitlines()
    for form in FORMATS:
        write_documents(Path(folder, f"{copy}.{form}"), documents)


def table(folder: Path, size: int, options: argparse.Namespace) -> None:
    """Print a row for each format."""
    print(f"threads: {size / 1e6:.0f} MB in {options.files} files; MB a second, and times that of the first column")
    print(f"  {'':14}" + "".join(f"{threads:>16}" for threads in options.threads))
    for form, keep in [*((form, False) for form in FORMATS), (KEPT, True)]:
        found = {threads: _median(folder, form, threads, keep, options) for threads in options.threads}
        if len({figures["digest"] for figures in found.values()}) > 1:
            raise SystemExit(f"{form}: the words differ: {found}")
        rates = [size / 1e6 / figures["wall"] for figures in found.values()]
        name = f"{form}, kept" if keep else form
        print(f"  {name:14}" + "".join(f"{f'{rate:.0f} ({rate / rates[0]:.1f}x)':>16}" for rate in rates), flush=True)


def _median(folder: Path, form: str, threads: int, keep: bool, options: argparse.Namespace) -> dict[str, Any]:
    asked = json.dumps({"folder": str(folder), "form": form, "threads": threads, "keep": keep})
    runs = []
    for _ in range(options.repeat):
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, __file__, "--one", asked]
            told = {**os.environ, "XDG_CACHE_HOME": cache, "PYTHONDONTWRITEBYTECODE": ""}
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=told, check=True)
        runs.append(json.loads(run.stdout.splitlines()[-1]))
    return {**runs[0], "wall": statistics.median(run["wall"] for run in runs)}


# ---------------------------------------------------------------- one process


def count(folder: str, form: str, threads: int, *, keep: bool) -> dict[str, Any]:
    """Count the words of all files of a format."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    from tests.bench.one_trainer import GPT2, tokenizer_of
    from tokbench.contracts import CountingPlan, silent
    from tokbench.corpora import reading  # noqa: F401 - imported before the clock starts
    from tokbench.corpora.files import Files
    from tokbench.corpora.source import Source
    from tokbench.corpora.stream import work_units
    from tokbench.engines.local import Local

    plan = CountingPlan(tokenizer_of(GPT2).to_str(), "space", threads)
    started = time.perf_counter()
    units = work_units([Source(Files(tuple(sorted(Path(folder).glob(f"*.{form}")))))])
    if not keep:
        units = [replace(unit, fingerprint="") for unit in units]  # type: ignore[type-var]
    words, _ = Local().count(units, plan, silent)
    return {"wall": time.perf_counter() - started, "digest": words.digest()}


if __name__ == "__main__":
    main()
