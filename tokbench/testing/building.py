"""A whole build around one part: trained, wrapped, saved, and proved in a fresh process with stock libraries."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokbench import pipeline
from tokbench.artifact import Artifact
from tokbench.carried.copying import document_of
from tokbench.checks.probes import WRITTEN
from tokbench.errors import TokbenchError
from tokbench.testing.proving import Refuted
from tokbench.testing.values import written

STAGES: dict[str, Any] = {
    "pre_tokenizer": [{"use": "byte-level"}],
    "trainer": {"use": "bpe", "vocab_size": 400},
    "special_tokens": {"unk": "[UNK]"},
}
"""What a recipe is made of where nobody says otherwise."""
TEXT = list(WRITTEN[:6]) * 2
"""What it is trained on: few letters, so that a small vocabulary will do."""
LISTS = ("normalizer", "pre_tokenizer", "decoder", "post_processor")


def prove_build(key: str, name: str, part: Any, recipe: Mapping[str, Any] | None = None) -> str:
    """Build a recipe with the part at its key, run every check, and return the tokenizer; raises `Refuted`."""
    table = {"use": name, **written(part)}
    with tempfile.TemporaryDirectory(prefix="tokbench-proof-") as folder:
        try:
            tables = {**(recipe or {}), key: [table] if key in LISTS else table}
            return json.dumps(document_of(built(tables, Path(folder) / "proof").tokenizer))
        except TokbenchError as error:
            raise Refuted(f"a recipe with {name} cannot be built: {error}") from error


def built(tables: Mapping[str, Any], output: Path, *, checks: bool = True) -> Artifact:
    """Return an artifact of these tables of a recipe, the others being what `STAGES` says, and the text `TEXT`."""
    given = None if "corpus" in tables else TEXT
    return pipeline.build({**STAGES, **tables, "name": "proof"}, output, corpus=given, checks=checks)
