"""Proofs for what comes after a build: metrics, tasks, exporters, importers."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from tokbench.checks.probes import PROBES, WRITTEN
from tokbench.testing.building import built
from tokbench.testing.proving import Refuted, for_any, for_each, require, require_equal, when_refuted
from tokbench.testing.values import prove_value

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from tokbench.contracts import Encode, ExporterPart, ImporterPart, MetricPart, TaskPart

__tracebackhide__ = when_refuted

IOB2 = ("O", "B-X", "I-X", "B-Y", "I-Y")
PLAIN = ("NOUN", "VERB", "X")


def prove_metric(part: MetricPart) -> None:
    """Prove a metric: finite figures by name, none where nothing was seen, the same however text comes in batches."""
    prove_value(part, "metrics")
    tokenizer = _tokenizer()
    before = tokenizer.to_str()
    require_equal(dict(part.begin(tokenizer).result()), {}, "the figures where no text was seen")
    whole = _measured(part, tokenizer, [list(WRITTEN)])
    require(whole, "there are no figures on text in many scripts")
    for name, value in whole.items():
        require(isinstance(value, int | float) and math.isfinite(value), f"{name} is {value!r}, no finite number")
    apart = _measured(part, tokenizer, [[text] for text in WRITTEN])
    close = all(math.isclose(whole[name], apart.get(name, math.nan), rel_tol=1e-9) for name in whole)
    require(close and whole.keys() == apart.keys(), f"one batch gives {whole}, and one text a batch {apart}")
    require_equal(tokenizer.to_str(), before, "the tokenizer after it was measured")


def prove_task(part: TaskPart) -> None:
    """Prove a task: what it finds in any tags lies within the sentence, in order, and is the same every time.

    Tags that are not legal IOB2 come too: a model predicts what it likes.
    """
    prove_value(part, "tasks")
    require(part.metric, "metric is empty; say what the score is called")
    tags = IOB2 if part.spans else PLAIN

    def check(sentence: list[str]) -> None:
        found = list(part.found(sentence))
        require_equal(list(part.found(list(sentence))), found, f"found({sentence!r}) again")
        last = 0
        for label, start, end in found:
            require(label and 0 <= start < end <= len(sentence), f"found({sentence!r}) leaves the sentence: {found}")
            require(start >= last, f"found({sentence!r}) overlaps, or goes back: {found}")
            last = end

    for_any(check, st.lists(st.sampled_from(tags), max_size=8))


def prove_exporter(part: ExporterPart, tokenizer: PreTrainedTokenizerFast | None = None) -> None:
    """Prove an exporter: the files that it names lie in the folder, and a second export gives the same bytes.

    `tokenizer` is what it exports, by default a small byte-level BPE. Where the part has an `encoder`, the other
    library makes the same ids of the probe texts.
    """
    prove_value(part, "exporters")
    with tempfile.TemporaryDirectory(prefix="tokbench-proof-") as place:
        exported = tokenizer or built({}, Path(place) / "artifact", checks=False).tokenizer
        first, second = (_exported(part, exported, Path(place) / name) for name in ("first", "second"))
        require(first, "export() names no file")
        require_equal(second, first, "the files of a second export")
        if hasattr(part, "encoder"):
            _same_ids(exported, part.encoder(Path(place) / "first"))


def prove_importer(part: ImporterPart, path: Path) -> None:
    """Prove an importer on a file of its format: the same tokenizer each time, and a `ValueError` for another file.

    Where the part has an `encoder`, the other library makes the same ids of the probe texts.
    """
    prove_value(part, "importers")
    first, second = part.read(path), part.read(path)
    require_equal(second.backend_tokenizer.to_str(), first.backend_tokenizer.to_str(), "the tokenizer read again")
    if hasattr(part, "encoder"):
        _same_ids(first, part.encoder(path))
    with tempfile.TemporaryDirectory(prefix="tokbench-proof-") as place:
        other = Path(place) / f"other{path.suffix}"
        other.write_bytes(b"\x00no such format\xff\n")
        try:
            part.read(other)
        except ValueError:
            return
    raise Refuted("a file that is not of the format is read without a word; raise ValueError")


def _same_ids(tokenizer: PreTrainedTokenizerFast, encode: Encode) -> None:
    """Prove that the other library makes the same ids of a text, special tokens in it being text."""
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.encode_special_tokens = True

    def check(text: str) -> None:
        ids = backend.encode(text, add_special_tokens=False).ids
        require_equal(list(encode(text)), ids, f"the ids of {text!r} by the other library")

    for_each(check, PROBES)


def _exported(part: ExporterPart, tokenizer: PreTrainedTokenizerFast, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    files = [Path(path) for path in part.export(tokenizer, folder)]
    outside = [path.name for path in files if folder not in path.parents or not path.is_file()]
    require(not outside, f"export() names {outside}, which are no files in the folder that it was given")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _measured(part: MetricPart, tokenizer: Tokenizer, batches: Sequence[list[str]]) -> dict[str, float]:
    measurement = part.begin(tokenizer)
    for batch in batches:
        measurement.observe(batch, tokenizer.encode_batch(batch, add_special_tokens=False))
    return dict(measurement.result())


def _tokenizer() -> Tokenizer:
    """Return a tokenizer that knows some words, and spells none."""
    known = sorted({word for text in WRITTEN[::2] for word in text.split()})
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, **{word: 1 + i for i, word in enumerate(known)}}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
