"""Splitting by `tokenizers` in as many processes as there are threads.

Distinct chunks are fed to trainers, in threads (`feeding`). Python parts hold the interpreter's lock, so threads would
take turns, and a document may be so long that a thread could not be stopped. A process is given batches of documents,
or of distinct chunks, and leaves sorted runs of their words in the folder of the one that asked.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

from tokbench.contracts import CountingPlan, Cut
from tokbench.counting.chunks import ChunkCounter
from tokbench.counting.feeding import can_feed, feed_joined
from tokbench.counting.refuted import Crossing, Disagreement
from tokbench.counting.run_files import Batch, Run, received, send
from tokbench.counting.spill import Lent, Spill
from tokbench.counting.split_words import add_documents, add_joined, batches, joined
from tokbench.counting.splitter import Splitter
from tokbench.counting.spread import count_batches
from tokbench.counting.word_total import WordTotal
from tokbench.documents import Documents
from tokbench.errors import TrainingError

ENOUGH = 4 << 20
"""Bytes of text that are split in this process before others are started, which takes each half a second."""
SHARE = 1 << 17
"""Chunks, at most, that are sorted and joined at a time where threads are fed with them, so that memory stays low."""
PROGRAM = "import sys; sys.path[:] = {path!r}; from tokbench.counting.workers import serve; serve()"


def split_documents(
    batches: Iterable[Documents],
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
        add_documents(total, splitter, batch)
        seen += batch.texts.size
        if plan.threads > 1 and seen > ENOUGH:
            _spread(rest, plan, "never", total, spill, share)


def split_chunks(
    chunks: ChunkCounter, plan: CountingPlan, splitter: Splitter, total: WordTotal, spill: Spill, share: int
) -> None:
    """Add the words of distinct chunks to a total; raises `Crossing` where the plan's claim is false."""
    add_documents(total, splitter, Documents(*chunks.chunks(first=True)))
    shares = 1 if plan.classes else 1 << (len(chunks) // SHARE).bit_length()
    for number in range(shares):
        inside = joined(*chunks.chunks(first=False, share=number, shares=shares), plan.cut)
        if can_feed(inside, plan):
            feed_joined(total, splitter, inside, plan)
        elif plan.threads > 1 and inside.texts.size > ENOUGH:
            _spread(batches(inside), plan, plan.cut, total, spill, share)
        else:
            add_joined(total, splitter, inside)


def _spread(
    batches: Iterable[Documents], plan: CountingPlan, cut: Cut, total: WordTotal, spill: Spill, share: int
) -> None:
    order = {
        "pipeline": plan.pipeline,
        "classes": {name: [part.__module__, part.__qualname__] for name, part in plan.classes.items()},
        "plain_strings": plan.plain_strings,
        "cut": cut,
        "folder": str(spill.folder),
        "share": share,
    }
    workers = [_Worker(order) for _ in range(plan.threads)]
    try:
        for worker in count_batches(batches, workers, lambda _: None):
            for run in worker.finish():
                total.runs.add(run)
    finally:
        for worker in workers:
            worker.stop()


class _Worker:
    """A process that counts; it ends with this one."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        import subprocess
        import tempfile

        command = [sys.executable, "-I", "-c", PROGRAM.format(path=[place for place in sys.path if place])]
        # No pipe, which nobody reads meanwhile: a process that says much would stand still.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed, and so gone, when the process is stopped
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said)
        self._stdin.write(json.dumps(order).encode() + b"\n")

    @property
    def _stdin(self) -> IO[bytes]:
        return cast("IO[bytes]", self._process.stdin)

    def add(self, documents: Documents) -> None:
        """Hand over documents."""
        counts = documents.counts or memoryview(array("q", [1]) * len(documents))
        try:
            send(self._stdin, Batch(documents.texts, counts))
        except OSError as error:
            raise self._failed() from error

    def finish(self) -> Iterator[Run]:
        """Wait for the process to end, and yield the runs that it left."""
        try:
            paths, _ = self._process.communicate()
        except OSError as error:
            raise self._failed() from error
        if self._process.returncode:
            raise self._failed()
        for path in json.loads(paths):
            yield Run(Path(path))

    def stop(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout, self._said):
            with contextlib.suppress(BrokenPipeError):  # what it was not given any more
                cast("IO[bytes]", file).close()

    def _failed(self) -> TrainingError:
        self._process.wait()
        self._said.seek(0)
        return _told(self._said.read())


def _told(errors: bytes) -> TrainingError:
    lines = errors.decode(errors="replace").strip().splitlines()
    said = lines[-1] if lines else "a process ended before its time"
    kind, _, what = said.partition(": ")
    for known in (Crossing, Disagreement):
        if kind.endswith(f".{known.__name__}"):
            return known(what)
    return TrainingError(f"counting: {said}")


def serve() -> None:
    """Split what standard input hands over, and print the paths of the runs: what the process runs."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what parts print is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked decides what becomes of this one
    order = json.loads(sys.stdin.buffer.readline())
    classes = {
        name: getattr(importlib.import_module(module), part) for name, (module, part) in order["classes"].items()
    }
    splitter = Splitter.of(order["pipeline"], classes, plain_strings=order["plain_strings"])
    total = WordTotal(order["share"], Lent(Path(order["folder"])))
    for batch in received(sys.stdin.buffer):
        if order["cut"] == "never":
            add_documents(total, splitter, Documents(batch.strings, batch.counts))
        else:
            add_joined(total, splitter, Documents(batch.strings, batch.counts))
    with answer:
        json.dump([str(run.path) for run in total.finished()], answer)
