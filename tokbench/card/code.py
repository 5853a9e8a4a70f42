"""What the card says of Python that a tokenizer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tokbench.carried.code import Code


def section(code: Code | None) -> str:
    """Return what runs, whose it is, and what must be installed; nothing where there is no code."""
    if code is None:
        return ""
    said = (
        "Some of it is written in Python, which lies beside it and runs only where it is loaded with"
        " `trust_remote_code=True`; without, it does not load at all. Read the files first:"
        f" {', '.join(f'`{name}`' for name in sorted(code.files))}. `manifest.json` has their sha256."
    )
    rows = [f"| `{part['class']}` | {part['package']} {part['version']} | {part['license']} |" for part in code.parts]
    blocks = ["## Code", said, "\n".join(["| part | from | license |", "|---|---|---|", *rows])]
    return "\n\n".join([*blocks, *_installed(code.requirements)])


def _installed(requirements: Mapping[str, str]) -> list[str]:
    if not requirements:
        return []
    packages = " ".join(f"{package}=={version}" for package, version in sorted(requirements.items()))
    return [f"It needs packages beside `transformers`: `pip install {packages}`."]
