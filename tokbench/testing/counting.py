"""Proof for what counts text: an engine gives the counts of `local`, whatever text, pipeline, threads and memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tokbench.checks.probes import PROBES
from tokbench.contracts import CountingPlan, Tally, Unit, silent
from tokbench.testing.proving import Refuted, require_equal, when_refuted
from tokbench.testing.values import prove_value
from tokbench.wording import counted

if TYPE_CHECKING:
    import pyarrow as pa

    from tokbench.contracts import EnginePart, WorkUnit
    from tokbench.counting.words import WordCounts

__tracebackhide__ = when_refuted

OFTEN = 2**40
"""How often a document of the weighted corpus stands for itself: no engine gets there by reading it again."""


def prove_engine(part: EnginePart) -> None:
    """Prove an engine: the word counts of `local`, for any number of threads, in little memory and in much.

    Of several units, of documents that stand for themselves more than once, of text that may be cut and text that may
    not, and of a pre-tokenizer that is Python.
    """
    from tokbench.registry import load

    prove_value(part, "engines")
    local = load("engines", "local")()
    for what, plan in _plans().items():
        expected, tally = local.count(_units(), plan(1, 0), silent)
        for threads, memory in ((1, 0), (1, 2**20), (2, 0), (2, 2**20)):
            shown = f"of {what}, with {counted(threads, 'thread')} and {memory or 'unbounded'} bytes"
            found, read = _counts(part, plan(threads, memory), shown)
            require_equal(dict(found), dict(expected), f"the word counts {shown}")
            require_equal(list(found), list(expected), f"the order of the words {shown}")
            require_equal((read.documents, read.bytes), (tally.documents, tally.bytes), f"documents and bytes {shown}")


def _counts(part: EnginePart, plan: CountingPlan, shown: str) -> tuple[WordCounts, Tally]:
    """Return what the engine counts; an error of its own refutes it."""
    try:
        return part.count(_units(), plan, silent)
    except Exception as error:
        raise Refuted(f"the word counts {shown}: {type(error).__name__}: {error}") from error


def _units() -> Sequence[WorkUnit]:
    from tokbench.corpora.python import from_python
    from tokbench.corpora.source import Source
    from tokbench.corpora.stream import work_units

    texts = [text for text in PROBES if "\0" not in text]
    return work_units([Source(from_python(texts * 3)), Source(_Weighted()), Source(from_python(["one more text"]))])


@dataclass(frozen=True)
class _Weighted:
    """Two documents, of which one stands for very many."""

    counted: ClassVar[bool] = True

    def units(self) -> Sequence[Unit]:
        return [Unit("weighted", "")]

    def read(self, unit: Unit, columns: Sequence[str], tally: Tally) -> Iterator[pa.RecordBatch]:  # noqa: ARG002
        import pyarrow as pa

        texts = pa.array(["a text that is often there", "a text"], pa.large_string())
        yield pa.record_batch({"text": texts, "count": pa.array([OFTEN, 1], pa.int64())})


@dataclass(frozen=True)
class Pairs:
    """Split every piece into pairs of characters: "token" becomes "to", "ke", "n"."""

    def build(self) -> Pairs:
        """Return the part itself."""
        return self

    def pre_tokenize(self, text: Any) -> None:
        """Split in place."""
        text.split(lambda _, piece: [piece[at : at + 2] for at in range(0, len(piece.normalized), 2)])


def _plans() -> dict[str, Any]:
    """Return what is counted, by what failures call it: a plan for so many threads and bytes."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    from tokbench.carried.stages import PYTHON, VERSION

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    cut = tokenizer.to_str()
    tokenizer.pre_tokenizer = pre_tokenizers.FixedLength(7)
    whole = tokenizer.to_str()
    name = f"{__name__}:Pairs"
    stage = {"type": PYTHON, "class": name, "options": {}, "sha256": ""}
    python = json.dumps({**json.loads(whole), "version": VERSION, "pre_tokenizer": stage})
    return {
        "text that may be cut": lambda threads, memory: CountingPlan(cut, "space", threads, memory),
        "whole documents": lambda threads, memory: CountingPlan(whole, "never", threads, memory),
        "a part in Python": lambda threads, memory: CountingPlan(python, "never", threads, memory, {name: Pairs}),
    }
