"""A whole build around one part: trained, wrapped, saved, and proved in a fresh process with stock libraries."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tokbench
from tokbench.artifact import Artifact
from tokbench.checks.probes import WRITTEN
from tokbench.contracts import Report, silent
from tokbench.errors import TokbenchError
from tokbench.testing.proving import Refuted, when_refuted
from tokbench.testing.values import written

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

__tracebackhide__ = when_refuted

STAGES: dict[str, Any] = {
    "pre_tokenizer": [{"use": "byte-level"}],
    "trainer": {"use": "bpe", "vocab_size": 400},
    "special_tokens": {"unk": "[UNK]"},
}
"""What a recipe is made of where nobody says otherwise."""
TEXT = list(WRITTEN[:6]) * 2
"""What it is trained on: few letters, so that a small vocabulary will do."""
LISTS = ("normalizer", "pre_tokenizer", "decoder", "post_processor")


def prove_build(
    key: str, name: str, part: Any, recipe: Mapping[str, Any] | None = None, report: Report = silent
) -> PreTrainedTokenizerFast:
    """Build a recipe with the part at its key, run every check, and return the tokenizer; raises `Refuted`."""
    table = {"use": name, **written(part)}
    tables = {**(recipe or {}), key: [table] if key in LISTS else table}
    with tempfile.TemporaryDirectory(prefix="tokbench-proof-") as folder:
        try:
            return built(tables, Path(folder) / "proof", report=report).tokenizer
        except TokbenchError as error:
            raise Refuted(f"a recipe with {name} cannot be built: {error}") from error


def built(
    tables: Mapping[str, Any],
    output: Path,
    *,
    corpus: Sequence[str] = TEXT,
    checks: bool = True,
    report: Report = silent,
) -> Artifact:
    """Return an artifact of these tables of a recipe, the others being what `STAGES` says, and the texts `corpus`."""
    given = None if "corpus" in tables else corpus
    return tokbench.build({**STAGES, **tables, "name": "proof"}, output, corpus=given, checks=checks, report=report)
