"""Where every second of a build goes, what it costs beside its text, and how fast each format is read.

    python tests/bench/build.py --corpora ../shared/data/corpora --section stages overhead readers

`stages` runs a build of English, and one of 22 languages, `--no-checks`, on one thread, and prints the CPU seconds of
each stage and the peak memory up to its end; `overhead` builds from one line of text, whose cost is that of the
interpreter, imports, wrapping and saving. `readers` writes the English
corpus in every format and compression, and reads each: megabytes of text for each CPU second, on one thread, and those
of the decoder of the compression alone, which no reader can pass.
"""

from __future__ import annotations

import argparse
import bz2
import json
import lzma
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.corpora import lines_of, write_documents
from tests.bench.memory import peak_memory
from tests.bench.scale import RECIPE, Bench, shown

ROOT = Path(__file__).parents[2]
TARGET = 150
"""Megabytes of text for each second and core."""
PEAK = ", peak MB"
FIRST = "first"
"""The name of a file that is read before the clock starts."""
FORMATS = ("txt", "jsonl", "jsonl.zst", "jsonl.gz", "jsonl.xz", "jsonl.bz2", "csv")
FORMATS += ("zstd.parquet", "snappy.parquet", "gzip.parquet", "arrow")


def stages(bench: Bench) -> None:
    """Print the CPU seconds of every stage of a build, and the memory by then."""
    for name in ("en", "multilingual"):
        size = bench.write((name,), bench.options.megabytes or 63.9)
        bench.text.with_name("recipe.toml").write_text(RECIPE.format(path=bench.text, size=32_000), encoding="utf-8")
        found = runs_of(bench, "stages", bench.text.with_name("recipe.toml"))
        seconds = {stage: value for stage, value in found.items() if not stage.endswith(PEAK)}
        print(f"stages: where a build of {size / 1e6:.0f} MB of {name} goes, one thread: CPU, peak memory by then")
        for stage, value in seconds.items():
            print(f"  {stage:24} {value:6.2f} s {found[stage + PEAK]:5.0f} MB")
        print(f"  {'in all':24} {sum(seconds.values()):6.2f} s", flush=True)


def overhead(bench: Bench) -> None:
    """Print what a build costs beside its text."""
    bench.text.write_text("one line of text\n" * 3, encoding="utf-8")
    bench.options.vocab_size = 300
    found = bench.repeated(lambda: bench.build(300))
    print(f"overhead: a build of one line takes {shown(found)}; target: 2 s of CPU", flush=True)


def readers(bench: Bench) -> None:
    """Print how fast each format is read, and each compression decoded."""
    documents = list(_some(bench.options.corpora / "en.jsonl.zst", int((bench.options.megabytes or 30) * 1e6)))
    size = sum(map(len, documents))
    print(f"readers: MB of text for each CPU second, one thread, {size / 1e6:.0f} MB; target: {TARGET}")
    for name in FORMATS:
        path = bench.folder / f"corpus.{name}"
        write_documents(bench.folder / f"{FIRST}.{name}", [b"imports what reading needs"])
        write_documents(path, documents)
        read = size / 1e6 / runs_of(bench, "read", path)["seconds"]
        line = f"  {name:14} {read:7.0f} MB/s"
        if path.suffix in (".zst", ".gz", ".xz", ".bz2"):
            line += f"   the decoder alone {size / 1e6 / runs_of(bench, 'decode', path)['seconds']:7.0f} MB/s"
        print(line, flush=True)


def runs_of(bench: Bench, what: str, path: Path) -> dict[str, float]:
    """Return the medians of what fresh processes measured."""
    runs = []
    for _ in range(bench.options.repeat):
        bench.forget()
        command = [sys.executable, __file__, "--one", what, str(path)]
        run = subprocess.run(
            command, capture_output=True, text=True, env=bench.environment, check=True, cwd=bench.folder
        )
        runs.append(json.loads(run.stdout.splitlines()[-1]))
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def _some(corpus: Path, size: int) -> Iterator[bytes]:
    for line in lines_of(corpus):
        yield line.removesuffix(b"\n")
        size -= len(line)
        if size <= 0:
            return


