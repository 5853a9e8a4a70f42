"""Counting the words of whole documents, by `tokenizers`, in as many processes as there are threads.

HF's components hold the interpreter's lock while they split a text, so threads would take turns. A process is given
batches of documents, and leaves sorted runs in the folder of the one that asked.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

import numpy as np
import pyarrow as pa

from tokbench.contracts import CountingPlan
from tokbench.counting.chunks import Counts, columns, numbers
from tokbench.counting.runs import Run
from tokbench.counting.spill import Lent, Spill
from tokbench.counting.splitter import Splitter
from tokbench.counting.spread import count_batches
from tokbench.counting.word_total import WordTotal
from tokbench.errors import CorpusError, TrainingError

ENOUGH = 4 << 20
"""Bytes of text that are counted in this process before others are started, which takes each half a second."""
ROWS = 1024
"""Documents that are looked at together."""
SCHEMA = pa.schema({"text": pa.large_string(), "count": pa.int64()})
PROGRAM = "import sys; sys.path[:] = {path!r}; from tokbench.counting.documents import serve; serve()"


def count_documents(
    batches: Iterable[pa.RecordBatch],
    plan: CountingPlan,
    splitter: Splitter,
    total: WordTotal,
    spill: Spill,
    share: int,
) -> None:
    """Add the words of whole documents to a total; `share` is how many bytes each process may count in."""
    rest = iter(batches)
    seen = 0
    for batch in rest:
        add_documents(total, splitter, *columns(batch))
        seen += batch.nbytes
        if plan.threads > 1 and seen > ENOUGH:
            break
    else:
        return
    workers = [_Worker(plan, spill.folder, share) for _ in range(plan.threads)]
    try:
        for worker in count_batches(rest, workers, lambda _: None):
            for run in worker.finish():
                total.runs.add(run)
    finally:
        for worker in workers:
            worker.stop()


def add_documents(total: WordTotal, splitter: Splitter, texts: pa.LargeStringArray, weights: Counts | None) -> None:
    """Add the words of documents, each as often as its weight says, to a total."""
    for index in range(0, len(texts), ROWS):
        for row, text in enumerate(_decoded(texts[index : index + ROWS]), index):
            total.counter.add(splitter.words(text), 1 if weights is None else int(weights[row]))
        total.relieve()


def _decoded(texts: pa.LargeStringArray) -> list[str]:
    try:
        return cast("list[str]", texts.to_pylist())
    except UnicodeDecodeError as error:
        raise CorpusError(f"the text of a batch cannot be counted: {error}") from error


class _Worker:
    """A process that counts; it ends with this one."""

    def __init__(self, plan: CountingPlan, folder: Path, share: int) -> None:
        command = [sys.executable, "-I", "-c", PROGRAM.format(path=[place for place in sys.path if place])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        order = {
            "pipeline": plan.pipeline,
            "classes": {name: [part.__module__, part.__qualname__] for name, part in plan.classes.items()},
            "folder": str(folder),
            "share": share,
        }
        self._stdin.write(json.dumps(order).encode() + b"\n")
        self._writer = pa.ipc.new_stream(self._stdin, SCHEMA)

    @property
    def _stdin(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def add(self, batch: pa.RecordBatch) -> None:
        """Hand over a batch."""
        texts, weights = columns(batch)
        counts = numbers(np.ones(len(texts), np.int64) if weights is None else weights)
        try:
            self._writer.write_batch(pa.record_batch([texts.cast(pa.large_string()), counts], schema=SCHEMA))
        except OSError as error:
            raise self._failed() from error

    def finish(self) -> Iterator[Run]:
        """Wait for the process to end, and yield the runs that it left."""
        try:
            self._writer.close()
            said, errors = self._process.communicate()
        except OSError as error:
            raise self._failed() from error
        if self._process.returncode:
            raise _told(errors)
        for path in json.loads(said):
            yield Run(Path(path))

    def stop(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(BrokenPipeError):  # what it was not given any more
                cast("IO[bytes]", pipe).close()

    def _failed(self) -> TrainingError:
        _, errors = self._process.communicate()
        return _told(errors)


def _told(errors: bytes) -> TrainingError:
    lines = errors.decode(errors="replace").strip().splitlines()
    return TrainingError(f"counting: {lines[-1] if lines else 'a process ended before its time'}")


def serve() -> None:
    """Count what standard input hands over, and print the paths of the runs: what the process runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked decides what becomes of this one
    order = json.loads(sys.stdin.buffer.readline())
    classes = {
        name: getattr(importlib.import_module(module), part) for name, (module, part) in order["classes"].items()
    }
    splitter = Splitter.of(order["pipeline"], classes)
    total = WordTotal(order["share"], Lent(Path(order["folder"])))
    with pa.ipc.open_stream(sys.stdin.buffer) as batches:
        for batch in batches:
            add_documents(total, splitter, *columns(batch))
    print(json.dumps([str(run.path) for run in total.finished()]))
