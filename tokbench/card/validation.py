"""The section of a card that tells how the tokenizer did on a task, written after the build that wrote the card.

    card = with_validation(card, "F1 **81.2** (95 % interval 80.1 to 82.3)", results)

`results` are those of the Hub's model-index, a mapping for each task and data set:

    {"task": {"type": "token-classification"}, "dataset": {"type": "wnut_17", "name": "WNUT 17"},
     "metrics": [{"type": "f1", "value": 0.812, "name": "F1"}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tokbench.card.metadata import front_matter, split

HEADING = "## Validation"
NOTHING = (
    "None: it was not tried on a task. The checks below prove that it does what was trained, not how well it serves."
)
NEXT = "## Proofs"
SECTION = re.compile(rf"^{HEADING}\n\n(.*?)(?=\n\n{NEXT}\n)", re.DOTALL | re.MULTILINE)
INDEX = "model-index"


def section(markdown: str = NOTHING) -> str:
    """Return the section with its heading."""
    return f"{HEADING}\n\n{markdown.strip()}"


def with_validation(card: str, markdown: str, results: Sequence[Mapping[str, Any]]) -> str:
    """Return the card with this section in the place of the one it has, and these results in its metadata.

    `markdown` is the body of the section, below its heading. Without results the metadata has no model-index.
    """
    data, text = split(card)
    data.pop(INDEX, None)
    if results:
        data[INDEX] = [{"name": _title(text), "results": [dict(result) for result in results]}]
    found = SECTION.search(text)
    if found is None:
        raise ValueError(f"the card has no section '{HEADING}'")
    body = f"{text[: found.start()]}{section(markdown)}{text[found.end() :]}"
    return f"{front_matter(data)}\n\n{body.rstrip()}\n"


def validation_of(card: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the body of the section and the results: what `with_validation` took."""
    data, text = split(card)
    found = SECTION.search(text)
    index = data.get(INDEX) or [{"results": []}]
    return (found[1].strip() if found else NOTHING), list(index[0]["results"])


def _title(text: str) -> str:
    """Return the first heading, which is the tokenizer's name."""
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else "tokenizer"