# ---------------------------------------------------------------- one process


def one(what: str, path: Path) -> dict[str, float]:
    """Measure in this process."""
    return {"stages": stages_of, "read": read, "decode": decode}[what](path)


def read(path: Path) -> dict[str, float]:
    """Return the CPU seconds of reading a file, all that is imported left out."""
    from tokbench.contracts import Tally
    from tokbench.corpora.files import Files
    from tokbench.corpora.source import Source
    from tokbench.corpora.stream import work_units

    _, suffixes = path.name.split(".", 1)
    for each in (path.with_name(f"{FIRST}.{suffixes}"), path):
        started = time.process_time()
        for unit in work_units([Source(Files(path=each))]):
            for _ in unit.read(Tally()):
                pass
    return {"seconds": time.process_time() - started}


def decode(path: Path) -> dict[str, float]:
    """Return the CPU seconds of undoing a compression, with the library that reading uses."""
    import pyarrow as pa
    from isal import igzip

    openers: dict[str, Any] = {".gz": igzip.open, ".xz": lzma.open, ".bz2": bz2.open, ".zst": pa.input_stream}
    started = time.process_time()
    with openers[path.suffix](str(path)) as stream:
        while stream.read(1 << 20):
            pass
    return {"seconds": time.process_time() - started}


def stages_of(path: Path) -> dict[str, float]:
    """Return the CPU seconds of each stage of a build, and the peak memory by its end, under the stage and `PEAK`."""
    seconds, peaks = {"interpreter": time.process_time()}, {"interpreter": peak_memory()}
    from tokbench import making, order, pipeline
    from tokbench.counting import corpus, groups

    seconds["imports"], peaks["imports"] = time.process_time() - seconds["interpreter"], peak_memory()

    def meter(owner: Any, name: str, stage: str, *, generates: bool = False) -> None:
        """Have the CPU seconds of a method added up."""
        method = getattr(owner, name)
        seconds[stage] = 0.0

        @contextmanager
        def clock() -> Iterator[None]:
            started = time.process_time()
            yield
            seconds[stage] += time.process_time() - started
            peaks[stage] = peak_memory()

        def called(*arguments: Any, **options: Any) -> Any:
            with clock():
                return method(*arguments, **options)

        def generated(*arguments: Any) -> Iterator[Any]:
            running = iter(method(*arguments))
            while True:
                with clock():
                    item = next(running, running)
                if item is running:
                    return
                yield item

        setattr(owner, name, generated if generates else called)

    meter(order.Order, "making", "recipe and parts")
    meter(groups.Reading, "_read", "reading", generates=True)
    meter(making.Making, "count", "counting")
    meter(corpus.WordTotal, "words", "sorting")
    meter(making.Making, "train_words", "training")
    meter(making.Making, "complete", "wrapping and saving")
    pipeline.build(path, "built", checks=False, force=True, threads=1)
    if "transformers" in sys.modules:
        sys.exit("a build without checks imported transformers, which is half of its fixed cost")
    seconds["counting"] -= seconds["reading"] + seconds["sorting"]  # are parts of it
    seconds["the rest"], peaks["the rest"] = time.process_time() - sum(seconds.values()), peak_memory()
    return {**seconds, **{stage + PEAK: peak for stage, peak in peaks.items()}}


SECTIONS = {"stages": stages, "overhead": overhead, "readers": readers}


def main() -> None:
    """Read the command line."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(sys.argv[2], Path(sys.argv[3]))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=ROOT.parent / "shared" / "data" / "corpora")
    parser.add_argument("--section", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--megabytes", type=float, default=0, help="how much text; by default 30 to read, all to build")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.corpora, options.threads = options.corpora.resolve(), 1
    for section in options.section:
        with tempfile.TemporaryDirectory() as folder:
            SECTIONS[section](Bench(Path(folder), options))


if __name__ == "__main__":
    main()
